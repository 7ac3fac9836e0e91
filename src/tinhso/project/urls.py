"""Every address of the house: each app brings its own `urls` in `pages.py`, the API is `project.api`."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from tinhso.kernel import health, metrics
from tinhso.project.api import api


def _pages() -> list[URLPattern | URLResolver]:
    """The `urls` list of each app's pages room, lowest floor first."""
    found: list[URLPattern | URLResolver] = []
    for app in settings.FLOORS:
        if find_spec(f"{app}.pages") is not None:
            found += import_module(f"{app}.pages").urls
    return found


urlpatterns = [
    path("api/v1/", api.urls),
    path("", include([*health.urls, *metrics.urls])),
    path("", include(_pages())),
]

handler400 = "tinhso.kernel.problems.bad_request"
handler403 = "tinhso.kernel.problems.denied"
handler404 = "tinhso.kernel.problems.not_found"
handler500 = "tinhso.kernel.problems.fault"
