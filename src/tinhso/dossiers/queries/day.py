"""The work of one official's day, to be printed: late, due today, and waiting for the applicant."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q

from tinhso.dossiers.models import Phase
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries.inbox import Waiting, in_my_lanes, prepare, waiting
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor

MOST = 100  #: of each kind: more is no list for one day


@dataclass(frozen=True)
class Day:
    """What the inbox shows of today; ``more``: a list was cut at `MOST`."""

    late: list[Waiting]
    today: list[Waiting]
    awaiting: list[Waiting]
    more: bool


def my_day(actor: Actor) -> Day:
    """What the actor holds, or nobody holds in the actor's lanes, that is late or due today; and what the actor sent
    back to the applicant and awaits. Six queries whatever the length. Raises Denied.
    """
    DESK.require(actor)
    now = clock.now()
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), clock.LOCAL)
    mine = Q(holder_id=actor.account) | Q(holder_id=None)
    running = (
        in_my_lanes(actor).filter(mine, ended_at=None, dossier__received_at__isnull=False).order_by("sort_at", "id")
    )
    late = list(running.filter(sort_at__lt=now)[: MOST + 1])
    today = list(running.filter(sort_at__gte=now, sort_at__lt=midnight)[: MOST + 1])
    sent_back = in_my_lanes(actor).filter(
        holder_id=actor.account, outcome="supplement", dossier__phase=Phase.SUPPLEMENT
    )
    awaiting = list(sent_back.order_by("dossier_id", "-number").distinct("dossier_id")[: MOST + 1])
    prepare([step.dossier for step in (*late, *today, *awaiting)])
    return Day(
        late=[waiting(actor, step) for step in late[:MOST]],
        today=[waiting(actor, step) for step in today[:MOST]],
        awaiting=[waiting(actor, step) for step in awaiting[:MOST]],
        more=any(len(steps) > MOST for steps in (late, today, awaiting)),
    )
