"""Asking another agency for its opinion on a dossier, and answering (Decree 61/2018/NĐ-CP, art. 19.5 to 19.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks, flow, opinions
from tinhso.dossiers.actions.attached import stored
from tinhso.dossiers.events import OpinionAsked, OpinionGiven, OpinionTakenBack
from tinhso.dossiers.models import (
    Attachment,
    Dossier,
    Opinion,
    OpinionPaper,
    ShareUnit,
    Stance,
    being_signed,
    due_from,
)
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
_ANSWER = ["answered_at", "answered_by_name", "came_on", "stance", "answer", "reference", "file", "file_name"]


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
    """``reference``: number of the document that it stands in; ``file``: that document, its name and content;
    ``came_on``: of an answer from outside, the day on which it arrived."""

    stance: str
    text: str
    reference: str = ""
    file: tuple[str, BinaryIO | bytes] | None = None
    came_on: date | None = None


def ask_opinion(actor: Actor, dossier_id: UUID, question: Question, *, version: int) -> Opinion:
    """Ask, with the content and the share of the time; the legal time runs on. Raises Invalid, Conflict, Denied."""
    with taken(actor, dossier_id, version, DESK, _("lấy ý kiến")) as dossier:
        ASK_OPINION.require(actor, dossier)
        asked = opinions.of_dossier(dossier)
        refused = opinions.why_not_ask(dossier, asked=len(asked), signing=being_signed(dossier))
        if refused is not None:
            raise Conflict(refused)
        party = sentence(question.party, longest=255)
        _known(dossier, question, party)
        if any(one.agency_id == question.agency and one.party == party and one.waits for one in asked):
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
            due_at=due,
        )
        shown = _papers(dossier, question.papers)
        OpinionPaper.objects.bulk_create(OpinionPaper(opinion=opinion, attachment=one) for one in shown)
        flow.tell(dossier, OpinionAsked(dossier.id, dossier.version, opinion.id, question.agency, due))
    return opinion


def take_back_opinion(actor: Actor, dossier_id: UUID, opinion_id: UUID, *, reason: str, version: int) -> Opinion:
    """The answer is needed no more; whoever was asked no longer sees what went along. Raises NotFound, Invalid,
    Conflict, Denied."""
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
    opinion = _found(opinion_id)
    GIVE_OPINION.require(actor, opinion)
    return _answered(actor, opinion, replace(answer, came_on=None))


def record_opinion(actor: Actor, dossier_id: UUID, opinion_id: UUID, answer: Answer) -> Opinion:
    """Record what somebody outside the house answered; its number and day are needed. Raises like `give_opinion`, and
    Denied."""
    opinion = _found(opinion_id)
    if opinion.dossier_id != dossier_id:
        raise NotFound
    _may_record(actor, opinion)
    if opinion.agency_id is not None:
        raise Conflict(_("Cơ quan này tự trả lời trong hệ thống."))
    wrong = {}
    if not sentence(answer.reference, longest=100):
        wrong["reference"] = _("Ghi số, ký hiệu văn bản trả lời.")
    if answer.came_on is None or not clock.local(opinion.asked_at).date() <= answer.came_on <= clock.today():
        wrong["came_on"] = _("Ghi ngày nhận văn bản trả lời, từ ngày hỏi tới hôm nay.")
    if wrong:
        raise Invalid(fields=wrong)
    return _answered(actor, opinion, answer)


def _found(opinion_id: UUID) -> Opinion:
    opinion = Opinion.objects.select_related("dossier").filter(id=opinion_id).first()
    if opinion is None:
        raise NotFound
    return opinion


def _may_record(actor: Actor, opinion: Opinion) -> None:
    DESK.require(actor, opinion.dossier)
    ASK_OPINION.require(actor, opinion.dossier)


def _answered(actor: Actor, opinion: Opinion, answer: Answer) -> Opinion:
    """Whoever has the dossier open meets its new version: nobody decides past an answer that they have not seen."""
    text, reference = sentence(answer.text), sentence(answer.reference, longest=100)
    wrong = {}
    if answer.stance not in Stance.values:
        wrong["stance"] = _("Chọn một loại ý kiến.")
    if not text:
        wrong["text"] = _("Ghi nội dung ý kiến.")
    if wrong:
        raise Invalid(fields=wrong)
    kept = stored(actor, *answer.file) if answer.file is not None else None
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(no_key=True).defer("data", "sources").get(id=opinion.dossier_id)
        opinion = _held(opinion.id, dossier)
        if answer.came_on is None:
            GIVE_OPINION.require(actor, opinion)  # again: a reorganisation may have been between
        else:
            _may_record(actor, opinion)
        opinion.answered_at, opinion.answered_by_name = clock.now(), actor.name[:255]
        opinion.came_on, opinion.stance, opinion.answer = answer.came_on, answer.stance, text
        opinion.reference, opinion.file, opinion.file_name = reference, kept, kept.name if kept is not None else ""
        opinion.save(update_fields=_ANSWER)
        dossier.version += 1
        dossier.last_actor, dossier.last_act = actor.name, _("cho ý kiến")
        dossier.save(update_fields=["version", "last_actor", "last_act"])
        given = OpinionGiven(dossier.id, dossier.version, opinion.id, recorded=answer.came_on is not None)
        emit(actor, given, subject=flow.subject(dossier))
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
    if not opinion.waits:
        raise Conflict(_("Hồ sơ đã có kết quả hoặc đã kết thúc, không cần ý kiến nữa."))
    return opinion


def _known(dossier: Dossier, question: Question, party: str) -> None:
    """Exactly one of them, and an agency where somebody can answer; one that can is not named as somebody outside."""
    agency = question.agency
    if (agency is None) == (not party):
        raise Invalid(fields={"agency": _("Chọn một cơ quan, hoặc ghi tên nơi ngoài hệ thống.")})
    here = people.agencies_with(OPINION_ROLES)
    if agency is None:
        if _plain(party) in {_plain(one.name) for one in places.agencies(clock.today()).filter(id__in=here)}:
            raise Invalid(fields={"party": _("Nơi này trả lời được trong hệ thống: chọn ở ô “Cơ quan được hỏi”.")})
        if question.papers or question.with_form:
            raise Invalid(fields={"papers": _("Nơi ngoài hệ thống không xem được gì ở đây: bỏ chọn, gửi kèm văn bản.")})
        return
    if agency == dossier.agency_id:
        raise Invalid(fields={"agency": _("Đây là cơ quan của bạn. Chọn cơ quan khác.")})
    if not places.agencies(clock.today()).filter(id=agency).exists():
        raise Invalid(fields={"agency": _("Chọn một cơ quan đang hoạt động.")})
    if agency not in here:
        raise Invalid(
            fields={"agency": _("Cơ quan này chưa có ai trả lời trong hệ thống. Ghi tên ở ô “Nơi ngoài hệ thống”.")}
        )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _share(dossier: Dossier, question: Question, now: datetime) -> tuple[int, datetime]:
    """How much time, and when the answer is due: within the whole legal time, unless that is over or unsure."""
    if question.unit not in ShareUnit.values or question.amount is None:
        raise Invalid(fields={"amount": _("Ghi số ngày hoặc số giờ làm việc.")})
    most = LONGEST[ShareUnit(question.unit)]
    if not 1 <= question.amount <= most:
        raise Invalid(fields={"amount": _("Ghi từ 1 đến %(n)d.") % {"n": most}})
    calendar = places.calendar_for(question.agency or dossier.agency_id)
    due, whole = due_from(now, question.amount, question.unit, calendar), clocks.owed_at(dossier)
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
