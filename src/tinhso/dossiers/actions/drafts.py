"""A citizen fills in, adds papers and submits. Nothing typed is ever lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import prefill, renewing
from tinhso.dossiers.allowance import allow_copy, allow_draft, allow_paper
from tinhso.dossiers.belonging import addressee
from tinhso.dossiers.checks import clean, every_error
from tinhso.dossiers.events import DraftRenewed, DraftStarted, PaperAdded, PaperRemoved, TopicSaved
from tinhso.dossiers.filing import filed
from tinhso.dossiers.joined.filling import errors_of
from tinhso.dossiers.models import Attachment, Dossier, Draft, Presence, SideCopy, with_procedure
from tinhso.dossiers.policies import COUNTER, DRAFT, account_of
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock, disclosure, files
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Stale
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.kernel.prepared import first, prepared
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind
from tinhso.procedures import queries as procedures
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.spec import Component, Topic

#: Largest paper a citizen may add, in bytes.
PAPER_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True)
class Saved:
    """A topic was saved; ``errors`` (pointer → sentence) says what is still to be put right before submitting."""

    draft: UUID
    version: int
    saved_at: datetime
    errors: dict[str, str]


class StaleTopic(Stale):
    """Another tab saved the same topic first. Both texts are kept: theirs in the draft, this one as a side copy."""

    def __init__(self, draft: Draft, topic: str, posted: dict[str, Any], side_copy: UUID) -> None:
        self.version = draft.version
        self.current: dict[str, Any] = draft.data.get(topic, {})
        self.posted = posted
        self.side_copy = side_copy
        super().__init__(
            _(
                "Mục này vừa được lưu ở một cửa sổ hoặc thiết bị khác. Chúng tôi giữ cả hai bản: "
                "bản đã lưu và bản bạn vừa nhập. Hãy xem lại rồi lưu bản bạn chọn."
            )
        )


@transaction.atomic
def start_draft(actor: Actor, procedure_code: str, agency_id: UUID, presence_id: UUID | None = None) -> Draft:
    """Begin an application to an agency; what the state already knows of an assured actor is filled in.

    ``presence_id``: for the person who stands at the actor's counter; what is known of that person is filled in.
    Raises NotFound (no such procedure or agency today), Invalid (an agency of another level), TooMany (`allowance`).
    """
    DRAFT.require(actor)
    presence = standing_at(actor, presence_id, agency_id)
    version = procedures.procedure(procedure_code, clock.today())
    agency = places.agency(agency_id)
    fitting(version, agency)
    allow_draft(actor)
    draft = Draft(account_id=account_of(actor), procedure_version=version, agency_id=agency.id, presence=presence)
    if presence is None:
        prefill.fill(actor, version.spec, draft.data, draft.sources)
    else:
        prefill.fill_for(presence, version.spec, draft.data, draft.sources)
    draft.save()
    if presence is not None:
        noted(actor, draft, presence)
    emit(actor, DraftStarted(draft=draft.id, procedure=version.code, agency=agency.id), subject=f"draft:{draft.id}")
    return draft


def fitting(version: ProcedureVersion, agency: Agency) -> None:
    """Raises Invalid when the agency does not handle the procedure today."""
    valid = valid_today(agency)
    fits = agency.unit.level == version.agency_level
    if version.generic:
        fits = agency.unit.level in version.agency_levels and agency.kind != AgencyKind.DEPARTMENT
    if not valid or not fits:
        raise Invalid(_("Cơ quan này không giải quyết thủ tục bạn chọn. Chọn một cơ quan trong danh sách nơi nộp."))


def valid_today(agency: Agency) -> bool:
    today = clock.today()
    return agency.valid_from <= today and (agency.valid_to is None or today <= agency.valid_to)


def standing_at(actor: Actor, presence_id: UUID | None, agency_id: UUID) -> Presence | None:
    """The person at the actor's counter, at that agency and still there. Raises NotFound, Conflict."""
    if presence_id is None:
        return None
    presence = Presence.objects.filter(id=presence_id).first()
    if presence is None:
        raise NotFound
    COUNTER.require(actor, presence)
    if presence.agency_id != agency_id:
        raise Invalid(_("Quầy chỉ tiếp nhận hồ sơ của cơ quan mình."))
    if not presence.there:
        raise Conflict(_("Lượt tiếp này đã xong. Đối chiếu giấy tờ lại khi người dân quay lại."))
    return presence


def noted(actor: Actor, draft: Draft, presence: Presence) -> None:
    """What the official was shown of the person: each field that was filled in."""
    disclosure.note(
        actor,
        person=presence.person_id,
        record=f"draft:{draft.id}",
        fields=sorted(draft.sources) or ["full_name"],
        purpose=str(COUNTER.title),
    )


def save_topic(actor: Actor, draft_id: UUID, topic: str, data: Mapping[str, Any], version: int) -> Saved:
    """Keep one topic as typed, right or wrong; the answer says what is wrong.

    Raises StaleTopic when that topic was saved after ``version`` elsewhere: nothing is lost, see there. Invalid for
    a version that the draft never had and for more than a topic may hold, TooMany (`allowance`).
    """
    with transaction.atomic():
        draft = own_draft(actor, draft_id, lock=True)
        unlocked(draft)
        form_topic = _topic(draft, topic)
        cleaned = clean(form_topic, data)
        posted = cleaned.data
        if version > draft.version:
            raise Invalid(_("Phiên bản gửi lên chưa từng có. Tải lại tờ khai rồi lưu lại."))
        collision = draft.topic_versions.get(topic, 1) > version
        if collision and draft.data.get(topic, {}) != posted:
            allow_copy(actor)
            copy = SideCopy.objects.create(draft=draft, topic=topic, data=posted, based_on=version)
        else:
            copy = None
            _keep(actor, draft, topic, posted)
    if copy is not None:
        raise StaleTopic(draft, topic, posted, copy.id)
    errors = errors_of(draft, topic) | cleaned.errors
    return Saved(draft.id, draft.version, draft.saved_at, errors)


def _keep(actor: Actor, draft: Draft, topic: str, posted: dict[str, Any]) -> None:
    write(draft, topic, posted)
    draft.agency_id = addressee(draft)
    draft.save(update_fields=["data", "sources", "version", "topic_versions", "saved_at", "agency"])
    emit(actor, TopicSaved(draft=draft.id, topic=topic, version=draft.version), subject=f"draft:{draft.id}")


def write(draft: Draft, topic: str, posted: dict[str, Any]) -> None:
    """Put a topic into the draft in memory, and what of it fits into later ones."""
    before = draft.data.get(topic, {})
    for name in [k for k in posted.keys() | before.keys() if posted.get(k) != before.get(k)]:
        draft.sources.pop(f"{topic}.{name}", None)  # typed over: no longer the state's own data
    draft.version += 1
    draft.data[topic] = posted
    draft.topic_versions[topic] = draft.version
    prefill.carry(draft.procedure_version.spec, draft.data, draft.sources, set(draft.topic_versions))
    draft.saved_at = clock.now()


def attach(actor: Actor, draft_id: UUID, component: str, *, name: str, content: BinaryIO | bytes) -> Attachment:
    """Add a paper to a draft. The type is read from the content. Raises Invalid, TooLarge,
    TooMany, Conflict (submitted)."""
    draft = own_draft(actor, draft_id)
    unlocked(draft)
    asked = component_of(draft.procedure_version.spec.components, component)
    _room_for_one(asked, Attachment.objects.filter(draft=draft, component=component, removed_at=None).count())
    allow_paper(actor)
    stored = files.store(actor, name=name, content=content, allowed=frozenset(asked.media_types), limit=PAPER_LIMIT)
    with transaction.atomic():
        draft = own_draft(actor, draft_id, lock=True)
        unlocked(draft)
        return keep_paper(actor, draft, asked, stored.id, name=stored.name)


def keep_paper(
    actor: Actor, draft: Draft, asked: Component, file: UUID, *, name: str, held: dict[str, Any] | None = None
) -> Attachment:
    """Enter a stored file as a paper of the draft, which is locked. ``held``: where the state has it from."""
    _room_for_one(asked, Attachment.objects.filter(draft=draft, component=asked.code, removed_at=None).count())
    paper = Attachment.objects.create(
        draft=draft,
        component=asked.code,
        file_id=file,
        name=name[:255],
        added_by_id=account_of(actor),
        held=held or {},
    )
    emit(actor, PaperAdded(component=asked.code, file=file, draft=draft.id), subject=f"draft:{draft.id}")
    return paper


@transaction.atomic
def detach(actor: Actor, draft_id: UUID, attachment_id: UUID) -> None:
    """Take a paper out of a draft; the file itself stays on record."""
    draft = own_draft(actor, draft_id, lock=True)
    unlocked(draft)
    paper = Attachment.objects.filter(id=attachment_id, draft=draft, removed_at=None).first()
    if paper is None:
        raise NotFound
    paper.removed_at = clock.now()
    paper.save(update_fields=["removed_at"])
    emit(
        actor,
        PaperRemoved(draft=draft.id, component=paper.component, file=paper.file_id),
        subject=f"draft:{draft.id}",
    )


def submit(actor: Actor, draft_id: UUID, key: str) -> Dossier:
    """Send the draft as a dossier, once: sending the same draft again answers the same dossier.

    ``key`` is the sender's own mark for this act. Raises Invalid with every field to put right; the draft stays. Also
    when the law changed since it was begun and asks otherwise: then it is brought to the new form first.
    """
    return under_todays_law(actor, draft_id, lambda: send(actor, draft_id, key))


def under_todays_law(actor: Actor, draft_id: UUID, act: Callable[[], Dossier]) -> Dossier:
    """Do what sends a draft; one of an earlier law is brought to today's first, which is kept whatever comes of sending
    it. Raises Invalid when its form asks otherwise now."""
    try:
        return act()
    except EarlierLaw:
        renewed = _bring_to_today(actor, draft_id)
    if renewed is not None and renewed.asked_anew:
        raise Invalid(
            _("Từ ngày %(day)s thủ tục này có tờ khai mới. Những gì còn dùng được đã giữ lại: xem lại rồi nộp.")
            % {"day": f"{renewed.since:%d/%m/%Y}"}
        )
    return act()


class EarlierLaw(Exception):
    """The draft was begun under another law than today's; nothing of it is sent."""


@transaction.atomic
def _bring_to_today(actor: Actor, draft_id: UUID) -> DraftRenewed | None:
    draft = own_draft(actor, draft_id, lock=True)
    law = None if draft.locked else _other_law(draft)
    if law is None:
        return None
    if valid_today(draft.agency):  # of one that is gone `send` finds the heir
        fitting(law, draft.agency)
    renewed = renewing.renew_draft(draft, law)
    draft.save(update_fields=["procedure_version", "data", "sources", "version", "topic_versions"])
    emit(actor, renewed, subject=f"draft:{draft.id}")
    return renewed


def _other_law(draft: Draft) -> ProcedureVersion | None:
    """Asked of a draft of an earlier day alone. Raises Conflict when the procedure is filed no more."""
    if clock.local(draft.created_at).date() == clock.today():
        return None
    try:
        return renewing.other_law(draft.procedure_version)
    except NotFound:
        raise Conflict(_("Thủ tục này không còn được nộp ở đây. Tìm thủ tục thay thế rồi khai lại.")) from None


@transaction.atomic
def send(actor: Actor, draft_id: UUID, key: str) -> Dossier:
    """`submit` of a draft that follows the law of today. Raises EarlierLaw for another."""
    key = sentence(key, longest=200)
    draft = own_draft(actor, draft_id, lock=True)
    if hasattr(draft, "joint_part"):
        raise Conflict(_("Tờ khai này là một phần của hồ sơ liên thông. Nộp cả hồ sơ một lần."))
    if draft.locked:
        return Dossier.objects.get(draft=draft)
    if _other_law(draft) is not None:
        raise EarlierLaw
    papers = Attachment.objects.filter(draft=draft, removed_at=None)
    spec = draft.procedure_version.spec
    errors = every_error(spec, draft.data, list(papers.values_list("component", flat=True)))
    if errors:
        raise Invalid(_("Hồ sơ còn chỗ cần sửa trước khi nộp. Những gì bạn đã nhập vẫn được giữ."), fields=errors)
    standing_there(actor, draft.presence, draft.agency_id)
    now = clock.now()
    _lock(draft, now, key)
    return filed(actor, draft, draft.data, now)


def _lock(draft: Draft, now: datetime, key: str) -> None:
    """Close the draft under the sender's mark. Raises Conflict when another draft of theirs was sent under it."""
    draft.submitted_at, draft.submission_key = now, key
    try:
        with transaction.atomic(savepoint=False):
            draft.save(update_fields=["submitted_at", "submission_key"])
    except IntegrityError:
        raise Conflict(_("Khóa nộp hồ sơ này đã dùng cho hồ sơ khác. Tải lại trang rồi nộp lại.")) from None


def component_of(components: tuple[Component, ...], code: str) -> Component:
    """The paper asked for under that code. Raises Invalid."""
    for component in components:
        if component.code == code and component.kind == "file":
            return component
    raise Invalid(_("Thủ tục này không yêu cầu loại giấy tờ bạn chọn."))


def _room_for_one(asked: Component, have: int) -> None:
    if have >= asked.max_files:
        raise Invalid(
            _("Mỗi loại giấy tờ thêm được nhiều nhất %(n)d tệp. Bỏ bớt một tệp rồi thêm lại.") % {"n": asked.max_files}
        )


def _whole(draft: UUID) -> QuerySet[Draft]:
    return with_procedure(Draft.objects.select_related("presence", "joint_part__joint")).filter(id=draft)


_found = prepared(_whole)


@prepared
def _held(draft: UUID) -> QuerySet[Draft]:
    return _whole(draft).select_for_update(of=("self",))


def own_draft(actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    """The draft that this actor fills in, their own or at the counter. Raises NotFound."""
    draft = first((_held if lock else _found)(draft=draft_id))
    if draft is None:
        raise NotFound
    DRAFT.require(actor, draft)
    return draft


def standing_there(actor: Actor, presence: Presence | None, agency_id: UUID) -> None:
    """Raises Conflict when something is filled in for a person at that agency's counter who is not there: nobody files,
    or takes papers out of the state's keeping, for somebody who left. Identified again, they go on with the same."""
    if presence is None:
        return
    visits = Presence.objects.filter(
        person_id=presence.person_id, agency_id=agency_id, seen_by_id=actor.account, ended_at=None
    )
    latest = visits.order_by("-seen_at").first()
    if latest is None or not latest.there:
        raise Conflict(_("Lượt tiếp này đã xong. Đối chiếu giấy tờ lại khi người dân quay lại."))


def unlocked(draft: Draft) -> None:
    """Raises Conflict when it was submitted."""
    if draft.locked:
        raise Conflict(_("Hồ sơ này đã nộp nên không sửa được nữa. Mở hồ sơ để theo dõi và bổ sung khi được yêu cầu."))


def _topic(draft: Draft, name: str) -> Topic:
    try:
        return draft.procedure_version.spec.form.topic(name)
    except LookupError:
        raise NotFound from None
