"""Everything between an empty database and a province that serves, in one process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

#: Workers ask for the next job with a function whose plan their session keeps. Made while the queue was empty, that
#: plan reads and sorts the whole queue for every job: with 600 waiting 15 ms of the database each instead of 1. Held
#: to its indexes it takes the first, however many wait. Procrastinate's own migrations make the function anew.
_BY_INDEX = """
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT oid::regprocedure FROM pg_proc
        WHERE proname LIKE 'procrastinate_fetch_job%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET enable_seqscan TO off', one);
        EXECUTE format('ALTER FUNCTION %s SET enable_sort TO off', one);
        EXECUTE format('ALTER FUNCTION %s SET enable_hashjoin TO off', one);
    END LOOP;
END $$
"""


class Command(BaseCommand):
    help = "Migrate, load the province pack and, unless told otherwise, the sample accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-sample", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(_BY_INDEX)
        call_command("load_pack")
        if not options["no_sample"]:
            call_command("load_sample")
