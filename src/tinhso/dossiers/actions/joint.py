"""What an applicant does with a joined filing, and how the office speaks for agencies outside the system."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import prefill
from tinhso.dossiers.actions.citizen import withdraw
from tinhso.dossiers.actions.desk import receive
from tinhso.dossiers.actions.drafts import fitting, noted, standing_at, standing_there
from tinhso.dossiers.allowance import allow_draft
from tinhso.dossiers.events import (
    DraftStarted,
    JointBegun,
    JointSubmitted,
    OutsideAnswered,
    OutsideSent,
    PartWithdrawn,
    ReturnChosen,
)
from tinhso.dossiers.joined import form, moving, spec
from tinhso.dossiers.joined.filling import wrong_of
from tinhso.dossiers.joined.standing import State
from tinhso.dossiers.models import Attachment, Dossier, Draft, Joint, JointPart, Presence
from tinhso.dossiers.policies import COUNTER, DRAFT, JOINT, OUTSIDE, account_of
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind
from tinhso.procedures import queries as procedures


@transaction.atomic
def start_joint(
    actor: Actor,
    key: str,
    agency_id: UUID,
    *,
    without: Collection[str] = (),
    return_each: bool = False,
    presence_id: UUID | None = None,
) -> Joint:
    """Begin a joined form at an office, leaving optional parts out; each part with a form has a draft of its own.

    ``presence_id``: for the person who stands at the actor's counter. Raises NotFound, Invalid (an office of another
    level, a part that must be there), Conflict (nobody stands there any more), TooMany.
    """
    JOINT.require(actor)
    presence = standing_at(actor, presence_id, agency_id)
    whole, office = spec.joined(key, clock.today()), places.agency(agency_id)
    needed = [part.key for part in whole.parts if part.key in without and not part.optional]
    if needed or set(without) - {part.key for part in whole.parts}:
        raise Invalid(fields={"parts": _("Phần này không bỏ được. Chọn lại các phần cần làm.")})
    chosen = whole.only({part.key for part in whole.parts} - set(without))
    if len(chosen.parts) < 2:
        raise Invalid(fields={"parts": _("Chọn ít nhất một việc làm cùng; chỉ làm một việc thì nộp thủ tục ấy.")})
    handled = [_handles(part, office) for part in chosen.parts]
    allow_draft(actor)
    joint = Joint.objects.create(
        key=key,
        definition=chosen.model_dump(mode="json"),
        account_id=account_of(actor),
        presence=presence,
        person_id=actor.subject if actor.assured and presence is None else None,
        applicant_name=actor.name
        if presence is None
        else people.names([presence.person_id]).get(presence.person_id, ""),
        agency=office,
        return_each=return_each,
    )
    for number, (part, at) in enumerate(zip(chosen.parts, handled, strict=True), 1):
        JointPart.objects.create(
            joint=joint,
            key=part.key,
            number=number,
            agency=at,
            outside=part.outside is not None,
            draft=_draft(actor, part.procedure, at, presence) if part.procedure else None,
        )
    parts = tuple(part.key for part in chosen.parts)
    emit(actor, JointBegun(joint=joint.id, key=key, agency=office.id, parts=parts), subject=moving.subject(joint))
    return joint


def _handles(part: spec.PartSpec, office: Agency) -> Agency:
    """The agency whose matter the part is. Raises NotFound, Invalid (it does not settle such a matter)."""
    today, at = clock.today(), office
    if part.agency:
        (province,) = places.agencies(today, AgencyKind.PROVINCE_COMMITTEE)
        at = places.agency_by_code(part.handled_by(office.code, province.code), today)
    if part.outside is None:
        fitting(procedures.procedure(part.procedure, today), at)
    return at


def _draft(actor: Actor, code: str, at: Agency, presence: Presence | None) -> Draft:
    version = procedures.procedure(code, clock.today())
    draft = Draft(account_id=account_of(actor), procedure_version=version, agency=at, presence=presence)
    if presence is None:
        prefill.fill(actor, version.spec, draft.data, draft.sources)
    else:
        prefill.fill_for(presence, version.spec, draft.data, draft.sources)
    draft.save()
    if presence is not None:
        noted(actor, draft, presence)
    emit(actor, DraftStarted(draft=draft.id, procedure=code, agency=at.id), subject=f"draft:{draft.id}")
    return draft


@dataclass(frozen=True)
class Sent:
    """The filing and the dossier that gives it its code."""

    joint: Joint
    first: UUID


@transaction.atomic
def submit_joint(actor: Actor, joint_id: UUID) -> Sent:
    """Send the whole form, once: again it answers the same. What waits for nothing begins now.

    Raises Invalid with ``/part/topic/field`` of everything to put right, nothing is lost; Conflict for one that is
    filled in at a counter (`file_joint_at_counter`).
    """
    joint = own(actor, joint_id)
    if joint.presence_id is not None and joint.submitted_at is None:
        raise Conflict(_("Hồ sơ này điền tại quầy: nộp và tiếp nhận một lần, khi người dân có mặt."))
    return _submitted(actor, joint)


def _submitted(actor: Actor, joint: Joint) -> Sent:
    """Checked and sent, unless it was; the joint is locked."""
    if joint.submitted_at is None:
        # the drafts too: a topic saved in this moment comes before or is refused
        list(Draft.objects.select_for_update().filter(joint_part__joint=joint).order_by("id").values_list("id"))
        parts = moving.parts_of(joint)
        errors = {f"/{w.part}{w.pointer}": w.words for w in wrong_of(joint, parts)}
        if errors:
            raise Invalid(_("Hồ sơ còn chỗ cần sửa trước khi nộp. Những gì bạn đã nhập vẫn được giữ."), fields=errors)
        _send(actor, joint, parts)
    first = moving.parts_of(joint)[0].dossier_id
    assert first is not None
    return Sent(joint, first)


@transaction.atomic
def file_joint_at_counter(actor: Actor, joint_id: UUID) -> Sent:
    """Send the whole form for the person who stands there and take its first part in at once; what runs beside it is
    received with it (`joined.moving`). Doing it again answers the same. Raises Invalid like `submit_joint`, Conflict
    when the person left the counter, NotFound."""
    joint = moving.locked(joint_id)
    if joint is None or joint.presence is None:
        raise NotFound
    COUNTER.require(actor, joint)
    if joint.submitted_at is None:
        standing_there(actor, joint.presence, joint.agency_id)
    sent = _submitted(actor, joint)
    first = Dossier.objects.get(id=sent.first)
    if first.received_at is None and not first.closed:
        receive(actor, first.id, version=first.version)
    return sent


def _send(actor: Actor, joint: Joint, parts: list[JointPart]) -> None:
    now, presence = clock.now(), joint.presence
    joint.submitted_at = now
    if presence is None:
        joint.applicant_name, joint.person_id = actor.name, actor.subject if actor.assured else None
    else:
        joint.person_id, joint.account_id = presence.person_id, people.account_of(presence.person_id)
    Draft.objects.filter(joint_part__joint=joint).update(submitted_at=now)
    for part in parts:
        if not part.spec.after and moving.begins(part, parts):
            moving.begin(joint, part, parts, actor)
    assert parts[0].dossier is not None
    joint.code = parts[0].dossier.code
    joint.save(update_fields=["submitted_at", "account", "applicant_name", "person", "code"])
    emit(actor, JointSubmitted(joint=joint.id, code=joint.code), subject=moving.subject(joint))


@transaction.atomic
def choose_return(actor: Actor, joint_id: UUID, *, each: bool) -> Joint:
    """Get each result when it is ready, or all at once. Raises Conflict once everything has ended."""
    joint = own(actor, joint_id)
    if joint.closed_at is not None:
        raise Conflict(_("Hồ sơ liên thông này đã xong."))
    if joint.return_each != each:
        joint.return_each = each
        joint.save(update_fields=["return_each"])
        emit(actor, ReturnChosen(joint=joint.id, each=each), subject=moving.subject(joint))
        moving.advance(joint.id)
    return joint


@transaction.atomic
def withdraw_part(actor: Actor, joint_id: UUID, key: str, *, reason: str = "") -> Joint:
    """Take one part back; what comes after it is closed with the reason, what does not goes on.

    Raises NotFound, Conflict: a result was ordered, or the agency outside has it already.
    """
    joint = own(actor, joint_id)
    part = _part(joint, key)
    _take_back(actor, joint, part, sentence(reason))
    moving.advance(joint.id)
    joint.refresh_from_db()
    return joint


@transaction.atomic
def withdraw_joint(actor: Actor, joint_id: UUID, *, reason: str = "") -> Joint:
    """Take back everything that can still be taken back, the last parts first. Raises Conflict when nothing can."""
    joint = own(actor, joint_id)
    taken = 0
    for part in reversed(moving.parts_of(_sent(joint))):
        try:
            with transaction.atomic():
                _take_back(actor, joint, part, sentence(reason))
        except Conflict:
            continue
        taken += 1
    if not taken:
        raise Conflict(_("Không còn phần nào rút được: mọi phần đã có kết quả, đang ký hoặc đã kết thúc."))
    moving.advance(joint.id)
    joint.refresh_from_db()
    return joint


def _take_back(actor: Actor, joint: Joint, part: JointPart, reason: str) -> None:
    if part.state not in (State.WAITING, State.OPEN):
        raise Conflict(_("Phần này đã kết thúc, không rút được nữa."))
    if part.dossier_id is not None:
        withdraw(actor, part.dossier_id, reason=reason, version=_version(part.dossier_id))
        return
    if part.sent_at is not None:
        raise Conflict(_("Phần này đã chuyển sang cơ quan giải quyết. Muốn rút, hãy đề nghị cơ quan ấy."))
    part.state, part.ended_at, part.reason = State.WITHDRAWN, clock.now(), reason
    part.save(update_fields=["state", "ended_at", "reason"])
    emit(actor, PartWithdrawn(joint=joint.id, part=part.key), subject=moving.subject(joint))


@transaction.atomic
def file_separately(actor: Actor, joint_id: UUID, key: str) -> Draft:
    """A part that could never begin, as an application of its own: a new draft with what was said and its papers.

    Raises Conflict for a part that is not closed so, or has no procedure to be filed here.
    """
    DRAFT.require(actor)
    joint = own(actor, joint_id)
    part = _part(joint, key)
    if part.state != State.DROPPED or part.draft is None or part.outside:
        raise Conflict(_("Phần này không nộp riêng ở đây được."))
    allow_draft(actor)
    parts = moving.parts_of(joint)
    version = procedures.procedure(part.spec.procedure, clock.today())
    fitting(version, places.agency(part.agency_id))
    data = form.together(joint.spec, moving.said(parts))[key]
    draft = Draft.objects.create(
        account_id=account_of(actor), procedure_version=version, agency_id=part.agency_id, data=data
    )
    Attachment.objects.bulk_create(
        Attachment(draft=draft, component=p.component, file_id=p.file_id, name=p.name, added_by_id=p.added_by_id)
        for p in Attachment.objects.filter(draft=part.draft, removed_at=None)
    )
    emit(
        actor, DraftStarted(draft=draft.id, procedure=version.code, agency=part.agency_id), subject=f"draft:{draft.id}"
    )
    return draft


@transaction.atomic
def send_outside(actor: Actor, part_id: UUID, *, note: str = "") -> JointPart:
    """The office hands a part to the agency outside: its time runs from now. Raises NotFound, Conflict."""
    part = _outside(actor, part_id)
    if part.sent_at is not None:
        raise Conflict(_("%(name)s đã ghi chuyển phần này.") % {"name": part.sent_by_name})
    part.sent_at, part.sent_by_name, part.sent_note = clock.now(), actor.name, sentence(note)
    part.save(update_fields=["sent_at", "sent_by_name", "sent_note"])
    emit(actor, OutsideSent(joint=part.joint_id, part=part.key), subject=moving.subject(part.joint))
    return part


@transaction.atomic
def answer_outside(actor: Actor, part_id: UUID, *, done: bool, reference: str = "", text: str = "") -> JointPart:
    """The office records what the agency outside answered: done, under its own number, or refused and why.

    Raises NotFound, Conflict (not handed over yet, answered already), Invalid (no number, no reason).
    """
    part = _outside(actor, part_id)
    if part.sent_at is None:
        raise Conflict(_("Chưa ghi chuyển phần này cho cơ quan giải quyết. Ghi chuyển trước."))
    if done and not sentence(reference):
        raise Invalid(fields={"reference": _("Ghi số, ký hiệu giấy tờ mà cơ quan ấy trả.")})
    if not done and not sentence(text):
        raise Invalid(fields={"text": _("Ghi lý do từ chối mà cơ quan ấy trả lời.")})
    part.state, part.ended_at = (State.DONE if done else State.REFUSED), clock.now()
    part.reference, part.reason, part.answered_by_name = sentence(reference, longest=100), sentence(text), actor.name
    part.save(update_fields=["state", "ended_at", "reference", "reason", "answered_by_name"])
    emit(actor, OutsideAnswered(joint=part.joint_id, part=part.key, done=done), subject=moving.subject(part.joint))
    moving.advance(part.joint_id)
    return part


def own(actor: Actor, joint_id: UUID) -> Joint:
    """One's own filing, locked. Raises NotFound."""
    joint = moving.locked(joint_id)
    if joint is None:
        raise NotFound
    JOINT.require(actor, joint)
    return joint


def _sent(joint: Joint) -> Joint:
    if joint.submitted_at is None:
        raise Conflict(_("Hồ sơ này chưa nộp nên không có gì để rút."))
    return joint


def _part(joint: Joint, key: str) -> JointPart:
    found = next((part for part in moving.parts_of(_sent(joint)) if part.key == key), None)
    if found is None:
        raise NotFound
    return found


def _outside(actor: Actor, part_id: UUID) -> JointPart:
    """The part, under its joint's lock and open. Raises NotFound, Conflict."""
    joint_id = JointPart.objects.filter(id=part_id).values_list("joint_id", flat=True).first()
    joint = moving.locked(joint_id) if joint_id else None
    if joint is None:
        raise NotFound
    part = JointPart.objects.get(id=part_id)
    part.joint = joint
    OUTSIDE.require(actor, part)
    if part.state != State.OPEN:
        raise Conflict(_("Phần này chưa tới lượt hoặc đã kết thúc."))
    return part


def _version(dossier_id: UUID) -> int:
    return Dossier.objects.values_list("version", flat=True).get(id=dossier_id)
