"""Kinds of notifications and their words; each app defines its own in `notices.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from tinhso.kernel.registries import Registry

Words = str | Promise
Context = Mapping[str, str | int]


@dataclass(frozen=True)
class Notice:
    """A kind of notification. Words are templates over the context: ``_("Hồ sơ %(code)s cần bổ sung")``.

    Title and body are read by the account itself after signing in. ``outside`` is what e-mail and SMS say: they may be
    read by others, so it names no person and nothing of the content; empty: this kind never leaves the house.
    """

    name: str
    title: Words
    body: Words = ""
    outside: Words = ""
    url: str = ""  #: the page it leads to, a template too: "/ho-so/%(dossier)s"
    email: bool = True  #: sent by e-mail unless the account chose otherwise
    sms: bool = False  #: likewise by SMS

    def fill(self, words: Words, context: Context) -> str:
        """The words with the context's values, in the current language. Raises KeyError for a missing value."""
        return str(words) % context if words else ""


_notices: Registry[Notice] = Registry("notice")


def define(notice: Notice) -> Notice:
    """Register a kind; its name is unique in the house."""
    return _notices.register(notice.name, notice)


def notice(name: str) -> Notice:
    """The kind of that name. Raises LookupError."""
    return _notices.get(name)


def every_notice() -> dict[str, Notice]:
    return dict(iter(_notices))


def known(name: str) -> bool:
    return name in _notices
