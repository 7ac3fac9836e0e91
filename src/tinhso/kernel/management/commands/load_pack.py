from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.kernel.packs import PackRefused, load_pack


class Command(BaseCommand):
    help = "Load the province pack; refuses and changes nothing while it has a mistake."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default=str(settings.HERE.pack))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_pack(Path(options["folder"]))
        except PackRefused as refused:
            raise CommandError(str(refused)) from None
