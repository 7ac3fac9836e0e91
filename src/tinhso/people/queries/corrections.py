"""Names and days of birth that wait to be put right, as the counter and its leaders see them."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from tinhso.kernel import clock, disclosure
from tinhso.kernel.http.paging import paged
from tinhso.kernel.policy import Actor
from tinhso.people.models import Correction, Role
from tinhso.people.policies import DECIDE_CORRECTION, SEE_CORRECTIONS

#: How long one that is over stays on the page; afterwards it is in the person's own history.
SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class ShownCorrection:
    """A proposal. What was known before is shown to who decides; the counter sees what it typed itself."""

    it: Correction
    decides: bool
    withdraws: bool
    name_before: str
    birth_before: date | None


def corrections(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[ShownCorrection], str | None]:
    """A page of what waits at one's agencies or was over lately, the newest first; one query. Raises Denied.

    What is read of the persons goes to the disclosure log.
    """
    SEE_CORRECTIONS.require(actor)
    leads = {grant.scope for grant in actor.grants if grant.role == Role.LEADER}
    receives = {grant.scope for grant in actor.grants if grant.role == Role.RECEIVER}
    since = clock.now() - SHOWN
    lately = Q(state=Correction.State.OPEN, expires_at__gte=since) | Q(decided_at__gte=since)
    rows = Correction.objects.filter(lately, agency_id__in=leads | receives)
    found, following = paged(rows, cursor=cursor, limit=limit, by=("-id",))
    return [_shown(actor, row, leads) for row in found], following


def _shown(actor: Actor, row: Correction, leads: set[UUID]) -> ShownCorrection:
    waits, own = row.state == Correction.State.OPEN, row.proposed_by_id == actor.account
    led = row.agency_id in leads and row.person_id != actor.subject
    if led or not own:
        disclosure.note(
            actor,
            person=row.person_id,
            record=f"correction:{row.pk}",
            fields=["full_name", "birth_date", "identifier"],
            purpose=str(DECIDE_CORRECTION.title if led else SEE_CORRECTIONS.title),
        )
    return ShownCorrection(
        it=row,
        decides=waits and led and not own and not row.expired,
        withdraws=waits and own,
        name_before=row.name_before if led else "",
        birth_before=row.birth_before if led else None,
    )
