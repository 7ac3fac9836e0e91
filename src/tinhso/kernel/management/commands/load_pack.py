from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Load the province pack."

    def handle(self, *args: Any, **options: Any) -> None:
        return None
