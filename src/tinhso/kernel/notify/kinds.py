"""Kinds of notifications, their words and the topics under which people choose channels; each app defines its own in
`notices.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.registries import Registry

Words = str | Promise
Context = Mapping[str, str | int]


#: What may stand in words that leave the house: a code, a day, an hour. Never a name, never what it is about.
OUTSIDE = frozenset({"code", "due", "at", "until"})


@dataclass(frozen=True)
class Topic:
    """Kinds for which an account chooses together. ``fixed``: of the account's own safety, never switched off;
    ``at_work``: shown to officials alone."""

    name: str
    title: Words
    hint: Words = ""
    order: int = 50
    fixed: bool = False
    at_work: bool = False


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
    topic: str = "general"
    email: bool = True  #: sent by e-mail unless the account chose otherwise
    sms: bool = False  #: likewise by SMS

    def fill(self, words: Words, context: Context) -> str:
        """The words with the context's values, in the current language. Raises KeyError for a missing value."""
        return str(words) % context if words else ""


_notices: Registry[Notice] = Registry("notice")
_topics: Registry[Topic] = Registry("topic of notices")


def define_topic(topic: Topic) -> Topic:
    """Register a topic; its name is unique in the house."""
    return _topics.register(topic.name, topic)


def topic_of(notice: Notice) -> Topic:
    """Raises LookupError for a topic that nobody defined."""
    return _topics.get(notice.topic)


def every_topic() -> list[Topic]:
    return sorted((topic for _name, topic in _topics), key=lambda topic: (topic.order, topic.name))


SECURITY = define_topic(
    Topic(
        "security",
        _("An toàn tài khoản và dữ liệu của bạn"),
        _("Đặt lại mật khẩu, dùng danh tính của bạn, yêu cầu xóa dữ liệu. Không tắt được."),
        order=90,
        fixed=True,
    )
)
define_topic(Topic("general", _("Tin khác"), order=80))


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
