"""What officials write about tasks and duties: plans, evidence, remarks."""

from datetime import date
from typing import Any, BinaryIO
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.indicators.events import Commented, EvidenceAdded, EvidenceRemoved, Planned
from tinhso.indicators.models import Comment, Evidence, Plan, Progress, Undertaking
from tinhso.indicators.policies import CONTRIBUTE
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Invalid, NotFound, Stale, Unauthenticated
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor

#: Longest plan or remark, in letters.
LONGEST = 4000
#: What may be added as evidence.
PAPERS = files.PAPERS | {files.DOCX, files.XLSX}
LARGEST = 10 * files.MB


def plan(
    actor: Actor, key: str, *, text: str, due: date | None = None, progress: str = Progress.NOT_BEGUN, after: int
) -> Plan:
    """Write the next plan. ``after``: the number of the plan that the writer saw (0: none).

    Raises NotFound, Denied, Invalid, or Stale when somebody wrote one in between.
    """
    wrong: dict[str, str] = {}
    if not text.strip():
        wrong["text"] = _("Ghi việc sẽ làm.")
    elif len(text) > LONGEST:
        wrong["text"] = _("Viết ngắn lại, nhiều nhất %(n)d chữ cái.") % {"n": LONGEST}
    if progress not in Progress.values:
        wrong["progress"] = _("Chọn đã làm tới đâu.")
    with transaction.atomic():
        found = _mine(actor, key, lock=True)
        if wrong:
            raise Invalid(fields=wrong)
        latest = Plan.objects.filter(undertaking=found).order_by("-number").first()
        last = latest.number if latest else 0
        if last != after:
            raise Stale(_("Kế hoạch vừa được người khác sửa. Đọc bản mới rồi ghi lại phần của bạn."))
        made = Plan.objects.create(
            undertaking=found,
            number=last + 1,
            text=text.strip(),
            due=due,
            progress=progress,
            **_written(actor, found),
        )
        emit(
            actor,
            Planned(undertaking=found.id, key=found.key, number=made.number, progress=progress),
            subject=_subject(found),
        )
    return made


def add_link(actor: Actor, key: str, *, title: str, url: str) -> Evidence:
    """Add a link as evidence. Raises NotFound, Denied, Invalid."""
    wrong = _title_wrong(title)
    if not _is_link(url.strip()):
        wrong["url"] = _("Dán địa chỉ đầy đủ, bắt đầu bằng https:// hoặc http://.")
    with transaction.atomic():
        found = _mine(actor, key)
        if wrong:
            raise Invalid(fields=wrong)
        return _add(actor, found, title=title.strip(), url=url.strip())


def add_file(actor: Actor, key: str, *, title: str, name: str, content: BinaryIO | bytes) -> Evidence:
    """Add a file as evidence: everybody may download it. Raises NotFound, Denied, Invalid, TooLarge."""
    found = _mine(actor, key)
    wrong = _title_wrong(title)
    if wrong:
        raise Invalid(fields=wrong)
    stored = files.store(actor, name=name, content=content, allowed=PAPERS, limit=LARGEST)
    with transaction.atomic():
        return _add(actor, found, title=title.strip(), file=stored)


def _add(actor: Actor, found: Undertaking, **what: Any) -> Evidence:
    made = Evidence.objects.create(undertaking=found, **what, **_written(actor, found))
    emit(
        actor,
        EvidenceAdded(undertaking=found.id, key=found.key, evidence=made.id, file=made.file_id),
        subject=_subject(found),
    )
    return made


def remove_evidence(actor: Actor, key: str, evidence: UUID) -> None:
    """Take evidence back: it is not shown any more, the trail keeps that it was. Raises NotFound, Denied."""
    with transaction.atomic():
        found = _mine(actor, key)
        row = Evidence.objects.select_for_update().filter(undertaking=found, id=evidence, removed_at=None).first()
        if row is None:
            raise NotFound
        row.removed_at = clock.now()
        row.save(update_fields=["removed_at"])
        emit(
            actor,
            EvidenceRemoved(undertaking=found.id, key=found.key, evidence=row.id),
            subject=_subject(found),
        )


def comment(actor: Actor, key: str, *, text: str) -> Comment:
    """Say something to the other officials. Raises NotFound, Denied, Invalid."""
    with transaction.atomic():
        found = _mine(actor, key)
        if not text.strip():
            raise Invalid(fields={"comment": _("Ghi điều bạn muốn trao đổi.")})
        if len(text) > LONGEST:
            raise Invalid(fields={"comment": _("Viết ngắn lại, nhiều nhất %(n)d chữ cái.") % {"n": LONGEST}})
        made = Comment.objects.create(undertaking=found, text=text.strip(), **_written(actor, found))
        emit(actor, Commented(undertaking=found.id, key=found.key, comment=made.id), subject=_subject(found))
    return made


def _mine(actor: Actor, key: str, *, lock: bool = False) -> Undertaking:
    rows = Undertaking.objects.filter(listed=True, key=key.replace("\x00", ""))
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound
    CONTRIBUTE.require(actor, found)
    return found


def _written(actor: Actor, found: Undertaking) -> dict[str, Any]:
    """Who writes, and for which of the charged agencies; none of them: for the province."""
    if actor.account is None:
        raise Unauthenticated
    scopes = {grant.scope for grant in actor.grants}
    agency = next((o.agency_id for o in found.owners.all() if o.agency_id in scopes), None)
    return {"by_id": actor.account, "by_name": actor.name, "agency_id": agency}


def _title_wrong(title: str) -> dict[str, str]:
    if not title.strip():
        return {"title": _("Ghi tên của minh chứng, ví dụ “Quyết định ban hành quy chế”.")}
    return {"title": _("Viết tên ngắn lại, nhiều nhất 200 chữ cái.")} if len(title) > 200 else {}


def _is_link(url: str) -> bool:
    if len(url) > 500 or any(not letter.isprintable() or letter.isspace() for letter in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")


def _subject(found: Undertaking) -> str:
    return f"undertaking:{found.id}"
