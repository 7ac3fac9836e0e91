"""What officials do with a dossier before it is signed. Which lane may do what is said by the process, not here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, flow, jobs
from tinhso.dossiers.actions import charging
from tinhso.dossiers.events import (
    Claimed,
    HandedOver,
    Proposed,
    ReceiptAsked,
    Refused,
    SupplementRequested,
)
from tinhso.dossiers.models import Dossier, Phase, Proposal, Refusal, Step, Supplement, being_signed, with_procedure
from tinhso.dossiers.pack import Made
from tinhso.dossiers.paperwork import issue, joint_receipt, receipt_of
from tinhso.dossiers.policies import ACT, DESK, account_of
from tinhso.dossiers.receiving import take_in
from tinhso.dossiers.reckoning import Cause, What
from tinhso.dossiers.taking import closed_now, taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit_all
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.procedures import process

#: Kinds of steps that end with a written record: a visit on the spot, a public posting.
RECORDED = frozenset({"inspect", "post"})


@dataclass(frozen=True)
class Point:
    """One thing to complete; ``number`` only in a repeat: the point of the first request that it cites."""

    text: str
    component: str = ""
    number: int | None = None


def receive(actor: Actor, dossier_id: UUID, *, version: int) -> Dossier:
    """Take the dossier in: the legal time begins now (see `clocks`)."""
    with taken(actor, dossier_id, version, DESK, _("tiếp nhận hồ sơ")) as dossier:
        step, outcome = flow.step_for(actor, dossier, ["accept"])
        take_in(actor, dossier, step, outcome)
    return dossier


@transaction.atomic
def ask_receipt(actor: Actor, dossier_id: UUID) -> Dossier:
    """The applicant asks for the paper receipt at the counter (Decree 61/2018/NĐ-CP, art. 17.4).

    Asking again changes nothing. Raises NotFound, Conflict (not received yet).
    """
    rows = Dossier.objects.select_related("joint_part").select_for_update(of=("self",))
    dossier = with_procedure(rows).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    DESK.require(actor, dossier)
    if dossier.received_at is None:
        raise Conflict(_("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận. Tiếp nhận hồ sơ trước."))
    if hasattr(dossier, "joint_part"):
        if joint_receipt(dossier.joint_part.joint_id) is None:
            raise Conflict(_("Giấy tiếp nhận chung của hồ sơ liên thông đang lập. Thử lại sau ít phút."))
    elif receipt_of(actor, dossier) is None:
        raise Conflict(_("Luật của ngày tiếp nhận không có mẫu giấy này."))
    if dossier.told:
        asked = ReceiptAsked(dossier=dossier.id, version=dossier.version)
        emit_all(actor, [asked, *dossier.told], subject=flow.subject(dossier))
        jobs.draw_papers.defer()  # somebody waits for it at the counter
    return dossier


def claim(actor: Actor, dossier_id: UUID, *, version: int) -> Dossier:
    """Hold the open step of one's own lane. Raises Conflict naming who holds it already."""
    with taken(actor, dossier_id, version, DESK, _("nhận xử lý")) as dossier:
        step = _step_of_lane(actor, dossier)
        if step.holder_id is not None:
            raise Conflict(
                _("%(name)s đã nhận bước “%(step)s” trước bạn.") % {"name": step.holder_name, "step": step.title}
            )
        flow.hold(step, actor.account, actor.name)
        _working(dossier)
        flow.tell(dossier, Claimed(dossier=dossier.id, version=dossier.version, step=step.id, task=step.task))
    return dossier


def hand_over(actor: Actor, dossier_id: UUID, to_account: UUID, *, note: str = "", version: int) -> Dossier:
    """Pass the step that one holds (or a free one of one's lane) to another official of the same role and agency."""
    with taken(actor, dossier_id, version, DESK, _("chuyển người xử lý")) as dossier:
        step = _step_of_lane(actor, dossier)
        if step.holder_id is not None and step.holder_id != actor.account:
            raise Conflict(_("%(name)s đang giữ bước này, chỉ người đó chuyển được.") % {"name": step.holder_name})
        peers = {o.account: o.full_name for o in people.officials_at(step.agency_id, step.role)}
        if to_account not in peers or to_account == dossier.applicant_account_id:
            raise Invalid(_("Người nhận phải giữ vai trò của bước này tại cơ quan. Chọn lại người nhận."))
        flow.close(step, dossier, flow.HANDED_OVER, by=actor.name, note=sentence(note))
        following = Step(
            dossier=dossier,
            task=step.task,
            title=step.title,
            role=step.role,
            agency_id=step.agency_id,
            number=len(dossier.sheet) + 1,
            due_at=step.due_at,
            sort_at=step.sort_at,
        )
        flow.hold(following, to_account, peers[to_account])
        dossier.sheet.append(following)
        _working(dossier)
        flow.tell(
            dossier,
            HandedOver(
                dossier=dossier.id,
                version=dossier.version,
                step=following.id,
                task=step.task,
                to_account=to_account,
            ),
        )
    return dossier


def request_supplement(
    actor: Actor,
    dossier_id: UUID,
    points: Sequence[Point],
    *,
    reason: str = "",
    answer_by: date | None = None,
    version: int,
) -> Supplement:
    """Ask the applicant to complete the papers; the clock stands until the answer.

    Asked once and completely (Decree 61/2018/NĐ-CP, art. 17, 19.4): a repeat may name only points of the first request
    that the answer did not meet. Raises Invalid.
    """
    with taken(actor, dossier_id, version, DESK, _("yêu cầu bổ sung")) as dossier:
        step, outcome = flow.step_for(actor, dossier, ["supplement"])
        before, now = list(Supplement.objects.filter(dossier=dossier).order_by("number")), clock.now()
        first = before[0] if before else None
        supplement = Supplement.objects.create(
            dossier=dossier,
            number=len(before) + 1,
            first=first,
            points=_points(points, first, {c.code for c in dossier.procedure_version.spec.components}),
            reason=sentence(reason),
            in_time=_asked_in_time(dossier, step),
            asked_by_name=actor.name,
            asked_at=now,
            answer_by=_future(answer_by),
        )
        dossier.phase = Phase.SUPPLEMENT
        clocks.note(dossier, What.STOPPED, now, cause=Cause.SUPPLEMENT)
        flow.end_step(actor, dossier, step, outcome)
        flow.tell(
            dossier,
            SupplementRequested(
                dossier=dossier.id,
                version=dossier.version,
                supplement=supplement.id,
                number=supplement.number,
                at=now,
            ),
        )
        issue(actor, dossier, Made.SUPPLEMENT, f"supplement:{supplement.id}", supplement)
    return supplement


def refuse(actor: Actor, dossier_id: UUID, reason: str, *, text: str, version: int) -> Refusal:
    """Refuse with one of the legal reasons of the procedure, in writing (Decree 61/2018/NĐ-CP, art. 19.8).

    ``in_time`` says whether this came within the processing time. Raises Invalid (unknown reason, no explanation).
    """
    with taken(actor, dossier_id, version, DESK, _("từ chối hồ sơ")) as dossier:
        step, outcome = flow.step_for(actor, dossier, ["refuse"])
        grounds = {r.code: r for r in dossier.procedure_version.spec.refusal_reasons}
        if reason not in grounds:
            raise Invalid(fields={"reason": _("Chọn một căn cứ từ chối trong danh mục của thủ tục.")})
        if not sentence(text):
            raise Invalid(fields={"text": _("Ghi rõ lý do cho người nộp: thiếu hoặc sai điều gì, căn cứ nào.")})
        ground = grounds[reason]
        due = clocks.due_at(dossier)
        refusal = Refusal.objects.create(
            dossier=dossier,
            reason=ground.code,
            reason_title=ground.text,
            article=ground.source,
            text=sentence(text),
            in_time=due is None or clock.now() <= due,
            decided_by_name=actor.name,
        )
        dossier.phase = Phase.NOT_ACCEPTED if dossier.received_at is None else Phase.REFUSED
        closed_now(dossier)
        flow.end_step(actor, dossier, step, outcome)
        charging.let_go(dossier, _("hồ sơ bị từ chối"))
        flow.tell(dossier, Refused(dossier=dossier.id, version=dossier.version, reason=ground.code))
        issue(actor, dossier, Made.REFUSED, f"refusal:{refusal.id}", refusal)
    return refusal


def propose(actor: Actor, dossier_id: UUID, *, text: str = "", version: int) -> Dossier:
    """ "Đạt, trình ký": the check is passed and, when the same lane also proposes, the result is put to the leader.

    Raises Invalid when the result prints what is written here and nothing is, or when a step of `RECORDED` ends
    without its record; Conflict while a posting has not hung for its time.
    """
    with taken(actor, dossier_id, version, DESK, _("trình ký")) as dossier:
        step, outcome = flow.step_for(actor, dossier, ["propose", "pass"])
        _recorded(dossier, step, text)
        _working(dossier)
        if outcome == "propose":
            _answered(dossier, text)
        flow.end_step(actor, dossier, step, outcome, note=sentence(text))
        if outcome == "pass":
            follows = [s for s in flow.open_steps(dossier) if "propose" in _outcomes(s, dossier)]
            if not follows or not ACT.allows(actor, follows[0]):
                return dossier
            _answered(dossier, text)
            flow.end_step(actor, dossier, follows[0], "propose", note=sentence(text))
        proposal = Proposal.objects.create(
            dossier=dossier, text=sentence(text), proposed_by_id=account_of(actor), proposed_by_name=actor.name
        )
        flow.tell(dossier, Proposed(dossier=dossier.id, version=dossier.version, proposal=proposal.id))
    return dossier


def _recorded(dossier: Dossier, step: Step, text: str) -> None:
    """A visit and a posting end with a record in writing; what is posted hangs for the whole time of its step."""
    kind = process.step(dossier.procedure_version.spec, step.task).kind
    if kind not in RECORDED:
        return
    if kind == "post" and step.due_at is not None and clock.now() < step.due_at:
        until = f"{clock.local(step.due_at):%H:%M, %d/%m/%Y}"
        raise Conflict(_("Còn niêm yết tới %(until)s. Hết thời gian này mới kết thúc bước được.") % {"until": until})
    if not sentence(text):
        raise Invalid(fields={"text": _("Ghi biên bản: ngày nào, ở đâu, ai có mặt, thấy gì, kết luận.")})


def _answered(dossier: Dossier, text: str) -> None:
    """Raises Invalid when the result is to print an answer and there is none."""
    if dossier.procedure_version.spec.result.answered and not sentence(text):
        raise Invalid(
            fields={"text": _("Ghi nội dung trả lời: đồng ý hay không, vì sao, căn cứ nào. Kết quả in câu này.")}
        )


def send_back(actor: Actor, dossier_id: UUID, *, note: str, version: int) -> Dossier:
    """The leader returns the proposal to be checked again, saying why."""
    with taken(actor, dossier_id, version, DESK, _("trả lại để thẩm định")) as dossier:
        if not sentence(note):
            raise Invalid(fields={"note": _("Ghi điều cần thẩm định lại.")})
        step, outcome = flow.step_for(actor, dossier, ["send_back"])
        if being_signed(dossier):
            raise Conflict(_("Kết quả đang được ký, không trả lại được nữa."))
        flow.end_step(actor, dossier, step, outcome, note=sentence(note))
    return dossier


def _step_of_lane(actor: Actor, dossier: Dossier) -> Step:
    steps = flow.open_steps(dossier)
    for step in steps:
        if ACT.allows(actor, step):
            return step
    if not steps:
        raise NotFound
    raise ACT.refusal(actor, steps[0])


def _working(dossier: Dossier) -> None:
    if dossier.phase == Phase.RECEIVED:
        dossier.phase = Phase.PROCESSING


def _outcomes(step: Step, dossier: Dossier) -> set[str]:
    return {o.name for o in process.step(dossier.procedure_version.spec, step.task).outcomes}


def _points(points: Sequence[Point], first: Supplement | None, components: set[str]) -> list[dict[str, Any]]:
    kept = [p for p in points if sentence(p.text)]
    if not kept:
        raise Invalid(fields={"points": _("Ghi ít nhất một điều cần bổ sung, đầy đủ trong một lần.")})
    if any(p.component and p.component not in components for p in kept):
        raise Invalid(fields={"points": _("Giấy tờ được chọn không có trong thành phần hồ sơ của thủ tục.")})
    if first is not None:
        known = {p["number"] for p in first.points}
        if any(p.number not in known for p in kept):
            raise Invalid(
                _(
                    "Đã yêu cầu bổ sung một lần. Lần này chỉ được nhắc lại những điều của yêu cầu đầu mà "
                    "người nộp chưa đáp ứng (Nghị định 61/2018/NĐ-CP, Điều 17, 19.4)."
                ),
                fields={"points": _("Chọn điều chưa đáp ứng trong yêu cầu lần đầu.")},
            )
    return [
        {
            "number": p.number if first is not None else n,
            "text": sentence(p.text),
            "component": p.component,
        }
        for n, p in enumerate(kept, 1)
    ]


def _asked_in_time(dossier: Dossier, step: Step) -> bool:
    by = flow.return_by(dossier, step)
    return by is None or clock.now() <= by


def _future(day: date | None) -> date | None:
    if day is not None and day < clock.today():
        raise Invalid(fields={"answer_by": _("Hạn bổ sung phải từ hôm nay trở đi.")})
    return day
