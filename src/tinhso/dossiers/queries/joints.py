"""A joined filing for its applicant."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.dossiers.joined.board import PartState, agencies, part_state, prepared, waits
from tinhso.dossiers.joined.spec import Joined
from tinhso.dossiers.joined.standing import State
from tinhso.dossiers.models import CLOSED, Joint, JointPart, Phase
from tinhso.dossiers.policies import COUNTER, JOINT, account_of
from tinhso.dossiers.seen import note
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures


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
    applicant: str
    presence: UUID | None  #: for the official who files it at the counter: the person who stands there
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
    """One's own joined filing; six queries whatever its parts. Who filed it at the counter for somebody reads how it
    goes and does nothing more. Somebody else's: NotFound."""
    found = Joint.objects.select_related("agency", "presence").defer("agency__unit").filter(id=joint_id).first()
    if found is None:
        raise NotFound
    own = JOINT.allows(actor, found)
    if not own:
        (COUNTER if found.presence is not None else JOINT).require(actor, found)
    presence = found.presence if found.submitted_at is None or not own else None
    if presence is not None:
        note(actor, presence, ["data"])
    parts = prepared(found)
    known = agencies(parts)
    facts = [_facts(part, parts, known, own) for part in parts]
    spec = found.spec
    acts = ["withdraw"] if any("withdraw" in part.acts for part in facts) else []
    if own and found.submitted_at is None:
        acts.append("submit" if presence is None else "reception")
    if own and found.closed_at is None:
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
        applicant=found.applicant_name,
        presence=presence.id if presence is not None else None,
        drafts={part.key: part.draft.id for part in parts if part.draft is not None},
        parts=facts,
        acts=acts,
    )


def part_names(whole: Joined) -> dict[str, str]:
    """How each part is called today, by its key; from the catalogue that is kept."""
    known = procedures.by_code([part.procedure for part in whole.parts if part.procedure], clock.today())
    return {p.key: p.name or (known[p.procedure].name if p.procedure in known else p.key) for p in whole.parts}


def my_joints(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[MyJoint], str | None]:
    """One's own joined filings, the newest first; three queries. What one fills in at a counter is not one's own; what
    was filed there before one had an account is."""
    JOINT.require(actor)
    mine = Q(account=account_of(actor)) & (Q(presence=None) | Q(submitted_at__isnull=False))
    if actor.assured and actor.subject is not None:
        mine |= Q(account=None, person=actor.subject)
    own = Joint.objects.filter(mine)
    rows, following = paged(own, cursor=cursor, limit=limit, by=("-id",))
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


def _facts(part: JointPart, parts: Sequence[JointPart], known: dict[UUID, str], own: bool) -> PartFacts:
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
        acts=_acts(part) if own else [],
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
