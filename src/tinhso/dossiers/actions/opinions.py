"""Asking another agency for its opinion on a dossier, and answering (Decree 61/2018/NĐ-CP, art. 19.5 to 19.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, flow, opinions
from tinhso.dossiers.actions.attached import stored
from tinhso.dossiers.events import OpinionAsked, OpinionGiven, OpinionTakenBack
from tinhso.dossiers.models import Attachment, Dossier, Opinion, OpinionPaper, ShareUnit, Stance
from tinhso.dossiers.policies import ASK_OPINION, DESK, GIVE_OPINION, OPINION_ROLES, account_of
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.places import queries as places

#: The longest share that may be asked for: 90 working days, or two working days in hours.
LONGEST = {ShareUnit.HOURS: 16, ShareUnit.DAYS: 90}
#: Questions about one dossier.
MOST = 20


@dataclass(frozen=True)
class Question:
    """Who is asked (an agency of the house, or a name outside it), what, for how long, and what they may see."""

    text: str
    amount: int | None
    unit: str = ShareUnit.DAYS
    agency: UUID | None = None
    party: str = ""
    papers: Sequence[UUID] = ()
    with_form: bool = False


@dataclass(frozen=True)
class Answer:
    """``reference``: number of the document that it stands in; ``file``: that document, its name and content."""

    stance: str
    text: str
    reference: str = ""
    file: tuple[str, BinaryIO | bytes] | None = None


def ask_opinion(actor: Actor, dossier_id: UUID, question: Question, *, version: int) -> Opinion:
    """Ask, with the content and the share of the time; the legal time runs on. Raises Invalid, Conflict, Denied."""
    with taken(actor, dossier_id, version, DESK, _("lấy ý kiến")) as dossier:
        ASK_OPINION.require(actor, dossier)
        refused = opinions.why_not_ask(dossier)
        if refused is not None:
            raise Conflict(refused)
        asked = opinions.of_dossier(dossier)
        if len(asked) >= MOST:
            raise Conflict(_("Đã hỏi %(n)d lần về hồ sơ này, không hỏi thêm được.") % {"n": MOST})
        party = sentence(question.party, longest=255)
        _known(dossier, question.agency, party)
        if any(one.agency_id == question.agency and one.party == party and opinions.waits(one) for one in asked):
            raise Conflict(_("Nơi này còn một câu hỏi về hồ sơ này chưa trả lời. Đợi trả lời, hoặc rút câu hỏi ấy."))
        text = sentence(question.text)
        if not text:
            raise Invalid(fields={"text": _("Ghi nội dung cần cho ý kiến.")})
        now = clock.now()
        amount, due = _share(dossier, question, now)
        opinion = Opinion.objects.create(
            dossier=dossier,
            number=len(asked) + 1,
            agency_id=question.agency,
            party=party,
            question=text,
            with_form=question.with_form,
            amount=amount,
            unit=question.unit,
            asked_at=now,
            asked_by_id=account_of(actor),
            asked_by_name=actor.name[:255],
        )
        shown = _papers(dossier, question.papers)
        OpinionPaper.objects.bulk_create(OpinionPaper(opinion=opinion, attachment=one) for one in shown)
        flow.tell(dossier, OpinionAsked(dossier.id, dossier.version, opinion.id, question.agency, due))
    return opinion


def take_back_opinion(actor: Actor, dossier_id: UUID, opinion_id: UUID, *, reason: str, version: int) -> Opinion:
    """The answer is needed no more; whoever was asked sees it no longer. Raises NotFound, Invalid, Conflict, Denied."""
    with taken(actor, dossier_id, version, DESK, _("rút câu hỏi ý kiến")) as dossier:
        ASK_OPINION.require(actor, dossier)
        opinion = _held(opinion_id, dossier)
        if not sentence(reason):
            raise Invalid(fields={"reason": _("Ghi vì sao không cần ý kiến nữa.")})
        opinion.taken_back_at, opinion.taken_back_by_name = clock.now(), actor.name[:255]
        opinion.taken_back_reason = sentence(reason)
        opinion.save(update_fields=["taken_back_at", "taken_back_by_name", "taken_back_reason"])
        flow.tell(dossier, OpinionTakenBack(dossier.id, dossier.version, opinion.id))
    return opinion


def give_opinion(actor: Actor, opinion_id: UUID, answer: Answer) -> Opinion:
    """Answer for the agency that is asked. Raises NotFound, Invalid, Conflict (answered, taken back, the dossier has
    its result)."""
    opinion = Opinion.objects.select_related("dossier").filter(id=opinion_id).first()
    if opinion is None:
        raise NotFound
    GIVE_OPINION.require(actor, opinion)
    return _answered(actor, opinion, answer, recorded=False)


def record_opinion(actor: Actor, dossier_id: UUID, opinion_id: UUID, answer: Answer) -> Opinion:
    """Record what somebody outside the house answered; its number is needed. Raises like `give_opinion`, and Denied."""
    opinion = Opinion.objects.select_related("dossier").filter(id=opinion_id, dossier=dossier_id).first()
    if opinion is None:
        raise NotFound
    DESK.require(actor, opinion.dossier)
    ASK_OPINION.require(actor, opinion.dossier)
    if opinion.agency_id is not None:
        raise Conflict(_("Cơ quan này tự trả lời trong hệ thống."))
    if not sentence(answer.reference, longest=100):
        raise Invalid(fields={"reference": _("Ghi số, ký hiệu văn bản trả lời.")})
    return _answered(actor, opinion, answer, recorded=True)


def _answered(actor: Actor, opinion: Opinion, answer: Answer, *, recorded: bool) -> Opinion:
    text, reference = sentence(answer.text), sentence(answer.reference, longest=100)
    wrong = {}
    if answer.stance not in Stance.values:
        wrong["stance"] = _("Chọn đồng ý hay không.")
    if not text:
        wrong["text"] = _("Ghi nội dung ý kiến.")
    if wrong:
        raise Invalid(fields=wrong)
    kept = stored(actor, *answer.file) if answer.file is not None else None
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(no_key=True).get(id=opinion.dossier_id)
        opinion = _held(opinion.id, dossier)
        opinion.answered_at, opinion.answered_by_name = clock.now(), actor.name[:255]
        opinion.stance, opinion.answer, opinion.reference = answer.stance, text, reference
        opinion.file, opinion.file_name = kept, kept.name if kept is not None else ""
        opinion.save(
            update_fields=["answered_at", "answered_by_name", "stance", "answer", "reference", "file", "file_name"]
        )
        emit(actor, OpinionGiven(dossier.id, opinion.id, recorded), subject=flow.subject(dossier))
    return opinion


def _held(opinion_id: UUID, dossier: Dossier) -> Opinion:
    """The opinion, locked after its dossier. Raises NotFound, Conflict when it no longer waits."""
    opinion = Opinion.objects.select_for_update().filter(id=opinion_id, dossier=dossier).first()
    if opinion is None:
        raise NotFound
    opinion.dossier = dossier
    if opinion.answered_at is not None:
        raise Conflict(_("%(name)s đã trả lời. Tải lại trang để xem.") % {"name": opinion.answered_by_name})
    if opinion.taken_back_at is not None:
        raise Conflict(_("%(name)s đã rút câu hỏi này.") % {"name": opinion.taken_back_by_name})
    if not opinions.waits(opinion):
        raise Conflict(_("Hồ sơ đã có kết quả hoặc đã kết thúc, không cần ý kiến nữa."))
    return opinion


def _known(dossier: Dossier, agency: UUID | None, party: str) -> None:
    """Exactly one of them, and an agency where somebody can answer."""
    if (agency is None) == (not party):
        raise Invalid(fields={"agency": _("Chọn một cơ quan, hoặc ghi tên nơi ngoài hệ thống.")})
    if agency is None:
        return
    if agency == dossier.agency_id:
        raise Invalid(fields={"agency": _("Đây là cơ quan của bạn. Chọn cơ quan khác.")})
    if not places.agencies(clock.today()).filter(id=agency).exists():
        raise Invalid(fields={"agency": _("Chọn một cơ quan đang hoạt động.")})
    if not any(people.officials_at(agency, role) for role in OPINION_ROLES):
        raise Invalid(
            fields={"agency": _("Cơ quan này chưa có ai trả lời trong hệ thống. Ghi tên ở ô “Nơi ngoài hệ thống”.")}
        )


def _share(dossier: Dossier, question: Question, now: datetime) -> tuple[int, datetime]:
    """How much time, and when the answer is due: within the whole legal time, unless that is over or unsure."""
    if question.unit not in ShareUnit.values or question.amount is None:
        raise Invalid(fields={"amount": _("Ghi số ngày hoặc số giờ làm việc.")})
    most = LONGEST[ShareUnit(question.unit)]
    if not 1 <= question.amount <= most:
        raise Invalid(fields={"amount": _("Ghi từ 1 đến %(n)d.") % {"n": most}})
    calendar = places.calendar_for(question.agency or dossier.agency_id)
    due, whole = opinions.due_from(now, question.amount, question.unit, calendar), clocks.owed_at(dossier)
    if whole is not None and now < whole < due:
        raise Invalid(
            fields={
                "amount": _("Phần này hết lúc %(due)s, sau hạn trả của cả hồ sơ (%(whole)s). Cho ít thời gian hơn.")
                % {"due": _hour(due), "whole": _hour(whole)}
            }
        )
    return question.amount, due


def _hour(instant: datetime) -> str:
    return f"{clock.local(instant):%H:%M, %d/%m/%Y}"


def _papers(dossier: Dossier, chosen: Sequence[UUID]) -> list[Attachment]:
    found = list(Attachment.objects.filter(dossier=dossier, removed_at=None, id__in=set(chosen)).order_by("id"))
    if len(found) != len(set(chosen)):
        raise Invalid(fields={"papers": _("Có giấy tờ không thuộc hồ sơ này. Tải lại trang rồi chọn lại.")})
    return found
