"""The tracking book (form 06 of Circular 01/2018): every received dossier under its number of the year, with what
became of it. The lines are derived from the dossiers as they stand when they are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.models import CLOSED, BookEntry, Channel, Dossier, Phase
from tinhso.dossiers.paperwork.contents import TRACKING_BOOK
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

State = Literal["open", "late", "done"]


@dataclass(frozen=True)
class Period:
    """Which lines of an agency's tracking book: one year's book, the days and the state may be left out."""

    agency: UUID
    year: int
    since: date | None = None
    until: date | None = None
    state: State | None = None


@dataclass(frozen=True)
class BookLine:
    """One line. ``outcome`` says whether the result came in time, or how the dossier stands against its time."""

    number: int
    dossier: UUID
    code: str
    procedure: str
    applicant_name: str
    subject_name: str
    channel: str
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    phase: str
    outcome: str


def entries(period: Period) -> "QuerySet[BookEntry]":
    """The lines, unordered. Raises Invalid for days in the wrong order."""
    if period.since and period.until and period.since > period.until:
        raise Invalid(fields={"until": _("Ngày cuối phải từ ngày đầu trở đi.")})
    found = BookEntry.objects.filter(
        book__agency_id=period.agency, book__kind=TRACKING_BOOK, book__year=period.year
    ).select_related("dossier")
    if period.since:
        found = found.filter(written_at__gte=clock.midnight(period.since))
    if period.until:
        found = found.filter(written_at__lt=clock.night(period.until))
    ended = Q(dossier__phase__in=[*CLOSED, Phase.SIGNED])
    if period.state == "done":
        return found.filter(ended)
    if period.state is not None:
        found = found.exclude(ended)
    if period.state != "late":
        return found
    unsure = procedures.untimed_versions()
    return found.filter(dossier__due_at__lt=clock.now()).exclude(dossier__procedure_version__in=unsure)


def lines_of(rows: Iterable[BookEntry]) -> list[BookLine]:
    """The lines of these entries, in their order; two queries more whatever their number."""
    kept = list(rows)
    dossiers = [entry.dossier for entry in kept]
    versions = procedures.versions({d.procedure_version_id for d in dossiers})
    calendars = places.calendars_for({d.agency_id for d in dossiers})
    for dossier in dossiers:
        dossier.procedure_version = versions[dossier.procedure_version_id]
        dossier.calendar = calendars[dossier.agency_id]
    return [_line(entry, entry.dossier) for entry in kept]


def _line(entry: BookEntry, dossier: Dossier) -> BookLine:
    due = clocks.owed_at(dossier)
    return BookLine(
        number=entry.number,
        dossier=dossier.id,
        code=dossier.code,
        procedure=dossier.procedure_version.spec.title,
        applicant_name=dossier.applicant_name,
        subject_name=dossier.subject_name,
        channel=str(Channel(dossier.channel).label),
        received_at=entry.written_at,
        due_at=due,
        finished_at=dossier.finished_at,
        closed_at=dossier.closed_at,
        phase=str(Phase(dossier.phase).label),
        outcome=_outcome(dossier, due),
    )


def _outcome(dossier: Dossier, due: datetime | None) -> str:
    ended = dossier.finished_at or dossier.closed_at
    if ended is None:
        return clocks.due(dossier).words
    if due is None:
        return ""
    return _("Quá hạn") if ended > due else _("Đúng hạn")
