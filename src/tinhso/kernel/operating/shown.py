"""A notice as it is read: in the reader's language, with its standing at this moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.models import NoticeKind, NoticeState, ServiceNotice, Severity
from tinhso.kernel.operating.banner import text_of, title_of


@dataclass(frozen=True)
class Told:
    """A published notice. ``standing``: announced, under_way, over or withdrawn."""

    id: UUID
    kind: str
    kind_words: str
    severity: str
    severity_words: str
    standing: str
    standing_words: str
    title: str
    text: str
    services: str
    starts_at: datetime
    ends_at: datetime | None
    published_at: datetime | None


def told_as(row: ServiceNotice) -> Told:
    standing = _standing(row)
    return Told(
        id=row.id,
        kind=row.kind,
        kind_words=str(NoticeKind(row.kind).label),
        severity=row.severity,
        severity_words=str(Severity(row.severity).label),
        standing=standing,
        standing_words=_words(standing),
        title=title_of(row),
        text=text_of(row),
        services=row.services,
        starts_at=row.starts_at,
        ends_at=_end(row),
        published_at=row.published_at,
    )


def _end(row: ServiceNotice) -> datetime | None:
    return row.ended_at if row.state == NoticeState.ENDED else row.ends_at


def _standing(row: ServiceNotice) -> str:
    now = clock.now()
    if row.state == NoticeState.WITHDRAWN:
        return "withdrawn"
    if row.state == NoticeState.ENDED or (row.ends_at is not None and row.ends_at <= now):
        return "over"
    return "announced" if row.starts_at > now else "under_way"


def _words(standing: str) -> str:
    return {
        "withdrawn": _("Đã hủy"),
        "over": _("Đã kết thúc"),
        "announced": _("Sắp diễn ra"),
        "under_way": _("Đang diễn ra"),
    }[standing]
