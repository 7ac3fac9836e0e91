"""`/metrics`: what Prometheus reads. Counted in every web process, added up in a folder that they share."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tinhso.kernel.policy import ActedRequest, Actor, define, guard
from tinhso.kernel.registries import Registry

#: Routes that machines ask every few seconds: counted, not logged.
QUIET = {"healthz", "readyz", "metrics", "static"}

REQUESTS = Histogram(
    "tinhso_request_seconds",
    "Requests by route and status, and how long they took",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
QUERIES = Counter("tinhso_database_queries", "Database queries made for requests", ("route",))


def seen(method: str, route: str, status: int, seconds: float, queries: int) -> None:
    """Count one request."""
    REQUESTS.labels(method, route, str(status)).observe(seconds)
    QUERIES.labels(route).inc(queries)


@dataclass(frozen=True)
class Gauge:
    """A number read when Prometheus asks: one value for each value of the label."""

    title: str
    label: str
    read: Callable[[], Mapping[str, float]]


gauges: Registry[Gauge] = Registry("gauge")


def _jobs() -> dict[str, float]:
    """Jobs that wait, run or failed; those that succeeded are history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs "
            "WHERE status IN ('todo', 'doing', 'failed') GROUP BY status"
        )
        return {"todo": 0.0, "doing": 0.0, "failed": 0.0, **{row[0]: float(row[1]) for row in cursor.fetchall()}}


def _parked() -> dict[str, float]:
    """Deliveries of events that a person must look at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reaction, count(*) FROM kernel_delivery WHERE state = 'parked' GROUP BY reaction")
        return {str(row[0]): float(row[1]) for row in cursor.fetchall()}


gauges.register("tinhso_parked_events", Gauge("Events parked after too many tries, by reaction", "reaction", _parked))
gauges.register("tinhso_jobs", Gauge("Background jobs by status", "status", _jobs))


class GaugeCollector(Collector):
    """Asks every registered gauge; one that cannot answer now is left out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, gauge in gauges:
            try:
                values = gauge.read()
            except DatabaseError:
                continue
            family = GaugeMetricFamily(name, gauge.title, labels=[gauge.label])
            for label, value in values.items():
                family.add_metric([label], value)
            yield family


def _from_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


#: What proxies and networks in front of us write into a request that they pass on.
_PROXY_MARKS = re.compile(r"HTTP_(X_FORWARDED|FORWARDED|X_REAL_IP|VIA|CF_|TRUE_CLIENT_IP|X_ORIGINAL|X_CLUSTER_CLIENT)")


def _passed_on(request: HttpRequest) -> bool:
    return any(_PROXY_MARKS.match(name) for name in request.META)


def may_read(actor: Actor, address: str | None) -> bool:
    """Only this machine; the guard, which knows no address, leaves the decision to the page."""
    return address is None or _from_this_machine(address)


METRICS = define("kernel.metrics", _("Đọc số đo vận hành từ chính máy chủ"), may_read, public=True)


@require_safe
@guard(METRICS)
def read(request: ActedRequest) -> HttpResponse:
    """The metrics of all web processes. What a proxy passes on is not from this machine, whoever asks."""
    METRICS.require(request.actor, "0.0.0.0" if _passed_on(request) else request.META.get("REMOTE_ADDR", ""))  # noqa: S104
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    own = CollectorRegistry()
    own.register(GaugeCollector())
    return HttpResponse(generate_latest(registry) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


urls = [path("metrics", read, name="metrics")]
