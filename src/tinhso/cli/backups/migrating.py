"""``python -m tinhso.cli.backups.migrating plan|apply|settle|check``: a database brought to the state of this release.

Run by `tinhso upgrade` as the owner, first on a copy. ``plan`` prints what is missing, one a line. ``apply`` makes
all of them in one transaction: all or none. ``settle SINCE`` is for the copy: the instance sealed on while its backup
was taken, so seals made since that began are set aside where the copied database lacks them; older ones it must have.
``check`` asks the pages and the trail of the migrated instance.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime

import django


def _plan() -> int:
    from django.db import connection  # noqa: PLC0415  after django.setup
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  after django.setup

    executor = MigrationExecutor(connection)
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print(migration)
    return 0


def _apply() -> int:
    from django.core.management import call_command  # noqa: PLC0415  after django.setup
    from django.db import connection, transaction  # noqa: PLC0415  after django.setup
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  after django.setup

    executor = MigrationExecutor(connection)
    plan = [migration for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    outside = [str(migration) for migration in plan if not migration.atomic]
    if outside:
        print(f"not transactional, so not accepted in a release: {', '.join(outside)}", file=sys.stderr)
        return 1
    with transaction.atomic():
        call_command("migrate", verbosity=0, interactive=False)
    return 0


def _settle(since: str) -> int:
    from tinhso.cli.backups.settling import settle_book  # noqa: PLC0415  after django.setup

    print(settle_book("rehearsal", made_since=datetime.fromisoformat(since).replace(microsecond=0)))
    return 0


def _check() -> int:
    from django.conf import settings  # noqa: PLC0415  after django.setup
    from django.core.management import call_command  # noqa: PLC0415  after django.setup
    from django.test import Client  # noqa: PLC0415  after django.setup

    from tinhso.kernel.audit import verify  # noqa: PLC0415  after django.setup

    call_command("check", databases=["default"], fail_level="ERROR")
    trail = verify()
    if not trail.intact:
        print(f"the trail is not intact: {trail.findings[0].code} {trail.findings[0].where}", file=sys.stderr)
        return 1
    host = settings.ALLOWED_HOSTS[0]
    for page in ("/", "/kiem-tra", "/api/v1/openapi.json"):
        answer = Client(raise_request_exception=False).get(page, HTTP_HOST=host, follow=True)
        if answer.status_code != 200:
            print(f"{page} answers {answer.status_code}", file=sys.stderr)
            return 1
    return 0


ACTS: dict[str, Callable[..., int]] = {"plan": _plan, "apply": _apply, "settle": _settle, "check": _check}


def main(act: str, *more: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    django.setup()
    return ACTS[act](*more)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
