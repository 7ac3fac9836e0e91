"""What the public is told about the service itself: a draft, published, ended or withdrawn; the history is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Stale
from tinhso.kernel.events import Event, emit
from tinhso.kernel.http import paged
from tinhso.kernel.models import NoticeKind, NoticeState, ServiceNotice, Severity
from tinhso.kernel.operating import banner
from tinhso.kernel.operating.policies import OPERATE, WATCH
from tinhso.kernel.policy import Actor
from tinhso.kernel.registries import Registry


@dataclass(frozen=True)
class Words:
    """A notice as its author writes it. ``ends_at`` may be open for an incident only."""

    kind: str
    severity: str
    title_vi: str
    starts_at: datetime
    ends_at: datetime | None = None
    title_en: str = ""
    text_vi: str = ""
    text_en: str = ""
    services: str = ""


@dataclass(frozen=True)
class ServiceNoticeActed(Event):
    """``act``: drafted, changed, published, ended or withdrawn. ``short``: announced later than the rule asks."""

    TYPE: ClassVar[str] = "vn.tinhso.kernel.service-notice"
    notice: UUID
    act: str
    version: int
    short: bool = False


#: What the author should know before publishing, empty when nothing: floor 1 knows calendar and law.
cautions: Registry[Callable[[ServiceNotice], str]] = Registry("caution of a service notice")

FIRST_YEAR = 2020
LONGEST = {"title_vi": 200, "title_en": 200, "text_vi": 4000, "text_en": 4000, "services": 300}


def draft(actor: Actor, words: Words) -> ServiceNotice:
    """A new draft, seen by operators only. Raises Denied, Invalid."""
    OPERATE.require(actor)
    with transaction.atomic():
        made = ServiceNotice(**_checked(words))
        made.save(force_insert=True)
        _tell(actor, made, "drafted")
    return made


def change(actor: Actor, notice: UUID, words: Words, version: int) -> ServiceNotice:
    """Other words or times, also of a published notice (it takes longer). Raises Denied, NotFound, Invalid, Stale,
    Conflict when it is over."""
    OPERATE.require(actor)
    kept = _checked(words)
    with transaction.atomic():
        found = _open(notice, version, NoticeState.DRAFT, NoticeState.PUBLISHED)
        for name, value in kept.items():
            setattr(found, name, value)
        return _done(actor, found, "changed")


def publish(actor: Actor, notice: UUID, version: int) -> ServiceNotice:
    """From now on everybody sees it. A notice that is already over is refused. Raises like `change`."""
    OPERATE.require(actor)
    with transaction.atomic():
        found = _open(notice, version, NoticeState.DRAFT)
        if found.ends_at is not None and found.ends_at <= clock.now():
            raise Invalid(fields={"ends_at": _("Giờ kết thúc đã qua. Sửa giờ rồi công bố.")})
        found.state, found.published_at = NoticeState.PUBLISHED, clock.now()
        return _done(actor, found, "published", short=bool(caution(found)))


def end(actor: Actor, notice: UUID, version: int) -> ServiceNotice:
    """The service runs again. Raises like `change`."""
    return _finish(actor, notice, version, NoticeState.ENDED, "ended")


def withdraw(actor: Actor, notice: UUID, version: int) -> ServiceNotice:
    """It does not happen after all; a draft or an announced suspension. Raises like `change`."""
    return _finish(actor, notice, version, NoticeState.WITHDRAWN, "withdrawn")


def _finish(actor: Actor, notice: UUID, version: int, state: NoticeState, act: str) -> ServiceNotice:
    OPERATE.require(actor)
    allowed = [NoticeState.PUBLISHED] if state == NoticeState.ENDED else [NoticeState.DRAFT, NoticeState.PUBLISHED]
    with transaction.atomic():
        found = _open(notice, version, *allowed)
        found.state, found.ended_at = state, clock.now()
        return _done(actor, found, act)


def caution(notice: ServiceNotice) -> str:
    """What stands against publishing it now, in one sentence; empty: nothing."""
    return " ".join(words for _name, check in cautions if (words := check(notice)))


def found(actor: Actor, notice: UUID) -> ServiceNotice:
    """Any notice, for operators. Raises Denied, NotFound."""
    WATCH.require(actor)
    row = ServiceNotice.objects.filter(id=notice).first()
    if row is None:
        raise NotFound
    return row


def every(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[ServiceNotice], str | None]:
    """All notices with drafts, the latest first; one query. Raises Denied."""
    WATCH.require(actor)
    return paged(ServiceNotice.objects.all(), cursor=cursor, limit=limit, by=("-id",))


def told(cursor: str | None = None, limit: int = 20) -> tuple[list[ServiceNotice], str | None]:
    """What the public was ever told, the latest first; one query."""
    published = ServiceNotice.objects.filter(published_at__isnull=False)
    return paged(published, cursor=cursor, limit=limit, by=("-id",))


def _open(notice: UUID, version: int, *states: NoticeState) -> ServiceNotice:
    row = ServiceNotice.objects.select_for_update().filter(id=notice).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Stale(_("Người khác vừa sửa thông báo này. Tải lại trang để xem bản mới; bản bạn gõ còn ở trang trước."))
    if row.state not in states:
        raise Conflict(_("Thông báo đã kết thúc hoặc đã công bố nên không làm được việc này. Tải lại trang."))
    return row


def _done(actor: Actor, notice: ServiceNotice, act: str, *, short: bool = False) -> ServiceNotice:
    notice.version += 1
    notice.save()
    _tell(actor, notice, act, short=short)
    return notice


def _tell(actor: Actor, notice: ServiceNotice, act: str, *, short: bool = False) -> None:
    event = ServiceNoticeActed(notice.id, act, notice.version, short)
    emit(actor, event, subject=f"service-notice:{notice.id}")
    banner.forget()
    transaction.on_commit(banner.forget)


def _checked(words: Words) -> dict[str, str | datetime | None]:
    """The fields as kept. Raises Invalid with a sentence for each place to put right."""
    kept: dict[str, str] = {name: _tidy(getattr(words, name)) for name in LONGEST}
    wrong = {
        name: _("Viết ngắn lại, nhiều nhất %(n)d ký tự.") % {"n": most}
        for name, most in LONGEST.items()
        if len(kept[name]) > most
    }
    if not kept["title_vi"]:
        wrong["title_vi"] = _("Ghi tiêu đề: điều gì xảy ra, ví dụ “Tạm ngừng nộp hồ sơ để nâng cấp”.")
    if words.kind not in NoticeKind.values:
        wrong["kind"] = _("Chọn sự cố hay tạm ngừng theo kế hoạch.")
    if words.severity not in Severity.values:
        wrong["severity"] = _("Chọn mức độ.")
    for name, instant in (("starts_at", words.starts_at), ("ends_at", words.ends_at)):
        if instant is not None and not FIRST_YEAR <= instant.year < FIRST_YEAR + 100:
            wrong[name] = _("Chọn một ngày trong khoảng năm %(a)d đến %(b)d.") % {"a": FIRST_YEAR, "b": FIRST_YEAR + 99}
    if words.ends_at is not None and words.ends_at <= words.starts_at:
        wrong["ends_at"] = _("Giờ kết thúc phải sau giờ bắt đầu.")
    if words.ends_at is None and words.kind == NoticeKind.PLANNED:
        wrong["ends_at"] = _("Tạm ngừng theo kế hoạch phải có giờ kết thúc dự kiến.")
    if wrong:
        raise Invalid(fields=wrong)
    return {
        **kept,
        "kind": words.kind,
        "severity": words.severity,
        "starts_at": words.starts_at,
        "ends_at": words.ends_at,
    }


def _tidy(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = ("".join(letter for letter in line if letter.isprintable()).strip() for line in lines)
    return "\n".join(shown).strip()
