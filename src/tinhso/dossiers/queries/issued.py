"""Papers that were made: of a dossier, of an agency, one file; the tracking book and what waits to be handed over."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers.models import CLOSED, Dossier, Paper, PaperDossier, with_procedure
from tinhso.dossiers.pack import Made, form_on, kind_for, kind_of, kinds, kinds_made
from tinhso.dossiers.paperwork import BookLine, Period, drawing, entries, lines_of
from tinhso.dossiers.paperwork.contents import law_day
from tinhso.dossiers.policies import BOOKS, DESK_ROLES, OWN, READ
from tinhso.dossiers.queries.filtering import not_own
from tinhso.dossiers.queries.readings import Download, note_reading
from tinhso.kernel import clock, disclosure
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.kernel.prepared import prepared

#: Of a paper's row, what no list shows.
HEAVY = ("values", "prepared")


@dataclass(frozen=True)
class IssuedPaper:
    """A paper in a list. ``state``: done, sealed, waiting (drawn when opened), fault; ``prints``: how often printed."""

    id: UUID
    kind: str
    title: str
    number: str
    form: str
    agency: UUID
    dossier: UUID | None
    issued_at: datetime
    issued_by_name: str
    state: str
    state_words: str
    prints: int


@dataclass(frozen=True)
class IssuedRow(IssuedPaper):
    """With the code of its dossier; empty for lists and books."""

    code: str


@dataclass(frozen=True)
class IssuedFilters:
    """What to show of the papers of one's agencies; all may be left out. ``number`` as printed, "12/2026", or "12"."""

    kind: str | None = None
    number: str = ""
    code: str = ""
    since: date | None = None
    until: date | None = None
    agency: UUID | None = None


def issued_facts(paper: Paper) -> IssuedPaper:
    """A paper as lists show it."""
    state = _state(paper)
    return IssuedPaper(
        id=paper.id,
        kind=paper.kind,
        title=paper.title,
        number=drawing.number_of(paper),
        form=paper.form,
        agency=paper.agency_id,
        dossier=paper.dossier_id,
        issued_at=paper.issued_at,
        issued_by_name=paper.issued_by_name,
        state=state,
        state_words={
            "sealed": _("Đã ký số"),
            "done": _("Đã lập"),
            "waiting": _("Lập khi mở"),
            "fault": _("Chưa ký số được, sẽ thử lại"),
        }[state],
        prints=paper.prints,
    )


def _state(paper: Paper) -> str:
    if paper.done_at is not None:
        return "sealed" if paper.sealed else "done"
    return "fault" if paper.last_error else "waiting"


@prepared
def _papers(dossier: UUID) -> QuerySet[Paper]:
    return Paper.objects.filter(dossier=dossier).defer(*HEAVY).order_by("issued_at", "id")


def issued_of(dossier: Dossier, *, internal: bool) -> list[IssuedPaper]:
    """The papers of a dossier, the oldest first; its applicant does not see those for the office alone. One query."""
    return [issued_facts(row) for row in _papers(dossier=dossier.id) if internal or _for_applicant(row)]


def issued_of_dossier(actor: Actor, dossier_id: UUID) -> list[IssuedPaper]:
    """The same for this actor. Somebody else's dossier: NotFound."""
    dossier = Dossier.objects.filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    READ.require(actor, dossier)
    return issued_of(dossier, internal=not OWN.allows(actor, dossier))


def lacks_receipt(dossier: Dossier, papers: list[IssuedPaper]) -> bool:
    """Whether a received dossier has no receipt yet although the law of its day has one."""
    wanted = [kind for kind in kinds_made(Made.RECEIVED) if form_on(kind, law_day(dossier)) is not None]
    return bool(wanted) and not any(paper.kind == wanted[0].id for paper in papers)


def _for_applicant(paper: Paper) -> bool:
    kind = kinds().get(paper.kind)
    return kind is not None and kind.for_applicant


def issued(
    actor: Actor, filters: IssuedFilters, cursor: str | None = None, limit: int = 20
) -> tuple[list[IssuedRow], str | None]:
    """A page of the papers of the agencies that the actor works at, the newest first; one query, no count."""
    BOOKS.require(actor)
    scopes = {g.scope for g in actor.grants if g.role in DESK_ROLES and filters.agency in (None, g.scope)}
    rows = (
        Paper.objects.filter(Q(dossier=None) | not_own(actor, "dossier__"), agency_id__in=scopes)
        .select_related("dossier")
        .only(*_SHOWN)
    )
    found, following = paged(_filtered(rows, filters), cursor=cursor, limit=limit, by=("-issued_at", "-id"))
    return [
        IssuedRow(**vars(issued_facts(row)), code=row.dossier.code if row.dossier else "") for row in found
    ], following


_SHOWN = (
    *("id", "kind", "title", "number", "year", "form", "agency_id", "issued_at", "issued_by_name", "done_at"),
    *("sealed", "last_error", "prints", "dossier__id", "dossier__code"),
)


def _filtered(rows: "QuerySet[Paper]", filters: IssuedFilters) -> "QuerySet[Paper]":
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.number.strip():
        number, slash, year = filters.number.strip().partition("/")
        if not (_whole(number) and (_whole(year) or not slash)):
            return rows.none()
        rows = rows.filter(number=int(number), **({"year": int(year)} if slash else {}))
    if filters.code.strip():
        rows = rows.filter(dossier__code=filters.code.strip().upper().replace("\x00", ""))
    if filters.since:
        rows = rows.filter(issued_at__gte=clock.midnight(filters.since))
    if filters.until:
        rows = rows.filter(issued_at__lt=clock.night(filters.until))
    return rows


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def issued_file(actor: Actor, paper_id: UUID, *, of: UUID | None = None) -> Download:
    """The file of a paper, drawn now when nobody has yet; an official's reading is noted. ``of``: the dossier that the
    address names. Somebody else's, or one of the office's own use for the applicant: NotFound. Raises Unavailable for a
    book that is still being written."""
    paper = with_procedure(Paper.objects.select_related("dossier"), "dossier__").filter(id=paper_id).first()
    if paper is None or (of is not None and paper.dossier_id != of):
        raise NotFound
    if paper.dossier is None:
        BOOKS.require(actor, paper.agency_id)
        _note_lines(actor, paper)
    else:
        READ.require(actor, paper.dossier)
        if not OWN.allows(actor, paper.dossier):
            note_reading(actor, paper.dossier, list(paper.dossier.steps.filter(ended_at=None)))
        elif not _for_applicant(paper):
            raise NotFound
    name, content = drawing.content_of(paper)
    return Download(name, drawing.XLSX if name.endswith(".xlsx") else drawing.PDF, content)


def _note_lines(actor: Actor, paper: Paper) -> None:
    """Whose names stand on a list or in a book; for whoever ordered a book they were noted with the order."""
    book = kind_of(paper.kind).template == "tracking"
    if book and paper.issued_by_id == actor.account:
        return
    rows = entries(drawing.period_of(paper)) if book else PaperDossier.objects.filter(paper=paper)
    for dossier, person in rows.values_list("dossier_id", "dossier__applicant_person_id"):
        _note_line(actor, dossier, person, f"{paper.title} {drawing.number_of(paper)}")


def _note_line(actor: Actor, dossier: UUID, person: UUID | None, purpose: str) -> None:
    if person is not None:
        fields = ["applicant_name", "subject_name"]
        disclosure.note(actor, person=person, record=f"dossier:{dossier}", fields=fields, purpose=purpose)


def tracking_book(
    actor: Actor, period: Period, cursor: str | None = None, limit: int = 50
) -> tuple[list[BookLine], str | None]:
    """A page of the tracking book, the newest line first; three queries, no count. Whose names are shown goes to the
    disclosure log: it is the whole year's list, not one's own work. Another agency's: NotFound."""
    BOOKS.require(actor, period.agency)
    rows = entries(period).defer("dossier__data", "dossier__sources")
    found, following = paged(rows, cursor=cursor, limit=limit, by=("-written_at", "-id"))
    for entry in found:
        _note_line(actor, entry.dossier_id, entry.dossier.applicant_person_id, _("Xem sổ theo dõi hồ sơ"))
    return lines_of(found), following


def to_hand_over(actor: Actor, agency: UUID, day: date, limit: int = 200) -> list[BookLine]:
    """What was received that day, is still worked on and stands on no hand-over list yet, in the order of receipt."""
    BOOKS.require(actor, agency)
    rows = (
        entries(Period(agency, day.year, day, day))
        .filter(not_own(actor, "dossier__"))
        .exclude(dossier__phase__in=CLOSED)
        .exclude(Exists(PaperDossier.objects.filter(dossier=OuterRef("dossier_id"))))
        .defer("dossier__data", "dossier__sources")
        .order_by("written_at", "id")
    )
    return lines_of(rows[:limit])


def lists_of(actor: Actor, agency: UUID, template: str, limit: int = 10) -> list[IssuedPaper]:
    """The latest lists or books of an agency."""
    BOOKS.require(actor, agency)
    kind = kind_for(template)
    rows = (
        Paper.objects.filter(agency_id=agency, kind=kind.id if kind else "", dossier=None)
        .defer(*HEAVY)
        .order_by("-year", "-number")
    )
    return [issued_facts(row) for row in rows[:limit]]


def kinds_shown() -> list[tuple[str, str]]:
    """Id and name of every kind of paper, as the pack has them."""
    return [(kind.id, kind.name) for kind in kinds().values()]
