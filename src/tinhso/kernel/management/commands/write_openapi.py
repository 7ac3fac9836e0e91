from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from tinhso.config import ROOT


class Command(BaseCommand):
    help = "Write docs/openapi.json, the committed description of the API."

    def handle(self, *args: Any, **options: Any) -> None:
        (ROOT / "docs" / "openapi.json").write_text(import_string(settings.API).described, encoding="utf-8")
