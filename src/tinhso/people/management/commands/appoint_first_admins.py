"""Appoint the province's first two administrators; their temporary passwords are the last two lines of output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.kernel.errors import Problem
from tinhso.people.first_admin import FirstAdmin, appoint_first_admins

ASKED = ("login", "full_name", "title", "email")


class Command(BaseCommand):
    help = "Appoint the first two administrators of the province; each option takes two values. Prints both passwords."

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ASKED:
            parser.add_argument(f"--{name.replace('_', '-')}", required=True, nargs=2)

    def handle(self, *args: Any, **options: Any) -> None:
        first, second = (FirstAdmin(*(options[name][n] for name in ASKED)) for n in (0, 1))
        try:
            for password in appoint_first_admins(first, second):
                self.stdout.write(password)
        except Problem as problem:
            raise CommandError(str(problem.detail)) from None
