"""Is the process alive (`/healthz`), can it serve (`/readyz`), what did it do (`/metrics`)."""

import shutil
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from tinhso.kernel import archived
from tinhso.kernel.policy import PUBLIC, guard

#: A worker says that it lives every 10 s; three missed ones make it dead.
HEARTBEAT_LIMIT = 30.0
#: Below this an upload or a write-ahead log segment may no longer fit.
DISK_FLOOR = 500 * 1024 * 1024

_migrated = False


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def migrations_applied() -> bool:
    """Whether all migrations on disk are in the database; once true it stays true for this process."""
    global _migrated
    if not _migrated:
        loader = MigrationLoader(connection)
        _migrated = set(loader.disk_migrations) <= set(loader.applied_migrations)
    return _migrated


def worker_lives() -> bool:
    """A worker reported lately. Real time on both sides: the business clock may be moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM max(last_heartbeat)) FROM procrastinate_workers")
        row = cursor.fetchone()
    return row is not None and row[0] is not None and time.time() - float(row[0]) < HEARTBEAT_LIMIT


def disk_has_room() -> bool:
    return shutil.disk_usage(settings.HERE.home).free > DISK_FLOOR


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_applied,
    "worker": worker_lives,
    "disk": disk_has_room,
}
#: Those that a database which does not answer cannot pass.
ASKING = {"migrations", "worker"}


def log_is_copied() -> bool:
    """The database's log is in the backup place up to five minutes ago, or nobody asked for that."""
    return not archived.late(settings.HERE.home)


#: What an operator must hear of and no request suffers from.
CAUTIONS: dict[str, Callable[[], bool]] = {"archive": log_is_copied}


def passes(check: Callable[[], bool]) -> bool:
    """What a check says; one that cannot be made fails."""
    try:
        return check()
    except (DatabaseError, OSError):
        return False


@require_safe
@guard(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives and answers; nothing else is looked at."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@guard(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served now: 200, or 503 naming the check that fails. ``warnings`` changes no status."""
    checks: dict[str, bool] = {}
    for name, check in CHECKS.items():
        away = name in ASKING and not checks["database"]  # each would wait for it as long again
        checks[name] = not away and passes(check)
    ready = all(checks.values())
    warnings = [name for name, check in CAUTIONS.items() if not passes(check)]
    return JsonResponse({"ready": ready, "checks": checks, "warnings": warnings}, status=200 if ready else 503)


urls = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
