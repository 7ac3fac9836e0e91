"""Parts that the office hands to agencies outside the system: what waits, and one with what is to be handed over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.clocks import Due
from tinhso.dossiers.joined import moving
from tinhso.dossiers.joined.board import PartState, agencies, due_of, part_state, prepared
from tinhso.dossiers.joined.standing import State
from tinhso.dossiers.models import Attachment, JointPart, with_procedure
from tinhso.dossiers.policies import OUTSIDE
from tinhso.dossiers.queries.filtering import not_own
from tinhso.dossiers.queries.mine import Paper, papers_of
from tinhso.dossiers.queries.readings import Download
from tinhso.kernel import disclosure, files
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places


@dataclass(frozen=True)
class OutsideRow:
    """A part that lies with the office on its way to an agency outside."""

    id: UUID
    code: str
    name: str
    party: str
    applicant_name: str
    agency_name: str
    began_at: datetime
    sent_at: datetime | None
    due: Due


@dataclass(frozen=True)
class OutsidePart(OutsideRow):
    """With what is to be handed over."""

    state: str
    told: list[dict[str, str]]
    papers: list[Paper]
    sent_by_name: str
    sent_note: str
    reference: str
    reason: str
    verified: bool
    parts: list[PartState]


def outside_rows(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[OutsideRow], str | None]:
    """What waits to be handed over or answered at the actor's offices, the oldest first; five queries."""
    OUTSIDE.require(actor)
    offices = [grant.scope for grant in actor.grants if grant.role == "receiver"]
    open_ = JointPart.objects.filter(
        not_own(actor, "joint__", "account_id", "person_id"), agency__in=offices, outside=True, state=State.OPEN
    )
    rows, following = paged(
        with_procedure(open_.select_related("joint", "draft"), "draft__"),
        cursor=cursor,
        limit=limit,
        by=("began_at", "id"),
    )
    names = places.names({row.agency_id for row in rows})
    calendars = places.calendars_for({row.agency_id for row in rows})
    return [_row(row, names, calendars[row.agency_id]) for row in rows], following


def outside_part(actor: Actor, part_id: UUID) -> OutsidePart:
    """A part for the office that hands it over; the reading is noted. Another office's: NotFound."""
    part = _outside(actor, part_id)
    parts = prepared(part.joint)
    known = agencies(parts)
    mine = next(p for p in parts if p.id == part.id)
    row = _row(mine, known, places.calendar_for(mine.agency_id))
    _note(actor, mine, [f"{told['topic']}.{told['label']}" for told in mine.told])
    return OutsidePart(
        **vars(row),
        state=mine.state,
        told=mine.told,
        papers=papers_of(Attachment.objects.filter(draft=mine.draft)) if mine.draft is not None else [],
        sent_by_name=mine.sent_by_name,
        sent_note=mine.sent_note,
        reference=mine.reference,
        reason=mine.reason,
        verified=mine.spec.outside is not None and not mine.spec.outside.unverified,
        parts=[part_state(p, parts, known) for p in parts if p.id != mine.id],
    )


def outside_paper(actor: Actor, part_id: UUID, paper_id: UUID) -> Download:
    """A paper of a part that the office hands over. Else NotFound."""
    part = _outside(actor, part_id)
    papers = Attachment.objects.select_related("file").filter(draft__joint_part=part, removed_at=None)
    paper = papers.filter(id=paper_id).first()
    if paper is None:
        raise NotFound
    _note(actor, part, [paper.component])
    return Download(paper.name, paper.file.media_type, files.read(paper.file_id))


def _outside(actor: Actor, part_id: UUID) -> JointPart:
    part = JointPart.objects.select_related("joint").filter(id=part_id, outside=True).first()
    if part is None or part.began_at is None:
        raise NotFound
    OUTSIDE.require(actor, part)
    return part


def _note(actor: Actor, part: JointPart, fields: list[str]) -> None:
    if part.joint.person_id is not None:
        name = part.spec.name or part.joint.spec.title
        purpose = f"{part.joint.spec.title}: {name}" if name != part.joint.spec.title else name
        disclosure.note(
            actor, person=part.joint.person_id, record=moving.subject(part.joint), fields=fields, purpose=purpose
        )


def _row(part: JointPart, names: dict[UUID, str], calendar: Calendar) -> OutsideRow:
    assert part.began_at is not None
    return OutsideRow(
        id=part.id,
        code=part.joint.code,
        name=moving.named(part),
        party=part.spec.outside.party if part.spec.outside is not None else "",
        applicant_name=part.joint.applicant_name,
        agency_name=names.get(part.agency_id, ""),
        began_at=part.began_at,
        sent_at=part.sent_at,
        due=due_of(part, calendar),
    )
