"""What the applicant does with a submitted dossier."""

from collections.abc import Mapping
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import billing, clocks, flow
from tinhso.dossiers.actions import charging
from tinhso.dossiers.actions.drafts import PAPER_LIMIT, component_of
from tinhso.dossiers.allowance import allow_paper
from tinhso.dossiers.applicants import subject_of
from tinhso.dossiers.checks import clean, every_error
from tinhso.dossiers.events import PaperAdded, Rated, SupplementAnswered, Withdrawn
from tinhso.dossiers.models import Attachment, Dossier, Pause, Phase, Rating, Supplement, with_procedure
from tinhso.dossiers.pack import ratings
from tinhso.dossiers.policies import OWN, account_of
from tinhso.dossiers.reckoning import What
from tinhso.dossiers.taking import closed_now, taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.procedures import process
from tinhso.procedures.spec import Topic


def attach_answer(
    actor: Actor, dossier_id: UUID, component: str, *, name: str, content: BinaryIO | bytes
) -> Attachment:
    """Add a paper while a supplement is awaited. Raises Invalid, TooLarge, TooMany, Conflict (nothing is awaited)."""
    asked = component_of(_mine(actor, dossier_id).procedure_version.spec.components, component)
    allow_paper(actor)
    stored = files.store(actor, name=name, content=content, allowed=frozenset(asked.media_types), limit=PAPER_LIMIT)
    with transaction.atomic():
        dossier = _mine(actor, dossier_id, lock=True)
        supplement = awaited(dossier)
        if supplement.attachments.filter(component=component, removed_at=None).count() >= asked.max_files:
            raise Invalid(_("Loại giấy tờ này đã đủ %(n)d tệp.") % {"n": asked.max_files})
        paper = Attachment.objects.create(
            dossier=dossier,
            supplement=supplement,
            component=component,
            file=stored,
            name=stored.name,
            added_by_id=account_of(actor),
        )
        emit(actor, PaperAdded(component=component, file=stored.id, dossier=dossier.id), subject=flow.subject(dossier))
    return paper


def answer_supplement(
    actor: Actor,
    dossier_id: UUID,
    *,
    text: str = "",
    topics: Mapping[str, Mapping[str, Any]] | None = None,
    version: int,
) -> Dossier:
    """Answer the open supplement request with words, corrected topics and the papers added since.

    The legal time runs again from the start (Decree 61/2018/NĐ-CP, art. 19.4). Raises Invalid, Conflict.
    """
    with taken(actor, dossier_id, version, OWN, _("bổ sung hồ sơ")) as dossier:
        supplement = awaited(dossier)
        spec, now = dossier.procedure_version.spec, clock.now()
        changed = {name: _readable(_topic(dossier, name), data) for name, data in (topics or {}).items()}
        if not (changed or sentence(text) or supplement.attachments.filter(removed_at=None).exists()):
            raise Invalid(_("Hãy sửa mục được nhắc, thêm giấy tờ hoặc ghi câu trả lời rồi gửi."))
        supplement.replaced = {name: dossier.data.get(name, {}) for name in changed}
        dossier.data = {**dossier.data, **changed}
        dossier.subject_name = subject_of(spec, dossier.data)
        papers = Attachment.objects.filter(dossier=dossier, removed_at=None).values_list("component", flat=True)
        errors = every_error(spec, dossier.data, list(papers))
        if errors:
            raise Invalid(_("Còn chỗ cần sửa trước khi gửi bổ sung."), fields=errors)
        supplement.answered_at, supplement.answered_version = now, dossier.version
        supplement.answer = sentence(text)
        supplement.save()
        dossier.phase = Phase.SUBMITTED if dossier.received_at is None else Phase.PROCESSING
        clocks.note(dossier, What.COMPLETED, now)
        for step in flow.open_steps(dossier):
            if "answer" in {o.name for o in process.step(spec, step.task).outcomes}:
                flow.end_step(actor, dossier, step, "answer")
        due = clocks.due_at(dossier)
        flow.tell(
            dossier,
            SupplementAnswered(
                dossier=dossier.id, version=dossier.version, supplement=supplement.id, due_at=due, at=now
            ),
        )
        if changed and dossier.received_at is not None:
            billing.reckon(actor, dossier)
    return dossier


def withdraw(actor: Actor, dossier_id: UUID, *, reason: str = "", version: int) -> Dossier:
    """Take the dossier back; possible until a leader has ordered the signature. Raises Conflict."""
    with taken(actor, dossier_id, version, OWN, _("rút hồ sơ")) as dossier:
        if dossier.results.exists():
            raise Conflict(_("Kết quả đã được ký hoặc đang ký, không rút hồ sơ được nữa."))
        spec = dossier.procedure_version.spec
        dossier.phase = Phase.WITHDRAWN
        closed_now(dossier)
        for step in flow.open_steps(dossier):
            if "withdraw" in {o.name for o in process.step(spec, step.task).outcomes}:
                flow.end_step(actor, dossier, step, "withdraw", note=sentence(reason))
        flow.abandon(actor, dossier)
        Supplement.objects.filter(dossier=dossier, answered_at=None).update(answered_at=clock.now())
        if clocks.stands_for(dossier) is not None:
            Pause.objects.filter(dossier=dossier, ended_at=None).update(ended_at=clock.now(), ended_by_name=actor.name)
        charging.let_go(dossier, _("hồ sơ đã rút"))
        flow.tell(dossier, Withdrawn(dossier=dossier.id, version=dossier.version))
    return dossier


def rate(
    actor: Actor,
    dossier_id: UUID,
    *,
    stars: int,
    comment: str = "",
    marks: Mapping[int, int] | None = None,
    version: int,
) -> Rating:
    """Rate a dossier that has ended, once (Decree 61/2018/NĐ-CP, art. 29–32).

    ``marks``: number of a criterion → points of the answer chosen, as far as one was given (`pack.ratings`). Raises
    Invalid, Conflict.
    """
    if stars not in range(1, 6):
        raise Invalid(fields={"stars": _("Chọn từ 1 đến 5 sao.")})
    given = {str(number): points for number, points in sorted((marks or {}).items())}
    choices = {str(one.number): {choice.points for choice in one.choices} for one in ratings.asked()}
    wrong = [number for number, points in given.items() if points not in choices.get(number, set())]
    if wrong:
        raise Invalid(fields={f"marks/{wrong[0]}": _("Chọn một trong các câu trả lời của câu hỏi này.")})
    with taken(actor, dossier_id, version, OWN, "", closed=True, unseen=True) as dossier:
        if not dossier.closed:
            raise Conflict(_("Bạn đánh giá được sau khi hồ sơ kết thúc."))
        if Rating.objects.filter(dossier=dossier).exists():
            raise Conflict(_("Bạn đã đánh giá hồ sơ này. Cảm ơn bạn."))
        rating = Rating.objects.create(dossier=dossier, stars=stars, comment=sentence(comment)[:4000], marks=given)
        flow.tell(dossier, Rated(dossier=dossier.id, version=dossier.version, stars=stars))
    return rating


def awaited(dossier: Dossier) -> Supplement:
    """The supplement request that waits for an answer. Raises Conflict."""
    supplement = Supplement.objects.filter(dossier=dossier, answered_at=None).first()
    if supplement is None:
        raise Conflict(_("Hồ sơ này không có yêu cầu bổ sung nào đang chờ."))
    return supplement


def _mine(actor: Actor, dossier_id: UUID, *, lock: bool = False) -> Dossier:
    dossiers = with_procedure(Dossier.objects.all())
    if lock:
        dossiers = dossiers.select_for_update(of=("self",))
    dossier = dossiers.filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    OWN.require(actor, dossier)
    return dossier


def _readable(topic: Topic, typed: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = clean(topic, typed)
    if cleaned.errors:
        errors = {f"/{topic.name}{pointer}": sentence for pointer, sentence in cleaned.errors.items()}
        raise Invalid(_("Còn chỗ cần sửa trước khi gửi bổ sung."), fields=errors)
    return cleaned.data


def _topic(dossier: Dossier, name: str) -> Topic:
    try:
        return dossier.procedure_version.spec.form.topic(name)
    except LookupError:
        raise Invalid(_("Hồ sơ này không có mục “%(name)s”.") % {"name": name}) from None
