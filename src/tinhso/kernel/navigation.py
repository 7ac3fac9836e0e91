"""Where one can go: apps register entries of menus when their pages are loaded, so no menu promises a missing page.

navigation.register(DESK, NavItem("dossiers", _("Hồ sơ"), "desk:inbox", icon="inbox", order=10, count=waiting))
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from tinhso.kernel.policy import ANONYMOUS, Actor, anyone


class Menu(StrEnum):
    SITE = "site"  #: top of public pages
    FOOTER = "footer"  #: foot of public pages
    DESK = "desk"  #: rail of officials' pages
    ACCOUNT = "account"  #: who I am: log in, my things, log out


@dataclass(frozen=True)
class NavItem:
    """One entry. ``count`` is asked only on the desk and only for entries shown; keep it to one cheap query."""

    name: str
    title: str | Promise
    view: str  #: URL name
    icon: str = "circle"
    order: int = 100
    show: Callable[[Actor], bool] = lambda actor: anyone(actor, None)
    count: Callable[[Actor], int | None] | None = None
    post: bool = False  #: a button in a form (log out), not a link
    also: tuple[str, ...] = ()  #: URL names of pages that are reached from it and lie elsewhere


@dataclass(frozen=True)
class Entry:
    """An entry as drawn."""

    name: str
    title: str
    url: str
    icon: str
    count: int | None
    post: bool
    current: bool


_items: dict[Menu, dict[str, NavItem]] = {menu: {} for menu in Menu}


def register(menu: Menu, item: NavItem) -> None:
    """Add an entry; its name is unique within the menu."""
    if item.name in _items[menu]:
        raise ValueError(f"{menu} already has an entry {item.name}")
    _items[menu][item.name] = item


def entries(menu: Menu, actor: Actor, path: str = "") -> list[Entry]:
    """The entries this actor may see, in order; the one whose address best matches ``path`` is current.

    A view that does not exist raises NoReverseMatch, so a dead link never reaches a reader.
    """
    shown = sorted((i for i in _items[menu].values() if i.show(actor)), key=lambda i: (i.order, i.name))
    addresses = {item.name: reverse(item.view) for item in shown}
    leads = [(url, item.name) for item in shown for url in (addresses[item.name], *map(reverse, item.also))]
    near = [(len(url), name) for url, name in leads if path == url or (url != "/" and path.startswith(url))]
    _length, current = max(near, default=(0, None))
    return [
        Entry(
            name=item.name,
            title=str(item.title),
            url=addresses[item.name],
            icon=item.icon,
            count=item.count(actor) if item.count else None,
            post=item.post,
            current=item.name == current,
        )
        for item in shown
    ]


def first_url(menu: Menu, actor: Actor) -> str:
    """Where the first entry that this actor may see leads, or an empty string; nothing is counted."""
    shown = [item for item in _items[menu].values() if item.show(actor)]
    return reverse(min(shown, key=lambda i: (i.order, i.name)).view) if shown else ""


def entry_url(menu: Menu, name: str) -> str:
    """The address of an entry, or an empty string when no app registered it."""
    item = _items[menu].get(name)
    return reverse(item.view) if item else ""


#: Whose desk it is ("UBND xã Hòn Tre"): floor 1 or the desk registers it, the kernel knows no agency.
_workplace: list[Callable[[HttpRequest], str]] = []
#: Where the search of the desk goes, and who may use it.
_desk_search: list[tuple[str, Callable[[Actor], bool]]] = []


def name_workplace(source: Callable[[HttpRequest], str]) -> None:
    """Register how the desk's head line is worded for a request. Called once, by the desk."""
    _workplace[:] = [source]


def search_desk_at(view: str, show: Callable[[Actor], bool]) -> None:
    """Register the view (GET ``q``) behind the search field of the desk, and whose desk has the field."""
    _desk_search[:] = [(view, show)]


def workplace(request: HttpRequest) -> str:
    return _workplace[0](request) if _workplace else ""


def desk_search_url(actor: Actor) -> str:
    """Where the search field of this actor's desk leads; empty when the desk has none."""
    return next((reverse(view) for view, show in _desk_search if show(actor)), "")


def acting(request: HttpRequest) -> Actor:
    """Who acts in this request, anonymous before ActorMiddleware has run."""
    actor = getattr(request, "actor", None)
    return actor if actor is not None else ANONYMOUS
