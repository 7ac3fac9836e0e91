"""What other agencies are asked about dossiers: for the agency that asked, and for whoever is asked.

Whoever is asked sees the question, and until the answer the papers chosen for them and, if so chosen, the applicant's
answers: nothing else of the dossier.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tinhso.dossiers import flow, opinions
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.models import Attachment, Dossier, Opinion, OpinionPaper, ShareUnit, Stance, with_procedure
from tinhso.dossiers.policies import DESK, GIVE_OPINION, OPINION_ROLES
from tinhso.dossiers.queries.filtering import not_own
from tinhso.dossiers.queries.mine import papers_of
from tinhso.dossiers.queries.readings import Download, note_reading
from tinhso.kernel import clock, disclosure, files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.procedures.filling import words

#: What a form offers: values and words.
SHARE_UNITS, STANCES = ShareUnit.choices, Stance.choices
#: What is read, for the disclosure log: besides questions of the form.
QUESTION, PAPERS, ANSWER = "opinion", "opinion_papers", "opinion_answer"


@dataclass(frozen=True)
class OpinionFacts:
    """``share``: its time in words; ``waits``: an answer is still of use; ``came_on``: of an answer from outside the
    house, the day on which it arrived."""

    id: UUID
    question: str
    share: str
    asked_at: datetime
    asked_by_name: str
    due: Due
    waits: bool
    stance: str
    stance_words: str
    answer: str
    reference: str
    file_name: str
    answered_at: datetime | None
    answered_by_name: str
    came_on: date | None
    taken_back_at: datetime | None
    taken_back_by_name: str


@dataclass(frozen=True)
class OpinionDetail(OpinionFacts):
    """One question and its answer, for officials of the dossier's agency. ``outside``: who is asked has no desk here,
    the answer is recorded."""

    number: int
    asked_of: str
    agency: UUID | None
    outside: bool
    taken_back_reason: str


@dataclass(frozen=True)
class OpinionRow:
    """A question to the actor's agency; no name of an applicant."""

    id: UUID
    code: str
    procedure_title: str
    asked_by_agency: str
    agency_name: str
    asked_at: datetime
    due: Due
    stance_words: str
    answered_at: datetime | None
    answered_by_name: str


@dataclass(frozen=True)
class ToldRow:
    topic: str
    label: str
    words: str


@dataclass(frozen=True)
class AskedPaper:
    """A paper that goes with a question; ``title`` is what the procedure calls it."""

    id: UUID
    title: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class OpinionSheet(OpinionFacts):
    """A question as whoever is asked sees it; one that was taken back says nothing any more."""

    code: str
    procedure_title: str
    asked_by_agency: str
    agency_name: str
    told: list[ToldRow]
    papers: list[AskedPaper]


def opinion_details(rows: list[Opinion]) -> list[OpinionDetail]:
    """As the dossier's page shows them; asks nothing."""
    return [
        OpinionDetail(
            **_facts(row),
            number=row.number,
            asked_of=row.asked_of,
            agency=row.agency_id,
            outside=row.agency_id is None,
            taken_back_reason=row.taken_back_reason,
        )
        for row in rows
    ]


def agencies_to_ask(agency_id: UUID) -> list[tuple[UUID, str]]:
    """The agencies of today where somebody can answer, by name, without that one. Two queries."""
    here = people.agencies_with(OPINION_ROLES) - {agency_id}
    found = places.agencies(clock.today()).filter(id__in=here).order_by("name")
    return list(found.values_list("id", "name"))


def opinions_waiting(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[OpinionRow], str | None]:
    """What the actor's agencies are asked and have not answered, by when it is due; one's own dossier is not among
    them. Four queries. Raises Denied, Invalid for a bad cursor."""
    return _rows(actor, opinions.waiting(), ("due_at", "id"), cursor, limit)


def opinions_given(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[OpinionRow], str | None]:
    """What the actor's agencies have answered, the latest first. Like `opinions_waiting`."""
    return _rows(actor, Opinion.objects.filter(answered_at__isnull=False), ("-answered_at", "-id"), cursor, limit)


def _rows(
    actor: Actor, rows: "QuerySet[Opinion]", by: tuple[str, ...], cursor: str | None, limit: int
) -> tuple[list[OpinionRow], str | None]:
    GIVE_OPINION.require(actor)
    agencies = {grant.scope for grant in actor.grants if grant.role in OPINION_ROLES}
    mine = rows.filter(not_own(actor, "dossier__"), agency__in=agencies)
    found, following = paged(_with_dossier(mine), cursor=cursor, limit=limit, by=by)
    names = places.names({row.dossier.agency_id for row in found})
    return [
        OpinionRow(
            id=row.id,
            code=row.dossier.code,
            procedure_title=row.dossier.procedure_version.spec.title,
            asked_by_agency=names.get(row.dossier.agency_id, ""),
            agency_name=row.asked_of,
            asked_at=row.asked_at,
            due=opinions.standing(row),
            stance_words=_stance(row),
            answered_at=row.answered_at,
            answered_by_name=row.answered_by_name,
        )
        for row in opinions.prepared(found)
    ], following


def opinion_sheet(actor: Actor, opinion_id: UUID) -> OpinionSheet:
    """One question for whoever is asked; the reading goes to the disclosure log. Else NotFound."""
    row = _asked(actor, opinion_id)
    dossier, open_ = row.dossier, row.waits
    papers, told = _papers(row) if open_ else [], _told(dossier) if open_ and row.with_form else {}
    gone = row.taken_back_at is not None
    if not gone:
        _note(actor, dossier, [QUESTION, *([PAPERS] if papers else []), *told])
    facts = _facts(row)
    return OpinionSheet(
        **{**facts, "question": "" if gone else facts["question"]},
        code=dossier.code,
        procedure_title=dossier.procedure_version.spec.title,
        asked_by_agency=places.names([dossier.agency_id]).get(dossier.agency_id, ""),
        agency_name=row.asked_of,
        told=list(told.values()),
        papers=papers,
    )


def opinion_paper(actor: Actor, opinion_id: UUID, paper_id: UUID) -> Download:
    """A paper that was chosen for whoever is asked. Else NotFound."""
    row = _asked(actor, opinion_id)
    shown = OpinionPaper.objects.select_related("attachment__file").filter(
        opinion=row, attachment=paper_id, attachment__removed_at=None
    )
    paper = shown.first() if row.waits else None
    if paper is None:
        raise NotFound
    _note(actor, row.dossier, [PAPERS])
    return Download(paper.attachment.name, paper.attachment.file.media_type, files.read(paper.attachment.file_id))


def own_opinion_file(actor: Actor, opinion_id: UUID) -> Download:
    """The document of an answer, for the agency that gave it. Else NotFound."""
    row = _asked(actor, opinion_id)
    return _document(row, lambda: _note(actor, row.dossier, [ANSWER]))


def opinion_file(actor: Actor, dossier_id: UUID, opinion_id: UUID) -> Download:
    """The document of an answer, for officials of the dossier's agency. Else NotFound."""
    row = _with_dossier(Opinion.objects.all()).filter(id=opinion_id, dossier=dossier_id).first()
    if row is None:
        raise NotFound
    DESK.require(actor, row.dossier)
    return _document(row, lambda: note_reading(actor, row.dossier, row.dossier.steps.filter(ended_at=None), [ANSWER]))


def _document(row: Opinion, note: Callable[[], None]) -> Download:
    if row.file is None:
        raise NotFound
    note()
    return Download(row.file_name, row.file.media_type, files.read(row.file.id))


def _with_dossier(rows: "QuerySet[Opinion]") -> "QuerySet[Opinion]":
    return with_procedure(rows.select_related("dossier", "agency", "file"), "dossier__")


def _asked(actor: Actor, opinion_id: UUID) -> Opinion:
    row = _with_dossier(Opinion.objects.all()).filter(id=opinion_id).first()
    if row is None:
        raise NotFound
    GIVE_OPINION.require(actor, row)
    return row


def _facts(row: Opinion) -> dict[str, Any]:
    return {
        "id": row.id,
        "question": row.question,
        "share": f"{row.amount} {ShareUnit(row.unit).label}",
        "asked_at": row.asked_at,
        "asked_by_name": row.asked_by_name,
        "due": opinions.standing(row),
        "waits": row.waits,
        "stance": row.stance,
        "stance_words": _stance(row),
        "answer": row.answer,
        "reference": row.reference,
        "file_name": row.file_name,
        "answered_at": row.answered_at,
        "answered_by_name": row.answered_by_name,
        "came_on": row.came_on,
        "taken_back_at": row.taken_back_at,
        "taken_back_by_name": row.taken_back_by_name,
    }


def _papers(row: Opinion) -> list[AskedPaper]:
    chosen = OpinionPaper.objects.filter(opinion=row).values("attachment")
    called = {one.code: one.name for one in row.dossier.procedure_version.spec.components}
    return [
        AskedPaper(one.id, called.get(one.component, one.component), one.name, one.media_type, one.size)
        for one in papers_of(Attachment.objects.filter(id__in=chosen))
    ]


def _told(dossier: Dossier) -> dict[str, ToldRow]:
    """The applicant's answers in words by question, unanswered ones left out."""
    spec = dossier.procedure_version.spec
    said = words(spec, dossier.data)
    return {
        f"{topic.name}.{field.name}": ToldRow(topic.title, field.label, said[topic.name][field.name])
        for topic in spec.form.topics
        if topic.kind == "fields"
        for field in topic.fields
        if said[topic.name].get(field.name)
    }


def _note(actor: Actor, dossier: Dossier, fields: list[str]) -> None:
    """Officials of another agency read it for their opinion: the person sees that."""
    if dossier.applicant_person_id is not None:
        disclosure.note(
            actor,
            person=dossier.applicant_person_id,
            record=flow.subject(dossier),
            fields=fields,
            purpose=f"{dossier.procedure_version.name}: cho ý kiến",
        )


def _stance(row: Opinion) -> str:
    return str(Stance(row.stance).label) if row.stance else ""
