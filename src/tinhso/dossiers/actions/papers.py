"""What officials do with papers: make a control sheet, a hand-over list, a tracking book; print any of them.

The papers of an act are made by the act itself (`paperwork.issue`).
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import flow, jobs
from tinhso.dossiers.events import ListIssued, PaperPrinted
from tinhso.dossiers.models import Attachment, Dossier, Paper, PaperDossier, PaperPrint, Step, with_procedure
from tinhso.dossiers.pack import kind_of
from tinhso.dossiers.paperwork import Period, drawing, entries, issue_alone, issue_asked
from tinhso.dossiers.paperwork.contents import hour_and_day
from tinhso.dossiers.policies import BOOKS, DESK
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock, disclosure
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit, emit_all
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import Actor

#: How many dossiers one hand-over list names.
LONGEST_LIST = 200
#: How many lines of the tracking book one file holds: a PDF page is drawn slowly.
LONGEST_BOOK = {"pdf": 1_000, "xlsx": 20_000}


@transaction.atomic
def make_control_sheet(actor: Actor, dossier_id: UUID) -> Paper:
    """The control sheet of a dossier as it stands now (form 05 of Circular 01/2018, 06 of Circular 03/2025).

    Asked again on the same day with nothing done in between: the one that is there. Raises NotFound, Conflict.
    """
    dossier = with_procedure(Dossier.objects.select_for_update(of=("self",))).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    DESK.require(actor, dossier)
    about = f"{flow.subject(dossier)}@{dossier.version}.{clock.today():%y%m%d}"
    made = issue_asked(actor, dossier, "control", about, actor.name)
    if made is None:
        raise _no_form()
    if dossier.told:
        emit_all(actor, dossier.told, subject=flow.subject(dossier))
        jobs.draw_papers.defer()
    return made


@transaction.atomic
def make_hand_over_list(actor: Actor, agency_id: UUID, dossiers: Sequence[UUID], *, to: str) -> Paper:
    """A list of dossiers that go from the one-stop unit to whoever works on them, or to another agency (``to``).

    All of the actor's agency, none of the actor's own, none on a list before. Raises NotFound, Invalid, Conflict.
    """
    BOOKS.require(actor, agency_id)
    wanted = list(dict.fromkeys(dossiers))
    if not wanted:
        raise Invalid(fields={"dossiers": _("Chọn ít nhất một hồ sơ để bàn giao.")})
    if len(wanted) > LONGEST_LIST:
        raise Invalid(fields={"dossiers": _("Một danh sách có tối đa %(n)d hồ sơ.") % {"n": LONGEST_LIST}})
    if not sentence(to, 200):
        raise Invalid(fields={"to": _("Ghi nơi nhận: bộ phận hoặc cơ quan nào.")})
    rows = _to_hand_over(actor, agency_id, wanted)
    listed = PaperDossier.objects.filter(dossier__in=rows).select_related("dossier", "paper").first()
    if listed is not None:
        words = _("Hồ sơ %(code)s đã có trong danh sách bàn giao số %(number)s.")
        raise Conflict(words % {"code": listed.dossier.code, "number": drawing.number_of(listed.paper)})
    values = {"to": sentence(to, 200), "from": actor.name, "rows": _lines(rows), "signer": actor.name}
    made = issue_alone(actor, "handover", agency_id, f"list:{new_id()}", values)
    if made is None:
        raise _no_form()
    PaperDossier.objects.bulk_create(PaperDossier(paper=made, dossier=dossier) for dossier in rows)
    _tell_list(actor, made, tuple(wanted))
    return made


@transaction.atomic
def make_tracking_book(actor: Actor, period: Period, *, format: Literal["pdf", "xlsx"] = "pdf") -> Paper:
    """Order the tracking book of a period as a file; a job writes it. Whose names stand in it goes to the disclosure
    log now. Raises NotFound, Invalid (empty, or too long for one file)."""
    BOOKS.require(actor, period.agency)
    most = LONGEST_BOOK[format]
    found = entries(period)
    people = list(found.values_list("dossier_id", "dossier__code", "dossier__applicant_person_id")[: most + 1])
    if not people:
        raise Invalid(_("Kỳ này không có hồ sơ nào trong sổ."))
    if len(people) > most:
        raise Invalid(_("Kỳ này có hơn %(n)d dòng. Chọn kỳ ngắn hơn, hoặc xuất bảng tính.") % {"n": most})
    values = {
        "year": period.year,
        "since": period.since.isoformat() if period.since else "",
        "until": period.until.isoformat() if period.until else "",
        "state": period.state or "",
        "format": format,
        "signer": actor.name,
    }
    made = issue_alone(actor, "tracking", period.agency, f"list:{new_id()}", values)
    if made is None:
        raise _no_form()
    for dossier, code, person in people:
        if person is not None:
            fields, purpose = ["applicant_name", "subject_name"], _("Xuất sổ theo dõi hồ sơ, có hồ sơ %s") % code
            disclosure.note(actor, person=person, record=f"dossier:{dossier}", fields=fields, purpose=purpose)
    _tell_list(actor, made, ())
    return made


@transaction.atomic
def print_paper(actor: Actor, paper_id: UUID) -> tuple[str, bytes]:
    """Print a paper: name and bytes. The first time the original; then copies marked "Bản in lại lần n". Each is
    counted with who and when, and is a reading of whose names stand on it. Raises NotFound, Conflict (a book is printed
    from its file)."""
    paper = Paper.objects.select_for_update(of=("self",)).select_related("dossier").filter(id=paper_id).first()
    if paper is None:
        raise NotFound
    if paper.dossier is not None:
        DESK.require(actor, paper.dossier)
    else:
        BOOKS.require(actor, paper.agency_id)
    if kind_of(paper.kind).template == "tracking":
        raise Conflict(_("Sổ xuất ra tệp: tải tệp về rồi in từ máy của bạn."))
    number = paper.prints + 1
    content = drawing.content_of(paper) if number == 1 else drawing.reprinted(paper, number - 1)
    PaperPrint.objects.create(paper=paper, number=number, account_id=actor.account, name=actor.name)
    Paper.objects.filter(id=paper.id).update(prints=number)
    event = PaperPrinted(paper=paper.id, number=number, dossier=paper.dossier_id)
    emit(actor, event, subject=drawing.subject_of(paper))
    _note_print(actor, paper)
    return content


def _note_print(actor: Actor, paper: Paper) -> None:
    """Whose names stand on what was printed: a reading like that of the file."""
    if paper.dossier is not None:
        shown = [(paper.dossier.id, paper.dossier.applicant_person_id)]
    else:
        listed = PaperDossier.objects.filter(paper=paper)
        shown = list(listed.values_list("dossier_id", "dossier__applicant_person_id"))
    purpose = _("In %(title)s %(number)s") % {"title": paper.title, "number": drawing.number_of(paper)}
    for dossier, person in shown:
        if person is not None:
            fields = ["applicant_name", "subject_name"]
            disclosure.note(actor, person=person, record=f"dossier:{dossier}", fields=fields, purpose=purpose)


def _to_hand_over(actor: Actor, agency_id: UUID, wanted: list[UUID]) -> list[Dossier]:
    """The dossiers, locked, in the order of their codes. Raises NotFound when one is not the actor's to hand over."""
    found = with_procedure(Dossier.objects.select_for_update(of=("self",)).filter(id__in=wanted, agency_id=agency_id))
    rows = list(found.order_by("code"))
    if len(rows) != len(wanted) or not all(DESK.allows(actor, dossier) for dossier in rows):
        raise NotFound
    waiting = [dossier.code for dossier in rows if dossier.received_at is None]
    if waiting:
        raise Conflict(_("Hồ sơ %(code)s chưa được tiếp nhận nên chưa bàn giao được.") % {"code": waiting[0]})
    return rows


def _lines(rows: list[Dossier]) -> list[dict[str, str | int]]:
    papers = Counter(Attachment.objects.filter(dossier__in=rows, removed_at=None).values_list("dossier_id", flat=True))
    holders = dict(
        Step.objects.filter(dossier__in=rows, ended_at=None).order_by("number").values_list("dossier_id", "holder_name")
    )
    return [
        {
            "code": dossier.code,
            "procedure": dossier.procedure_version.spec.title,
            "applicant": dossier.applicant_name,
            "subject": dossier.subject_name,
            "received_at": hour_and_day(dossier.received_at) if dossier.received_at else "",
            "papers": papers[dossier.id],
            "holder": holders.get(dossier.id, ""),
        }
        for dossier in rows
    ]


def _tell_list(actor: Actor, made: Paper, dossiers: tuple[UUID, ...]) -> None:
    event = ListIssued(made.id, made.agency_id, made.kind, made.number, made.year, dossiers)
    emit(actor, event, subject=drawing.subject_of(made))
    jobs.draw_papers.defer()  # somebody waits for it


def _no_form() -> Conflict:
    return Conflict(_("Luật của ngày tiếp nhận không có mẫu giấy này."))
