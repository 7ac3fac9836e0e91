"""Bringing a joined filing to where its parts have come.

Called after every event of a part, any number of times, in any order: it reads where the parts stand now, does what
follows, and does nothing the second time.

Locks: the joint's row first, then a dossier's; acts on a dossier never wait for the joint.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, flow
from tinhso.dossiers.events import JointClosed, PartBegun, PartDropped
from tinhso.dossiers.filing import filed
from tinhso.dossiers.joined import form
from tinhso.dossiers.joined.standing import SETTLED, Begin, State, following
from tinhso.dossiers.models import (
    CLOSED,
    Attachment,
    Dossier,
    Joint,
    JointPart,
    Phase,
    Result,
    ResultState,
    Step,
    with_procedure,
)
from tinhso.dossiers.policies import READ
from tinhso.dossiers.receiving import hand_out, take_in
from tinhso.dossiers.taking import taken
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.places import queries as places
from tinhso.procedures import process
from tinhso.procedures.filling import words

_ENDED = {
    Phase.WITHDRAWN: State.WITHDRAWN,
    Phase.NOT_ACCEPTED: State.REFUSED,
    Phase.REFUSED: State.REFUSED,
}


def subject(joint: Joint) -> str:
    """How events and the audit trail name the filing."""
    return f"joint:{joint.id}"


def state_of(dossier: Dossier) -> State:
    """Where a part stands that is a dossier: done once its result is in force."""
    ended = _ENDED.get(Phase(dossier.phase))
    return ended or (State.DONE if dossier.finished_at is not None else State.OPEN)


def parts_of(joint: Joint) -> list[JointPart]:
    """In order, each with its dossier and draft."""
    rows = JointPart.objects.filter(joint=joint).select_related("dossier", "draft").order_by("number")
    parts = list(with_procedure(rows, "draft__"))
    for part in parts:
        part.joint = joint
        if part.dossier is not None and part.draft is not None:
            part.dossier.procedure_version = part.draft.procedure_version
    return parts


def locked(joint_id: UUID) -> Joint | None:
    return Joint.objects.select_for_update().filter(id=joint_id).first()


@transaction.atomic
def advance(joint_id: UUID) -> None:
    """Do everything that follows from where the parts stand. Repeatable."""
    joint = locked(joint_id)
    if joint is None or joint.submitted_at is None or joint.closed_at is not None:
        return
    parts = parts_of(joint)
    for part in parts:
        if part.dossier is not None:
            _settle(part, state_of(part.dossier))
    for move in following([(p.key, p.spec.after) for p in parts], {p.key: State(p.state) for p in parts}):
        part = next(p for p in parts if p.key == move.part)
        if not isinstance(move, Begin):
            _drop(joint, part, next(p for p in parts if p.key == move.because))
        elif begins(part, parts):
            begin(joint, part, parts)
    _receive_all(joint, parts)
    _return_all(joint, parts)
    if all(p.state in SETTLED and (p.dossier is None or p.dossier.phase in CLOSED) for p in parts):
        joint.closed_at = clock.now()
        joint.save(update_fields=["closed_at"])
        emit(SYSTEM, JointClosed(joint=joint.id), subject=subject(joint))


def _settle(part: JointPart, state: State) -> None:
    if part.state == state or part.state in SETTLED:
        return
    part.state = state
    part.ended_at = clock.now() if state in SETTLED else None
    part.save(update_fields=["state", "ended_at"])


def _drop(joint: Joint, part: JointPart, because: JointPart) -> None:
    part.state, part.ended_at = State.DROPPED, clock.now()
    ended = {State.REFUSED: _("bị từ chối"), State.WITHDRAWN: _("đã rút"), State.DROPPED: _("không làm được")}
    part.reason = _("Phần này cần kết quả của “%(name)s”, mà phần ấy %(how)s.") % {
        "name": named(because),
        "how": ended[State(because.state)],
    }
    part.save(update_fields=["state", "ended_at", "reason"])
    emit(SYSTEM, PartDropped(joint=joint.id, part=part.key, because=because.key), subject=subject(joint))


def named(part: JointPart) -> str:
    """The part's name, as people read it; the draft with its procedure must be there."""
    return part.spec.name or (part.draft.procedure_version.name if part.draft is not None else part.key)


def begins(part: JointPart, parts: Sequence[JointPart]) -> bool:
    """Whether a part that waits for no other part begins now. What is another agency's matter begins once the office
    handed it over: it took the filing in, or has nothing left to take in. Until then nobody there reads it."""
    office = [p.dossier for p in parts if p.dossier is not None and not p.elsewhere]
    return not part.elsewhere or any(d.received_at for d in office) or all(d.closed for d in office)


def begin(joint: Joint, part: JointPart, parts: Sequence[JointPart], teller: Actor = SYSTEM) -> None:
    """The part runs from now on; its own clock starts when it is received (a dossier) or handed over (outside)."""
    now = clock.now()
    data = form.together(joint.spec, said(parts)).get(part.key, {})
    for flow_ in part.spec.flows:
        number = _number(flow_.after, parts)
        if flow_.field and number:
            topic, _dot, name = flow_.field.partition(".")
            data.setdefault(topic, {})[name] = number
    part.state, part.began_at = State.OPEN, now
    if part.outside:
        part.told = _told(part, parts, data)
    elif part.draft is not None:
        part.dossier = filed(applicant(joint), part.draft, data, now, teller)
        part.agency_id = part.dossier.agency_id  # another took over that one's work, perhaps
    part.save(update_fields=["state", "began_at", "told", "dossier", "agency"])
    _carry_papers(joint, part, parts)
    emit(teller, PartBegun(joint=joint.id, part=part.key, dossier=part.dossier_id), subject=subject(joint))


def said(parts: Sequence[JointPart]) -> dict[str, form.Data]:
    """What each part's form says now: a dossier's own data once it has one, for a supplement may have mended it."""
    return {p.key: dict(p.dossier.data if p.dossier else p.draft.data) for p in parts if p.draft is not None}


def applicant(joint: Joint) -> Actor:
    """The applicant, as they were when they sent it."""
    return Actor(
        account=joint.account_id,
        subject=joint.person_id,
        assured=joint.person_id is not None,
        name=joint.applicant_name,
    )


def _result(key: str, parts: Sequence[JointPart]) -> Result | None:
    part = next((p for p in parts if p.key == key), None)
    if part is None or part.dossier is None:
        return None
    return Result.objects.filter(dossier=part.dossier, state=ResultState.ACTIVE).first()


def _number(key: str, parts: Sequence[JointPart]) -> str:
    result = _result(key, parts)
    if result is not None:
        return result.number
    return next((p.reference for p in parts if p.key == key), "")


def _carry_papers(joint: Joint, part: JointPart, parts: Sequence[JointPart]) -> None:
    """The signed file of an earlier part becomes a paper of this one."""
    for flow_ in part.spec.flows:
        result = _result(flow_.after, parts) if flow_.component else None
        if result is None or result.file_id is None or part.draft is None:
            continue
        Attachment.objects.create(
            draft=part.draft,
            dossier=part.dossier,
            component=flow_.component,
            file_id=result.file_id,
            name=f"{result.title} {result.number}.pdf".replace("/", "-")[:255],
            added_by_id=part.draft.account_id,
        )


def _told(part: JointPart, parts: Sequence[JointPart], data: form.Data) -> list[dict[str, str]]:
    """What the agency outside is told, question by question in words: its own form, or what the pack names."""
    if part.draft is not None:
        spec, own = part.draft.procedure_version.spec, words(part.draft.procedure_version.spec, data)
        labels = {(t.name, f.name): f.label for t in spec.form.topics for f in t.fields}
        return [
            {"topic": topic.title, "label": labels[topic.name, name], "words": text}
            for topic in spec.form.topics
            for name, text in own.get(topic.name, {}).items()
            if text
        ]
    told = []
    for path in part.spec.tells:
        key, topic_name, name = path.split(".")
        other = next((p for p in parts if p.key == key), None)
        if other is None or other.draft is None:
            continue
        spec = other.draft.procedure_version.spec
        topic = spec.form.topic(topic_name)
        text = words(spec, other.dossier.data if other.dossier else other.draft.data).get(topic_name, {}).get(name, "")
        label = next((f.label for f in topic.fields if f.name == name), name)
        if text:
            told.append({"topic": topic.title, "label": label, "words": text})
    return told


def _receive_all(joint: Joint, parts: Sequence[JointPart]) -> None:
    """One reception: once the office received a part, what runs beside it or begins later, there or elsewhere, is
    received too, in the name of whoever received that one. What another agency received speaks for itself alone."""
    first = next((p.dossier for p in parts if not p.elsewhere and p.dossier and p.dossier.received_at), None)
    if first is None:
        return
    for part in parts:
        if part.dossier is not None and part.dossier.phase == Phase.SUBMITTED and not part.dossier.received_at:
            with taken(SYSTEM, part.dossier.id, None, READ, _("tiếp nhận cùng hồ sơ liên thông")) as dossier:
                step = _step_with(dossier, "accept")
                if step is not None and dossier.phase == Phase.SUBMITTED:
                    by, note = _reception(joint, first)
                    take_in(SYSTEM, dossier, step, "accept", by=by, note=note)
            part.dossier.phase, part.dossier.received_at = dossier.phase, dossier.received_at


def _reception(joint: Joint, first: Dossier) -> tuple[str, str]:
    """Who received the filing, and in words where and under which code."""
    step = Step.objects.filter(dossier=first, outcome="accept").order_by("number")[0]
    note = _("Bộ phận một cửa %(agency)s đã tiếp nhận cả hồ sơ liên thông %(code)s.")
    where = places.names([step.agency_id]).get(step.agency_id, "")
    return step.ended_by_name, note % {"agency": where, "code": joint.code}


def _return_all(joint: Joint, parts: Sequence[JointPart]) -> None:
    """One return: once the result that carries the others was handed out, the others are too."""
    carrier = carrying(parts)
    if joint.return_each or carrier is None or carrier.dossier is None or carrier.dossier.phase != Phase.RETURNED:
        return
    by = carrier.dossier.last_actor
    for part in parts:
        if part.dossier is None or part.dossier.phase != Phase.SIGNED:
            continue
        with taken(SYSTEM, part.dossier.id, None, READ, _("trả cùng hồ sơ liên thông")) as dossier:
            step = _step_with(dossier, "return_result")
            if step is not None and dossier.results.filter(state=ResultState.ACTIVE).exists():
                hand_out(SYSTEM, dossier, step, "return_result", by=by)
        part.dossier.phase = dossier.phase


def _step_with(dossier: Dossier, outcome: str) -> Step | None:
    if clocks.stands_for(dossier) in clocks.HOLDING:
        return None
    spec = dossier.procedure_version.spec
    for step in flow.open_steps(dossier):
        if outcome in {o.name for o in process.step(spec, step.task).outcomes}:
            return step
    return None


def carrying(parts: Sequence[JointPart]) -> JointPart | None:
    """The part whose return is the return of all: the first dossier that came to a result, the office's before those of
    other agencies."""
    done = [p for p in parts if p.dossier is not None and state_of(p.dossier) is State.DONE]
    return min(done, key=lambda p: (p.elsewhere, p.number), default=None)


def may_return(dossier: Dossier) -> None:
    """Raises Conflict while the applicant chose to get everything at once and something is still under way."""
    why = why_not_return(dossier)
    if why is not None:
        raise Conflict(why)


def why_not_return(dossier: Dossier) -> str | None:
    """Why this part's result stays here for now; None: it may be handed out. The dossier was read with its part."""
    part = getattr(dossier, "joint_part", None)
    if part is None or part.joint.return_each:
        return None
    parts = parts_of(part.joint)
    carrier = carrying(parts)
    if carrier is not None and carrier.dossier_id != dossier.id and carrier.dossier is not None:
        return _("Người nộp chọn nhận mọi kết quả một lần: trả cùng hồ sơ %(code)s.") % {"code": carrier.dossier.code}
    waiting = [named(p) for p in parts if (state_of(p.dossier) if p.dossier else State(p.state)) not in SETTLED]
    if waiting:
        return _("Người nộp chọn nhận mọi kết quả một lần. Còn đợi: %(names)s.") % {"names": "; ".join(waiting)}
    return None
