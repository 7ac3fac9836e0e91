from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tinhso.kernel import proxy_pages


class Command(BaseCommand):
    help = "Write the pages that nginx shows when it answers by itself; needs no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        proxy_pages.write(options["folder"])
