"""Following a dossier without a log-in, and the numbers anybody may see."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.flow import ABANDONED, HANDED_OVER
from tinhso.dossiers.joined.board import PartState, parts_tracked
from tinhso.dossiers.models import Dossier, DossierCounter, Phase, Step, with_procedure
from tinhso.dossiers.statuses import national_status
from tinhso.kernel.errors import NotFound
from tinhso.kernel.throttle import Budget, network_of, spend_all
from tinhso.places import queries as places

#: Tries for one code in an hour, right or wrong; an address may try this many codes.
TRIES_A_CODE, TRIES_AN_ADDRESS = 5, 60
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Passed:
    """A point on the way: what and when, no names."""

    title: str
    at: datetime


@dataclass(frozen=True)
class Tracked:
    """Status and dates of a dossier, and of all parts of the joined filing that it is a part of; nobody's name."""

    code: str
    procedure_name: str
    agency_name: str
    phase: str
    phase_words: str
    status: int
    status_words: str
    submitted_at: datetime
    received_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    current_step: str
    due: Due
    passed: list[Passed]
    parts: list[PartState]


def track(code: str, last4: str, ip: str | None = None) -> Tracked:
    """Status by code and the last four digits of the applicant's telephone or identity number.

    An unknown code and wrong digits get the same answer. Raises TooMany after five tries for a code in an hour.
    """
    code = code.replace("\x00", "").strip().upper()[:60]
    shut = _("Mã này đã được thử 5 lần trong một giờ. Đợi %(minutes)d phút rồi thử lại, hoặc đăng nhập để xem hồ sơ.")
    from_here = [Budget(f"track-from:{network_of(ip)}", TRIES_AN_ADDRESS)] if ip else []
    spend_all(HOUR, *from_here, Budget(f"track:{code}", TRIES_A_CODE, shut))
    dossier = with_procedure(Dossier.objects.select_related("joint_part__joint")).filter(code=code).first()
    digits = dossier.tracking_digits if dossier is not None else [""]
    typed = last4.strip().encode()
    if not any(hmac.compare_digest(known.encode(), typed) for known in digits) or dossier is None or not typed:
        raise NotFound(_("Không có hồ sơ nào khớp mã và 4 số cuối đã nhập. Xem lại giấy báo mã hồ sơ rồi thử lại."))
    return tracked(dossier)


def tracked(dossier: Dossier) -> Tracked:
    """What a person without a log-in may know."""
    steps = list(Step.objects.filter(dossier=dossier).order_by("number"))
    status = national_status(dossier)
    return Tracked(
        code=dossier.code,
        procedure_name=dossier.procedure_version.name,
        agency_name=places.names([dossier.agency_id]).get(dossier.agency_id, ""),
        phase=dossier.phase,
        phase_words=str(Phase(dossier.phase).label),
        status=int(status),
        status_words=status.words,
        submitted_at=dossier.submitted_at,
        received_at=dossier.received_at,
        finished_at=dossier.finished_at,
        closed_at=dossier.closed_at,
        current_step=next((s.title for s in steps if s.ended_at is None), ""),
        due=clocks.due(dossier),
        passed=[Passed(s.title, s.ended_at) for s in steps if s.ended_at and s.outcome not in (HANDED_OVER, ABANDONED)],
        parts=parts_tracked(dossier),
    )


def dossier_count(agency: UUID | None = None, since: date | None = None, until: date | None = None) -> int:
    """How many dossiers were sent: the sum of the gap-free daily numbers, never a count over the table."""
    days = DossierCounter.objects.all()
    if agency is not None:
        days = days.filter(agency_id=agency)
    if since is not None:
        days = days.filter(day__gte=since)
    if until is not None:
        days = days.filter(day__lte=until)
    return int(days.aggregate(total=Sum("last"))["total"] or 0)
