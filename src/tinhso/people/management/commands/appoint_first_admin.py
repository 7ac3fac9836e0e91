"""Appoint the province's first administrator; the temporary password is the one line of output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.kernel.errors import Problem
from tinhso.people.first_admin import appoint_first_admin


class Command(BaseCommand):
    help = "Appoint the first administrator of the province; prints the temporary password."

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("login", "full-name", "title"):
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {name: options[name] for name in ("login", "full_name", "title", "email")}
        try:
            self.stdout.write(appoint_first_admin(**asked))
        except Problem as problem:
            raise CommandError(str(problem.detail)) from None
