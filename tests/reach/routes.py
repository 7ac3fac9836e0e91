"""Every page and every API operation, each with its method, as the table of routes names them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.reach import bodies
from tinhso.desk.pages.record import ACTS
from tinhso.project.api import api


@dataclass(frozen=True)
class Route:
    """An address with its method, as the table names it."""

    method: str
    route: str

    @property
    def api(self) -> bool:
        return self.route.startswith("/api/")


def _addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, address)
        elif isinstance(pattern, URLPattern) and getattr(pattern.callback, "__module__", "") != "ninja.operation":
            yield address


#: Addresses of which a part chooses what is done: a row for each.
SPREAD = {"/ban-lam-viec/ho-so/<uuid:dossier_id>/<str:name>": ("<str:name>", tuple(ACTS)), **bodies.SPREAD}


def _spread(address: str) -> list[str]:
    part, names = SPREAD.get(address, ("", ("",)))
    return [address.replace(part, name) if part else address for name in names]


def every_route() -> list[Route]:
    """Pages (GET and POST) and API operations, in the order of their addresses."""
    pages = [
        Route(method, named)
        for address in _addresses(get_resolver())
        for named in _spread(address)
        for method in ("GET", "POST")
    ]
    operations = [
        Route(method, named)
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for named in _spread(re.sub("/+", "/", f"/api/v1/{router.prefix}/{path}"))
        for operation in view.operations
        for method in operation.methods
    ]
    return sorted(pages + operations, key=lambda r: (r.route, r.method))
