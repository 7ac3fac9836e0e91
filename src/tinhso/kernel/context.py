"""What every template may use."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tinhso.kernel import navigation
from tinhso.kernel.navigation import Menu
from tinhso.kernel.operating import banner
from tinhso.kernel.operating.shown import told_as
from tinhso.kernel.province import province


def house(request: HttpRequest) -> dict[str, Any]:
    """The actor, whose province this is, the menus, and whether the data shown is sample data.

    Menus are lazy: a page that draws none asks nothing of the database.
    """
    actor = navigation.acting(request)
    return {
        "actor": actor,
        "sample": settings.HERE.sample,
        "province": province(),
        "menu": {menu.value: SimpleLazyObject(partial(navigation.entries, menu, actor, request.path)) for menu in Menu},
        "service_notices": SimpleLazyObject(lambda: [told_as(row) for row in banner.current()]),
        "workplace": SimpleLazyObject(lambda: navigation.workplace(request)),
        "desk_search_url": SimpleLazyObject(partial(navigation.desk_search_url, actor)),
    }
