"""One dossier with everything on its page, for its applicant and for the officials of its agency."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tinhso.dossiers import clocks, flow, opinions
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.joined.board import PartState, board
from tinhso.dossiers.joined.moving import why_not_return
from tinhso.dossiers.models import (
    Dossier,
    Message,
    Opinion,
    Phase,
    Result,
    ResultState,
    Step,
    Supplement,
    with_procedure,
)
from tinhso.dossiers.policies import ACT, ASK_OPINION, DESK, OWN, READ, REVOKE
from tinhso.dossiers.queries.issued import IssuedPaper, issued_of, lacks_receipt
from tinhso.dossiers.queries.mine import Paper, papers_of_dossier
from tinhso.dossiers.queries.opinions import OpinionDetail, opinion_details
from tinhso.dossiers.queries.pauses import (
    ExtensionDetail,
    PauseDetail,
    clock_acts,
    extension_detail,
    pause_detail,
    pauses_of,
)
from tinhso.dossiers.queries.readings import note_reading
from tinhso.dossiers.queries.timeline import Entry, entries_of, results_of
from tinhso.dossiers.sealing import sealing_roles
from tinhso.dossiers.statuses import national_status
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor
from tinhso.kernel.prepared import first, prepared
from tinhso.places import queries as places
from tinhso.procedures import process
from tinhso.procedures.spec import ProcedureSpec


@dataclass(frozen=True)
class HeldStep:
    """A step on the control sheet. ``note`` is internal: empty for the applicant."""

    id: UUID
    task: str
    title: str
    role: str
    number: int
    began_at: datetime
    due_at: datetime | None
    holder: UUID | None
    holder_name: str
    held_at: datetime | None
    ended_at: datetime | None
    ended_by_name: str
    outcome: str
    note: str
    open: bool
    return_by: datetime | None


@dataclass(frozen=True)
class SupplementDetail:
    id: UUID
    number: int
    repeats_first: bool
    points: list[dict[str, Any]]
    reason: str
    asked_by_name: str
    asked_at: datetime
    answer_by: date | None
    answered_at: datetime | None
    answer: str
    replaced: dict[str, Any]


@dataclass(frozen=True)
class SignatureDetail:
    kind: str
    name: str
    form: str
    asked_at: datetime
    signed_at: datetime | None
    state: str
    attempts: int
    last_error: str


@dataclass(frozen=True)
class ResultDetail:
    id: UUID
    title: str
    number: str
    state: str
    state_words: str
    issued_at: datetime | None
    digest: str
    downloadable: bool
    signatures: list[SignatureDetail]
    supersedes: UUID | None
    reissue_reason: str
    revoked_at: datetime | None
    revoke_reason: str


@dataclass(frozen=True)
class RefusalDetail:
    reason: str
    reason_title: str
    article: str
    text: str
    in_time: bool
    decided_by_name: str
    decided_at: datetime


@dataclass(frozen=True)
class ProposalDetail:
    text: str
    proposed_by_name: str
    proposed_at: datetime


@dataclass(frozen=True)
class DossierFacts:
    """The dossier as the API gives it. ``acts``: what this actor may do now, by the name of the action.
    ``issued``: its papers, for the applicant those made for applicants. ``stars``: for the applicant alone, who was
    promised that officials do not see who rated what. ``return_by`` of a step: until when the dossier goes back if it
    turns out ineligible. ``joint``: the joined filing that it is a part of, for its applicant;
    ``parts``: where the others stand. ``opinions``: what other agencies were
    asked, for officials. ``messages``: in its thread; ``messages_unread``: of the other side's, those that
    this side has not opened."""

    id: UUID
    code: str
    version: int
    procedure: str
    procedure_name: str
    agency: UUID
    agency_name: str
    applicant_name: str
    subject_name: str
    phase: str
    phase_words: str
    status: int
    status_words: str
    channel: str
    submitted_at: datetime
    received_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    due: Due
    data: dict[str, Any]
    sources: dict[str, Any]
    papers: list[Paper]
    steps: list[HeldStep]
    supplements: list[SupplementDetail]
    pauses: list[PauseDetail]
    extension: ExtensionDetail | None
    refusal: RefusalDetail | None
    proposals: list[ProposalDetail]
    results: list[ResultDetail]
    issued: list[IssuedPaper]
    stars: int | None
    rating_reply: str
    acts: list[str]
    internal: bool
    joint: UUID | None
    parts: list[PartState]
    opinions: list[OpinionDetail]
    messages: int
    messages_unread: int


@dataclass(frozen=True)
class DossierDetail(DossierFacts):
    """The dossier with the definition of its procedure and its timeline, for pages."""

    spec: ProcedureSpec
    entries: list[Entry]


#: What an action is called for each outcome of a step.
ACT_OF_OUTCOME = {
    "accept": "receive",
    "supplement": "request_supplement",
    "refuse": "refuse",
    "pass": "propose",
    "propose": "propose",
    "sign": "sign",
    "send_back": "send_back",
    "return_result": "return_result",
}


def coded(actor: Actor, code: str) -> UUID | None:
    """The dossier with this code when the actor works on it, finished ones too; None tells nothing of others."""
    found = Dossier.objects.filter(code=code.strip().upper()).first() if "\x00" not in code else None
    return found.id if found is not None and DESK.allows(actor, found) else None


@prepared
def _whole(dossier: UUID) -> QuerySet[Dossier]:
    rows = Dossier.objects.select_related("refusal", "rating__reply", "extension", "presence", "joint_part__joint")
    counted = rows.annotate(
        messages_all=_messages(),
        of_office=_messages(True),
        of_applicant=_messages(False),
        asked=Exists(Opinion.objects.filter(dossier=OuterRef("pk"))),
    )
    return with_procedure(counted).filter(id=dossier)


@prepared
def _steps(dossier: UUID) -> QuerySet[Step]:
    return Step.objects.filter(dossier=dossier).order_by("number")


@prepared
def _supplements(dossier: UUID) -> QuerySet[Supplement]:
    return Supplement.objects.filter(dossier=dossier).order_by("number")


def dossier(actor: Actor, dossier_id: UUID) -> DossierDetail:
    """The dossier for this actor; an official's reading goes to the disclosure log with the step as purpose.

    Ten queries at most, two more where another agency was asked. Somebody else's: NotFound.
    """
    found = first(_whole(dossier=dossier_id))
    if found is None:
        raise NotFound
    READ.require(actor, found)
    steps = _steps(dossier=found.id)
    results = results_of(found) if found.received_at is not None else []  # nothing is signed before it is received
    supplements = _supplements(dossier=found.id)
    pauses = list(pauses_of(found))
    internal = not OWN.allows(actor, found)
    if internal:
        note_reading(actor, found, steps)
    found.sheet = steps
    counted = vars(found)  # what the query added
    status, refusal, rating = national_status(found), getattr(found, "refusal", None), getattr(found, "rating", None)
    papers = issued_of(found, internal=internal)
    asked = opinions.of_dossier(found) if counted["asked"] else []
    return DossierDetail(
        id=found.id,
        code=found.code,
        version=found.version,
        procedure=found.procedure_version.code,
        procedure_name=found.procedure_version.name,
        agency=found.agency_id,
        agency_name=places.names([found.agency_id]).get(found.agency_id, ""),
        applicant_name=found.applicant_name,
        subject_name=found.subject_name,
        phase=found.phase,
        phase_words=str(Phase(found.phase).label),
        status=int(status),
        status_words=status.words,
        channel=found.channel,
        submitted_at=found.submitted_at,
        received_at=found.received_at,
        finished_at=found.finished_at,
        closed_at=found.closed_at,
        due=clocks.due(found),
        data=found.data,
        sources=found.sources,
        papers=papers_of_dossier(found.id),
        steps=[_step(found, step, internal) for step in steps],
        supplements=[_supplement(row) for row in supplements],
        pauses=[pause_detail(row) for row in pauses],
        extension=extension_detail(found),
        refusal=None
        if refusal is None
        else RefusalDetail(
            refusal.reason,
            refusal.reason_title,
            refusal.article,
            refusal.text,
            refusal.in_time,
            refusal.decided_by_name,
            refusal.decided_at,
        ),
        proposals=[ProposalDetail(p.text, p.proposed_by_name, p.proposed_at) for p in found.proposals.order_by("id")]
        if internal
        else [],
        results=[_result(row) for row in results],
        issued=papers,
        stars=rating.stars if rating and not internal else None,
        rating_reply=getattr(getattr(rating, "reply", None), "text", "") if not internal else "",
        acts=acts_of(actor, found, steps, results, papers, len(asked)),
        internal=internal,
        joint=found.joint_part.joint_id if hasattr(found, "joint_part") and not internal else None,
        parts=board(found),
        opinions=opinion_details(asked) if internal else [],
        messages=counted["messages_all"],
        messages_unread=counted["of_applicant" if internal else "of_office"],
        spec=found.procedure_version.spec,
        entries=entries_of(found, steps, supplements, results, pauses, asked, internal=internal),
    )


def _messages(from_office: bool | None = None) -> Coalesce:
    """How many there are in the thread; of one side: those that the other has not opened."""
    rows = Message.objects.filter(dossier=OuterRef("pk")).order_by()
    if from_office is not None:
        rows = rows.filter(read_at=None, from_office=from_office)
    return Coalesce(Subquery(rows.values("dossier").annotate(n=Count("pk")).values("n")), 0)


def acts_of(
    actor: Actor, dossier: Dossier, steps: list[Step], results: list[Result], papers: list[IssuedPaper], asked: int
) -> list[str]:
    """The names of the actions open to this actor now, after ``asked`` questions to other agencies; the actions
    themselves check again."""
    acts: list[str] = []
    if DESK.allows(actor, dossier):
        acts += _desk_acts(actor, dossier, [s for s in steps if s.ended_at is None], results)
        if dossier.received_at is not None and lacks_receipt(dossier, papers):
            acts.append("ask_receipt")
        acts += clock_acts(actor, dossier, bool(results))
        signing = any(r.state in (ResultState.PREPARING, ResultState.SIGNING) for r in results)
        if ASK_OPINION.allows(actor, dossier) and not opinions.why_not_ask(dossier, asked=asked, signing=signing):
            acts.append("ask_opinion")
    if OWN.allows(actor, dossier):
        acts += _own_acts(dossier, results)
    active = any(r.state == ResultState.ACTIVE for r in results)
    under_way = any(r.state in (ResultState.PREPARING, ResultState.SIGNING) for r in results)
    if REVOKE.allows(actor, dossier):
        acts += ["revoke_result"] if active else []
        acts += ["reissue_result"] if results and not under_way else []
    return list(dict.fromkeys(acts))


def _desk_acts(actor: Actor, dossier: Dossier, open_steps: list[Step], results: list[Result]) -> list[str]:
    acts, standing = list[str](), clocks.stands_for(dossier) in clocks.HOLDING
    under_way = {r.state for r in results} & {ResultState.PREPARING, ResultState.SIGNING}
    spec = dossier.procedure_version.spec
    to_seal = [r for r in results if r.state == ResultState.SIGNING and not any(s.kind == "seal" for s in r.signed)]
    if to_seal and any(actor.holds(role, dossier.agency_id) for role in sealing_roles(spec)):
        acts.append("seal")
    for step in open_steps:
        if not ACT.allows(actor, step) or (step.holder_id is not None and step.holder_id != actor.account):
            continue
        for outcome in () if standing else process.step(spec, step.task).outcomes:
            act = ACT_OF_OUTCOME.get(outcome.name)
            if act is None or (act in ("sign", "send_back") and under_way):
                continue
            if act == "return_result" and not _may_return(dossier, results):
                continue
            acts.append(act)
        acts.append("claim" if step.holder_id is None else "hand_over")
    return acts


def _may_return(dossier: Dossier, results: list[Result]) -> bool:
    if not any(r.state == ResultState.ACTIVE for r in results):
        return False
    return getattr(dossier, "joint_part", None) is None or why_not_return(dossier) is None


def _own_acts(dossier: Dossier, results: list[Result]) -> list[str]:
    if dossier.closed:
        return [] if getattr(dossier, "rating", None) else ["rate"]
    acts = ["answer_supplement"] if dossier.phase == Phase.SUPPLEMENT else []
    return acts if results else [*acts, "withdraw"]


def _step(dossier: Dossier, step: Step, internal: bool) -> HeldStep:
    return HeldStep(
        id=step.id,
        task=step.task,
        title=step.title,
        role=step.role,
        number=step.number,
        began_at=step.began_at,
        due_at=step.due_at,
        holder=step.holder_id if internal else None,
        holder_name=step.holder_name,
        held_at=step.held_at,
        ended_at=step.ended_at,
        ended_by_name=step.ended_by_name,
        outcome=step.outcome,
        note=step.note if internal else "",
        open=step.ended_at is None,
        return_by=flow.return_by(dossier, step) if internal and step.ended_at is None else None,
    )


def _supplement(row: Supplement) -> SupplementDetail:
    return SupplementDetail(
        id=row.id,
        number=row.number,
        repeats_first=row.first_id is not None,
        points=row.points,
        reason=row.reason,
        asked_by_name=row.asked_by_name,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        answer=row.answer,
        replaced=row.replaced,
    )


def _result(row: Result) -> ResultDetail:
    return ResultDetail(
        id=row.id,
        title=row.title,
        number=row.number,
        state=row.state,
        state_words=str(ResultState(row.state).label),
        issued_at=row.issued_at,
        digest=row.digest,
        downloadable=row.file_id is not None and row.issued_at is not None,
        signatures=[
            SignatureDetail(
                s.kind,
                s.name,
                s.form,
                s.asked_at,
                s.signed_at,
                s.session.state,
                s.session.attempts,
                s.session.last_error,
            )
            for s in sorted(row.signed, key=lambda s: s.asked_at)
        ],
        supersedes=row.supersedes_id,
        reissue_reason=row.reissue_reason,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )
