"""A joined filing for its applicant."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.joined.board import PartState, agencies, part_state, prepared, waits
from tinhso.dossiers.joined.standing import State
from tinhso.dossiers.models import CLOSED, Joint, JointPart, Phase
from tinhso.dossiers.policies import JOINT, account_of
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places


@dataclass(frozen=True)
class PartFacts(PartState):
    """One part for its applicant."""

    key: str
    number: int
    procedure: str
    waits_for: list[str]
    reason: str
    dossier: UUID | None
    code: str
    reference: str
    began_at: datetime | None
    ended_at: datetime | None
    acts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class JointFacts:
    """A joined filing. ``acts``: what its applicant may do now with the whole."""

    id: UUID
    key: str
    name: str
    title: str
    verified: bool
    source: str
    code: str
    agency: UUID
    agency_name: str
    return_each: bool
    begun_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    drafts: dict[str, UUID]
    parts: list[PartFacts]
    acts: list[str]


@dataclass(frozen=True)
class MyJoint:
    """``resume``: the draft to go on with, until it is sent."""

    id: UUID
    title: str
    code: str
    agency_name: str
    begun_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    resume: UUID | None


def joint(actor: Actor, joint_id: UUID) -> JointFacts:
    """One's own joined filing; six queries whatever its parts. Somebody else's: NotFound."""
    found = Joint.objects.select_related("agency").defer("agency__unit").filter(id=joint_id).first()
    if found is None:
        raise NotFound
    JOINT.require(actor, found)
    parts = prepared(found)
    known = agencies(parts)
    facts = [_facts(part, parts, known) for part in parts]
    spec = found.spec
    acts = ["withdraw"] if any("withdraw" in part.acts for part in facts) else []
    if found.submitted_at is None:
        acts.append("submit")
    if found.closed_at is None:
        acts.append("choose_return")
    return JointFacts(
        id=found.id,
        key=found.key,
        name=spec.name,
        title=spec.title,
        verified=not spec.unverified,
        source=spec.source,
        code=found.code,
        agency=found.agency_id,
        agency_name=found.agency.name,
        return_each=found.return_each,
        begun_at=found.created_at,
        submitted_at=found.submitted_at,
        closed_at=found.closed_at,
        drafts={part.key: part.draft.id for part in parts if part.draft is not None},
        parts=facts,
        acts=acts,
    )


def my_joints(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[MyJoint], str | None]:
    """Joined filings that one began, the newest first; three queries."""
    JOINT.require(actor)
    rows, following = paged(Joint.objects.filter(account_id=account_of(actor)), cursor=cursor, limit=limit, by=("-id",))
    names = places.names({row.agency_id for row in rows})
    unsent = [row.id for row in rows if row.submitted_at is None]
    first = JointPart.objects.filter(joint__in=unsent, number=1) if unsent else JointPart.objects.none()
    drafts = dict(first.values_list("joint_id", "draft_id"))
    return [
        MyJoint(
            row.id,
            row.spec.title,
            row.code,
            names.get(row.agency_id, ""),
            row.created_at,
            row.submitted_at,
            row.closed_at,
            drafts.get(row.id),
        )
        for row in rows
    ], following


def _facts(part: JointPart, parts: Sequence[JointPart], known: dict[UUID, str]) -> PartFacts:
    state = part_state(part, parts, known)
    return PartFacts(
        **vars(state),
        key=part.key,
        number=part.number,
        procedure=part.spec.procedure,
        waits_for=waits(part, parts),
        reason=part.reason,
        dossier=part.dossier_id,
        code=part.dossier.code if part.dossier is not None else "",
        reference=part.reference,
        began_at=part.began_at,
        ended_at=part.ended_at,
        acts=_acts(part),
    )


def _acts(part: JointPart) -> list[str]:
    if part.joint.submitted_at is None:
        return []
    if part.state == State.DROPPED:
        return ["file_separately"] if part.draft is not None and not part.outside else []
    if part.dossier is not None:
        if part.dossier.phase in CLOSED or part.dossier.finished_at:
            return []
        return [*(["answer_supplement"] if part.dossier.phase == Phase.SUPPLEMENT else []), "withdraw"]
    return ["withdraw"] if part.state in (State.WAITING, State.OPEN) and part.sent_at is None else []
