"""What other agencies are asked about dossiers: for the agency that asked, and for whoever is asked.

Whoever is asked sees the question, the papers chosen for them and, if so chosen, the applicant's answers: nothing else
of the dossier, and that only until the answer.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tinhso.dossiers import flow, opinions
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.models import Attachment, Dossier, Opinion, OpinionPaper, ShareUnit, Stance, with_procedure
from tinhso.dossiers.policies import DESK, GIVE_OPINION, OPINION_ROLES
from tinhso.dossiers.queries.filtering import not_own
from tinhso.dossiers.queries.mine import papers_of
from tinhso.dossiers.queries.readings import Download, note_reading
from tinhso.kernel import disclosure, files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures.filling import words

#: What a form offers: values and words.
SHARE_UNITS, STANCES = ShareUnit.choices, Stance.choices


@dataclass(frozen=True)
class OpinionDetail:
    """One question and its answer, for officials of the dossier's agency. ``outside``: who is asked has no desk here,
    the answer is recorded; ``share``: its time in words; ``waits``: an answer is still of use."""

    id: UUID
    number: int
    asked_of: str
    agency: UUID | None
    outside: bool
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
    taken_back_at: datetime | None
    taken_back_by_name: str
    taken_back_reason: str


@dataclass(frozen=True)
class OpinionRow:
    """A question that waits for the actor's agency; no name of an applicant."""

    id: UUID
    code: str
    procedure_title: str
    asked_by_agency: str
    agency_name: str
    asked_at: datetime
    due: Due


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
class OpinionSheet:
    """A question as whoever is asked sees it."""

    id: UUID
    code: str
    procedure_title: str
    asked_by_agency: str
    asked_by_name: str
    agency_name: str
    question: str
    share: str
    asked_at: datetime
    due: Due
    told: list[ToldRow]
    papers: list[AskedPaper]
    waits: bool
    stance: str
    stance_words: str
    answer: str
    reference: str
    file_name: str
    answered_at: datetime | None
    answered_by_name: str


def opinion_details(rows: list[Opinion]) -> list[OpinionDetail]:
    """As the dossier's page shows them; two queries whatever their number, none for none."""
    if not rows:
        return []
    names = places.names({row.agency_id for row in rows if row.agency_id})
    calendars = places.calendars_for({row.agency_id or row.dossier.agency_id for row in rows})
    return [
        OpinionDetail(
            id=row.id,
            number=row.number,
            asked_of=names.get(row.agency_id, "") if row.agency_id else row.party,
            agency=row.agency_id,
            outside=row.agency_id is None,
            question=row.question,
            share=_share(row),
            asked_at=row.asked_at,
            asked_by_name=row.asked_by_name,
            due=opinions.standing(row, calendars[row.agency_id or row.dossier.agency_id]),
            waits=opinions.waits(row),
            stance=row.stance,
            stance_words=_stance(row),
            answer=row.answer,
            reference=row.reference,
            file_name=row.file_name,
            answered_at=row.answered_at,
            answered_by_name=row.answered_by_name,
            taken_back_at=row.taken_back_at,
            taken_back_by_name=row.taken_back_by_name,
            taken_back_reason=row.taken_back_reason,
        )
        for row in rows
    ]


def opinions_waiting(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[OpinionRow], str | None]:
    """What the actor's agencies are asked and have not answered, the longest waiting first; one's own dossier is not
    among them. Four queries. Raises Denied, Invalid for a bad cursor."""
    GIVE_OPINION.require(actor)
    agencies = {grant.scope for grant in actor.grants if grant.role in OPINION_ROLES}
    waiting = Opinion.objects.filter(
        not_own(actor, "dossier__"),
        agency__in=agencies,
        answered_at=None,
        taken_back_at=None,
        dossier__finished_at=None,
        dossier__closed_at=None,
    )
    rows, following = paged(_with_dossier(waiting), cursor=cursor, limit=limit, by=("id",))
    names = places.names({agency for row in rows for agency in (row.agency_id, row.dossier.agency_id)})
    calendars = places.calendars_for({row.agency_id for row in rows})
    return [
        OpinionRow(
            id=row.id,
            code=row.dossier.code,
            procedure_title=row.dossier.procedure_version.spec.title,
            asked_by_agency=names.get(row.dossier.agency_id, ""),
            agency_name=names.get(row.agency_id, ""),
            asked_at=row.asked_at,
            due=opinions.standing(row, calendars[row.agency_id]),
        )
        for row in rows
    ], following


def opinion_sheet(actor: Actor, opinion_id: UUID) -> OpinionSheet:
    """One question for whoever is asked; the reading goes to the disclosure log. Else NotFound."""
    row = _asked(actor, opinion_id)
    dossier, waits = row.dossier, opinions.waits(row)
    papers, told = _papers(row) if waits else [], _told(dossier) if waits and row.with_form else []
    _note(actor, dossier, [*(f"{one.topic}.{one.label}" for one in told), *(paper.title for paper in papers)])
    names = places.names([dossier.agency_id])
    return OpinionSheet(
        id=row.id,
        code=dossier.code,
        procedure_title=dossier.procedure_version.spec.title,
        asked_by_agency=names.get(dossier.agency_id, ""),
        asked_by_name=row.asked_by_name,
        agency_name=opinions.named(row),
        question=row.question,
        share=_share(row),
        asked_at=row.asked_at,
        due=opinions.standing(row),
        told=told,
        papers=papers,
        waits=waits,
        stance=row.stance,
        stance_words=_stance(row),
        answer=row.answer,
        reference=row.reference,
        file_name=row.file_name,
        answered_at=row.answered_at,
        answered_by_name=row.answered_by_name,
    )


def opinion_paper(actor: Actor, opinion_id: UUID, paper_id: UUID) -> Download:
    """A paper that was chosen for whoever is asked. Else NotFound."""
    row = _asked(actor, opinion_id)
    if not opinions.waits(row):
        raise NotFound
    shown = OpinionPaper.objects.select_related("attachment__file").filter(
        opinion=row, attachment=paper_id, attachment__removed_at=None
    )
    paper = shown.first()
    if paper is None:
        raise NotFound
    _note(actor, row.dossier, [paper.attachment.component])
    return Download(paper.attachment.name, paper.attachment.file.media_type, files.read(paper.attachment.file_id))


def opinion_file(actor: Actor, dossier_id: UUID, opinion_id: UUID) -> Download:
    """The document of the answer, for officials of the dossier's agency. Else NotFound."""
    row = _with_dossier(Opinion.objects.select_related("file")).filter(id=opinion_id, dossier=dossier_id).first()
    if row is None or row.file is None:
        raise NotFound
    DESK.require(actor, row.dossier)
    note_reading(actor, row.dossier, row.dossier.steps.filter(ended_at=None), ["opinions"])
    return Download(row.file_name, row.file.media_type, files.read(row.file.id))


def _with_dossier(rows: "QuerySet[Opinion]") -> "QuerySet[Opinion]":
    return with_procedure(rows.select_related("dossier"), "dossier__")


def _asked(actor: Actor, opinion_id: UUID) -> Opinion:
    row = _with_dossier(Opinion.objects.all()).filter(id=opinion_id).first()
    if row is None:
        raise NotFound
    GIVE_OPINION.require(actor, row)
    return row


def _papers(row: Opinion) -> list[AskedPaper]:
    chosen = OpinionPaper.objects.filter(opinion=row).values("attachment")
    called = {one.code: one.name for one in row.dossier.procedure_version.spec.components}
    return [
        AskedPaper(one.id, called.get(one.component, one.component), one.name, one.media_type, one.size)
        for one in papers_of(Attachment.objects.filter(id__in=chosen))
    ]


def _told(dossier: Dossier) -> list[ToldRow]:
    """The applicant's answers in words, unanswered ones left out."""
    spec = dossier.procedure_version.spec
    said = words(spec, dossier.data)
    return [
        ToldRow(topic.title, field.label, said[topic.name][field.name])
        for topic in spec.form.topics
        if topic.kind == "fields"
        for field in topic.fields
        if said[topic.name].get(field.name)
    ]


def _note(actor: Actor, dossier: Dossier, fields: list[str]) -> None:
    """Officials of another agency read it for their opinion: the person sees that."""
    if dossier.applicant_person_id is None or not fields:
        return
    disclosure.note(
        actor,
        person=dossier.applicant_person_id,
        record=flow.subject(dossier),
        fields=fields,
        purpose=f"{dossier.procedure_version.name}: cho ý kiến",
    )


def _share(row: Opinion) -> str:
    return f"{row.amount} {ShareUnit(row.unit).label}"


def _stance(row: Opinion) -> str:
    return str(Stance(row.stance).label) if row.stance else ""
