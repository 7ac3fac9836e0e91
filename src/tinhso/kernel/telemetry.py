"""What the house writes about itself: one JSON line a request, and never a personal value.

A line names route, status, time and the acting account's opaque id. Addresses (they may carry a dossier code),
bodies and the messages of exceptions (PostgreSQL quotes the offending value in them) are left out.
"""

import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.functional import empty

from tinhso.kernel import metrics
from tinhso.kernel.policy import Actor
from tinhso.kernel.scrubbing import drop_personal

Respond = Callable[[HttpRequest], HttpResponse]
EventDict = MutableMapping[str, Any]

_log = structlog.get_logger("tinhso.request")


def _safe_exception(logger: Any, method: str, event: EventDict) -> EventDict:
    """An exception as its class and the places it came through, without what it says."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["exception"] = info[0].__name__
        event["at"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(info[2])[-12:]]
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _safe_exception,
    drop_personal,
]


def logging_settings(logs: Path, service: str) -> dict[str, Any]:
    """Django's LOGGING: a served process writes `<service>.jsonl` in the logs folder, a command speaks on stderr."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    out: dict[str, Any] = {"class": "logging.StreamHandler", "formatter": "json", "level": "WARNING"}
    if service:
        logs.mkdir(parents=True, exist_ok=True)
        file = str(logs / f"{service}.jsonl")
        # reopened when the supervisor sets a large file aside
        out = {"class": "logging.handlers.WatchedFileHandler", "filename": file, "formatter": "json"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                # a library's record keeps its template; what was filled in may be personal
                "use_get_message": False,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"out": out},
        "root": {"handlers": ["out"], "level": "INFO"},
        "loggers": {
            # the request's own line says it better, and without the address
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "procrastinate": {"level": "WARNING"},
            "spiff": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }


def _acting_account(request: HttpRequest) -> str | None:
    """The account's id when something already asked who acts; the log line does not cause a query."""
    actor = getattr(request, "actor", None)
    asked = getattr(actor, "_wrapped", empty)
    return str(asked.account) if isinstance(asked, Actor) and asked.account is not None else None


class TelemetryMiddleware:
    """Counts and times each request and its queries; writes its log line."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        queries = 0

        def counting(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*args)

        with connection.execute_wrapper(counting):
            response = self.respond(request)
        seconds = time.perf_counter() - began
        match = request.resolver_match
        route = match.route if match is not None else ("static" if response.status_code < 400 else "none")
        metrics.seen(request.method or "?", route, response.status_code, seconds, queries)
        if route not in metrics.QUIET:
            _log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                queries=queries,
                account=_acting_account(request),
            )
        return response
