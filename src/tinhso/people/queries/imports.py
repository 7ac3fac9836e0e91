"""Lists of officials that were uploaded, as their uploader (and the province) sees them."""

from uuid import UUID

from django.db.models import QuerySet

from tinhso.kernel.errors import NotFound
from tinhso.kernel.http.paging import paged
from tinhso.kernel.policy import Actor
from tinhso.people.models import ImportLine, OfficialImport, RoleProposal
from tinhso.people.policies import MANAGE_OFFICIALS, PROVINCE_ROLES
from tinhso.people.reach import of_province
from tinhso.people.readings import note_reading


def _own(actor: Actor) -> "QuerySet[OfficialImport]":
    MANAGE_OFFICIALS.require(actor)
    rows = OfficialImport.objects.all()
    return rows if of_province(actor) else rows.filter(made_by_id=actor.account)


def imports(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[OfficialImport], str | None]:
    """A page of the lists, the newest first; one query. Raises Denied."""
    return paged(_own(actor), cursor=cursor, limit=limit, by=("-id",))


def official_import(actor: Actor, batch_id: UUID) -> OfficialImport:
    """One list. Raises NotFound, also for another administrator's."""
    found = _own(actor).filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def lines(
    actor: Actor, batch: OfficialImport, *, only: str = "", cursor: str | None = None, limit: int = 100
) -> tuple[list[ImportLine], str | None]:
    """A page of a list's lines in the order of the file; ``only``: an effect, or ``left`` (could not be undone).

    What it says of officials who are there goes to the disclosure log.
    """
    rows = ImportLine.objects.filter(batch=batch).select_related("official__account")
    if only == "left":
        rows = rows.exclude(left="")
    elif only in ImportLine.Effect.values:
        rows = rows.filter(effect=only)
    found, following = paged(rows, cursor=cursor, limit=limit, by=("number",))
    for official in {line.official for line in found if line.official is not None}:
        note_reading(actor, official, ["email", "login"])
    return found, following


def proposals(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[RoleProposal], str | None]:
    """A page of proposals of province-wide roles, the newest first; one query. Raises Denied."""
    PROVINCE_ROLES.require(actor)
    rows = RoleProposal.objects.select_related("official", "agency")
    return paged(rows, cursor=cursor, limit=limit, by=("-id",))
