"""What the studio shows: the law of a day, drafts under way, what was published and what a pack brought since."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.procedures.models import ProcedureVersion, ProcessDraft
from tinhso.procedures.policies import PROCESS, STUDIO
from tinhso.procedures.studio import drawn
from tinhso.procedures.studio.checking import Content

State = ProcessDraft.State
UNDER_WAY = (State.OPEN, State.PROPOSED)


def content_of(version: ProcedureVersion) -> Content:
    """Process, roles and fee table of a version, its own hours and titles written into the process."""
    spec = version.spec
    return Content(drawn.folded(spec), dict(spec.process.roles), spec.fee_table)


def draft_content(draft: ProcessDraft) -> Content:
    return Content(draft.bpmn, dict(draft.roles), draft.fees)


def draft(actor: Actor, draft_id: UUID) -> ProcessDraft:
    """Raises Denied, NotFound."""
    STUDIO.require(actor)
    found = ProcessDraft.objects.select_related("base", "published").filter(id=draft_id).first()
    if found is None:
        raise NotFound
    return found


def drafts(actor: Actor, code: str | None = None) -> list[ProcessDraft]:
    """The newest hundred, of one procedure or of all, without their texts; none for whoever may not see them."""
    PROCESS.require(actor)
    if not STUDIO.allows(actor):
        return []
    return list(_of(code).order_by("-id")[:100])


def page_of_drafts(
    actor: Actor, code: str | None, cursor: str | None, limit: int
) -> tuple[list[ProcessDraft], str | None]:
    """All drafts of one procedure or of all, the newest first, without their texts. Raises Denied, Invalid."""
    STUDIO.require(actor)
    return paged(_of(code), cursor=cursor, limit=limit, by=["-id"])


def _of(code: str | None) -> "QuerySet[ProcessDraft]":
    rows = ProcessDraft.objects.defer("bpmn", "fees", "roles")
    return rows if code is None else rows.filter(code=code)


def published(code: str) -> list[ProcessDraft]:
    """What the studio published for a procedure, oldest day first."""
    rows = ProcessDraft.objects.select_related("published").filter(
        code=code, state=State.PUBLISHED, published__isnull=False
    )
    return list(rows.order_by("valid_from", "id"))


def newer_in_pack(code: str, on: date | None = None) -> bool:
    """Whether the pack brought a correction of the period that the studio's version of that day has replaced."""
    day = on or clock.today()
    now = [row for row in published(code) if row.valid_from and row.valid_from <= day]
    if not now:
        return False
    base = now[-1].base_id
    known = ProcedureVersion.objects.get(id=base)
    later = ProcedureVersion.objects.filter(code=code, valid_from=known.valid_from, revision__gt=known.revision)
    return later.exists()
