"""What officials do in the studio: begin a draft, save, propose, and publish it as two people.

An act names the version of the draft that was seen; somebody else's later act makes it Stale and nothing is written.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.canonical import digest
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.procedures import events, publishing, queries
from tinhso.procedures.models import ProcedureVersion, ProcessDraft
from tinhso.procedures.policies import STUDIO
from tinhso.procedures.studio.checking import Content, keepable, mistakes
from tinhso.procedures.studio.reading import content_of, draft_content

State = ProcessDraft.State
LATEST = timedelta(days=366)  #: how far ahead the first day may lie


def begin_draft(actor: Actor, code: str) -> ProcessDraft:
    """A draft of the process and fee table that are law today.

    Raises Denied, NotFound, Conflict (one is under way, one is to come, or the procedure has only the common form).
    """
    STUDIO.require(actor)
    base = queries.procedure(code, clock.today())
    if not base.complete:
        raise Conflict(_("Thủ tục này dùng mẫu chung. Lập thủ tục trong gói dữ liệu trước khi sửa quy trình ở đây."))
    content = content_of(base)
    try:
        with transaction.atomic():
            _alone(code)
            if ProcedureVersion.objects.filter(code=code, valid_from__gt=clock.today()).exists():
                raise Conflict(_("Đã có bản sẽ có hiệu lực. Hủy bản đó, hoặc chờ đến ngày có hiệu lực."))
            made = ProcessDraft.objects.create(
                code=code,
                base=base,
                bpmn=content.bpmn,
                roles=content.roles,
                fees=content.fees,
                saved_at=clock.now(),
                saved_by_name=actor.name,
            )
            _tell(actor, made, events.DraftBegun)
    except IntegrityError:
        raise Conflict(_("Thủ tục này đã có một bản thảo đang soạn hoặc chờ duyệt.")) from None
    return made


def save_draft(actor: Actor, draft_id: UUID, version: int, content: Content) -> ProcessDraft:
    """Keep what was drawn, right or wrong; only what is no BPMN or DMN at all is refused.

    Raises Denied, NotFound, Invalid, Conflict (not open), Stale (somebody saved first).
    """
    STUDIO.require(actor)
    content = content.with_plain_line_ends()
    keepable(content)
    with transaction.atomic():
        draft = _locked(draft_id, version, State.OPEN)
        if draft_content(draft) == content:
            return draft
        draft.bpmn, draft.roles, draft.fees = content.bpmn, content.roles, content.fees
        draft.saved_at, draft.saved_by_name = clock.now(), actor.name
        _write(actor, draft, events.DraftSaved)
    return draft


def propose_draft(actor: Actor, draft_id: UUID, version: int, valid_from: date, basis: str) -> ProcessDraft:
    """Put it before a second person; nothing is changed meanwhile. ``valid_from`` lies after today.

    Raises Denied, NotFound, Invalid (the day, no basis, mistakes, nothing changed), Conflict, Stale.
    """
    STUDIO.require(actor)
    account = _account(actor)
    _fitting_day(valid_from)
    if not basis.strip():
        raise Invalid(fields={"basis": _("Hãy ghi văn bản hoặc lý do để người duyệt xét.")})
    with transaction.atomic():
        draft = _locked(draft_id, version, State.OPEN)
        _without_mistakes(draft)
        if draft_content(draft) == content_of(draft.base):
            raise Invalid(_("Bản thảo chưa khác bản đang có hiệu lực."))
        _still_law(draft, valid_from)
        draft.state, draft.valid_from, draft.basis = State.PROPOSED, valid_from, basis.strip()[:500]
        draft.proposed_by, draft.proposed_by_name, draft.proposed_at = account, actor.name, clock.now()
        draft.decided_by, draft.decided_by_name, draft.decided_at = None, "", None
        _write(actor, draft, events.DraftProposed, valid_from=valid_from.isoformat())
    return draft


def approve_draft(actor: Actor, draft_id: UUID, version: int) -> ProcedureVersion:
    """A second administrator publishes it: a new version of the procedure from its first day on; the one before ends
    the day before. Dossiers keep the version that they were begun with.

    Raises Denied (the proposer), NotFound, Invalid (the day has come, mistakes), Conflict (the law changed), Stale.
    """
    STUDIO.require(actor)
    account = _account(actor)
    with transaction.atomic():
        draft = _locked(draft_id, version, State.PROPOSED)
        if account == draft.proposed_by:
            raise Denied(_("Người trình không tự duyệt được. Hãy nhờ một quản trị cấp tỉnh khác."))
        day = draft.valid_from
        if day is None:
            raise Conflict(_("Bản thảo này chưa có ngày có hiệu lực."))
        _alone(draft.code)
        _fitting_day(day)
        _without_mistakes(draft)
        base = _still_law(draft, day)
        definition = changed_definition(base, draft_content(draft))
        made = publishing.publish(definition, day, base.valid_to)
        publishing.end_before(base, day)
        draft.state, draft.published = State.PUBLISHED, made
        draft.decided_by, draft.decided_by_name, draft.decided_at = account, actor.name, clock.now()
        _write(actor, draft, events.ProcessPublished, procedure_version=made.id, valid_from=day.isoformat())
    return made


def refuse_draft(actor: Actor, draft_id: UUID, version: int) -> ProcessDraft:
    """Do not approve: it is open again, nothing of it is lost. The proposer withdraws with the same act.

    Raises Denied, NotFound, Conflict, Stale.
    """
    STUDIO.require(actor)
    with transaction.atomic():
        draft = _locked(draft_id, version, State.PROPOSED)
        verdict = "withdrawn" if _account(actor) == draft.proposed_by else "refused"
        draft.state = State.OPEN
        draft.decided_by, draft.decided_by_name, draft.decided_at = actor.account, actor.name, clock.now()
        _write(actor, draft, events.DraftDecided, verdict=verdict)
    return draft


def discard_draft(actor: Actor, draft_id: UUID, version: int) -> ProcessDraft:
    """Give a draft up; its content stays readable. Raises Denied, NotFound, Conflict, Stale."""
    STUDIO.require(actor)
    with transaction.atomic():
        draft = _locked(draft_id, version, State.OPEN)
        draft.state = State.DISCARDED
        _write(actor, draft, events.DraftDecided, verdict="discarded")
    return draft


def undo_publication(actor: Actor, draft_id: UUID, version: int) -> ProcessDraft:
    """Before its first day one administrator alone takes a publication back: the law stays as it is.

    Raises Denied, NotFound, Conflict (it is law already), Stale.
    """
    STUDIO.require(actor)
    with transaction.atomic():
        draft = _locked(draft_id, version, State.PUBLISHED)
        made, day = draft.published, draft.valid_from
        if made is None or day is None or day <= clock.today():
            raise Conflict(_("Bản này đã có hiệu lực nên không hủy được. Lập bản thảo mới để thay."))
        _alone(draft.code)
        draft.state, draft.published = State.UNDONE, None
        _write(actor, draft, events.PublicationUndone)
        publishing.take_back(made, draft.base)
    return draft


def changed_definition(base: ProcedureVersion, content: Content) -> dict[str, Any]:
    """The version's definition with this process and fee table."""
    process = {"bpmn": content.bpmn, "roles": content.roles}
    made = {**base.definition, "process": process}
    return {**made, "fee_table": content.fees} if content.fees else made


def _fitting_day(day: date) -> None:
    if day <= clock.today():
        raise Invalid(fields={"valid_from": _("Ngày có hiệu lực phải sau hôm nay. Chọn ngày khác.")})
    if day > clock.today() + LATEST:
        raise Invalid(fields={"valid_from": _("Ngày có hiệu lực phải trong vòng một năm.")})


def _without_mistakes(draft: ProcessDraft) -> None:
    found = mistakes(draft.base.spec, draft_content(draft))
    if found:
        raise Invalid(_("Bản thảo còn %(n)d lỗi. Sửa hết lỗi rồi trình.") % {"n": len(found)})


def _still_law(draft: ProcessDraft, day: date) -> ProcedureVersion:
    """The version that the draft was made from, when it is the law up to that day and on it."""
    law = [queries.procedure(draft.code, on) for on in (clock.today(), day)]
    if any(version.id != draft.base_id for version in law):
        raise Conflict(
            _("Thủ tục đã có bản khác từ khi lập bản thảo này. Tải bản thảo về, bỏ bản này rồi lập bản thảo mới.")
        )
    return draft.base


def _locked(draft_id: UUID, version: int, *states: ProcessDraft.State) -> ProcessDraft:
    draft = ProcessDraft.objects.select_for_update(of=("self",)).select_related("base").filter(id=draft_id).first()
    if draft is None:
        raise NotFound
    if draft.version != version:
        by = {"who": draft.saved_by_name, "n": draft.version}
        raise Stale(_("Bản thảo đã đổi từ khi bạn mở trang: %(who)s đã lưu bản số %(n)d.") % by)
    if draft.state not in states:
        raise Conflict(_("Bản thảo này: %(state)s.") % {"state": draft.get_state_display().lower()})
    return draft


def _alone(code: str) -> None:
    """One at a time for each procedure, and never beside the loading of a pack."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tinhso.load_pack'))")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"tinhso.studio.{code}"])


def _write(actor: Actor, draft: ProcessDraft, event: type[events.DraftEvent], **more: Any) -> None:
    draft.version += 1
    draft.save()
    _tell(actor, draft, event, **more)


def _tell(actor: Actor, draft: ProcessDraft, event: type[events.DraftEvent], **more: Any) -> None:
    told = event(draft.id, draft.code, draft.version, content_sha256(draft_content(draft)), **more)
    emit(actor, told, subject=f"procedure:{draft.code}")


def content_sha256(content: Content) -> str:
    return digest({"bpmn": content.bpmn, "roles": content.roles, "fees": content.fees})


def _account(actor: Actor) -> UUID:
    if actor.account is None:
        raise Denied
    return actor.account
