from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from tinhso.config import ROOT


class Command(BaseCommand):
    help = "Write docs/openapi.json, the committed description of the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the committed one is the served one")

    def handle(self, *args: Any, **options: Any) -> None:
        committed = ROOT / "docs" / "openapi.json"
        described: str = import_string(settings.API).described
        if not options["check"]:
            committed.write_text(described, encoding="utf-8")
        elif not committed.exists() or committed.read_text(encoding="utf-8") != described:
            raise CommandError("docs/openapi.json is not the API that the code serves: run make openapi and commit it")
