"""Certified electronic copies as the officials of the agency see them: under way, issued, taken back."""

from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.dossiers.models import CertifiedCopy, CopyState
from tinhso.dossiers.policies import COPIES
from tinhso.dossiers.seen import note
from tinhso.kernel import files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor


def copies_under_way(actor: Actor, limit: int = 50) -> list[CertifiedCopy]:
    """Certified copies of one's own agencies that wait for a signature or seal, the oldest first; one query."""
    COPIES.require(actor)
    rows = (
        _copies_of(actor)
        .exclude(state__in=(CopyState.ISSUED, CopyState.REFUSED, CopyState.REVOKED))
        .order_by("id")[:limit]
    )
    return [row for row in rows if COPIES.allows(actor, row)]


def copies_made(
    actor: Actor, asked: str = "", cursor: str | None = None, limit: int = 20
) -> tuple[list[CertifiedCopy], str | None]:
    """Certified copies that one's own agencies issued, in force or taken back, the newest first; ``asked``: the number,
    or words of the title. One query. Raises Denied, Invalid."""
    COPIES.require(actor)
    rows = _copies_of(actor).filter(state__in=(CopyState.ISSUED, CopyState.REVOKED))
    if asked:
        rows = rows.filter(Q(number=asked) | Q(title__icontains=asked))
    if actor.subject is not None:
        rows = rows.exclude(person_id=actor.subject)
    return paged(rows, cursor=cursor, limit=limit, by=("-id",))


def _copies_of(actor: Actor) -> "QuerySet[CertifiedCopy]":
    scopes = {grant.scope for grant in actor.grants if grant.role in ("receiver", "leader", "clerk")}
    return CertifiedCopy.objects.filter(agency_id__in=scopes).defer("prepared")


def copy_page(actor: Actor, copy_id: UUID, number: int) -> bytes:
    """A scanned page, for whoever attests, signs or seals; each look goes to the disclosure log. Raises NotFound."""
    copy = _copy(actor, copy_id)
    page = copy.pages.filter(number=number).first()
    if page is None:
        raise NotFound
    note(actor, copy.presence, ["certified_copy"])
    return files.read(page.file_id)


def copy(actor: Actor, copy_id: UUID) -> CertifiedCopy:
    """A certified copy of one's own agency; the look goes to the disclosure log. Raises NotFound."""
    found = _copy(actor, copy_id)
    note(actor, found.presence, ["certified_copy"])
    return found


def copy_file(actor: Actor, copy_id: UUID) -> tuple[str, bytes]:
    """The sealed copy itself, to print or hand out. Raises NotFound unless it is in force."""
    found = copy(actor, copy_id)
    if found.state != CopyState.ISSUED or found.file_id is None:
        raise NotFound
    return f"ban-sao-{found.number}.pdf".replace("/", "-"), files.read(found.file_id)


def _copy(actor: Actor, copy_id: UUID) -> CertifiedCopy:
    found = CertifiedCopy.objects.select_related("presence").defer("prepared").filter(id=copy_id).first()
    if found is None:
        raise NotFound
    COPIES.require(actor, found)
    return found
