"""The work of one official's day, to be printed: late, due today, without a sure term, and standing still."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from tinhso.dossiers.clocks import FAR
from tinhso.dossiers.models import Phase, Step
from tinhso.dossiers.policies import DESK
from tinhso.dossiers.queries.filtering import Times
from tinhso.dossiers.queries.inbox import Waiting, in_my_lanes, prepare, waiting
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor

MOST = 100  #: of each kind: more is no list for one day


@dataclass(frozen=True)
class Day:
    """What the inbox shows of today; ``more``: a list was cut at `MOST`."""

    late: list[Waiting]
    today: list[Waiting]
    unsure: list[Waiting]
    awaiting: list[Waiting]
    more: bool


def my_day(actor: Actor) -> Day:
    """What the actor holds, or nobody holds in the actor's lanes, that is late or due today, or whose term promises
    nothing; and what stands still: sent back to the applicant, waiting for a payment or the applicant, suspended.
    Nine queries whatever the length. Raises Denied.
    """
    DESK.require(actor)
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), clock.LOCAL)
    mine = in_my_lanes(actor).filter(Q(holder_id=actor.account) | Q(holder_id=None), ended_at=None)
    running = mine.filter(dossier__received_at__isnull=False).order_by("sort_at", "id")
    times = Times(actor)
    late = list(running.filter(times.state("late"))[: MOST + 1])
    today = list(running.filter(times.promised, sort_at__gte=times.now, sort_at__lt=midnight)[: MOST + 1])
    unsure = list(running.filter(times.state("unsure"))[: MOST + 1])
    awaiting = _awaiting(actor, mine)
    prepare([step.dossier for step in (*late, *today, *unsure, *awaiting)])
    return Day(
        late=[waiting(actor, step) for step in late[:MOST]],
        today=[waiting(actor, step) for step in today[:MOST]],
        unsure=[waiting(actor, step) for step in unsure[:MOST]],
        awaiting=[waiting(actor, step) for step in awaiting[:MOST]],
        more=any(len(steps) > MOST for steps in (late, today, unsure, awaiting)),
    )


def _awaiting(actor: Actor, mine: "QuerySet[Step]") -> list[Step]:
    """A request for papers ended the step of whoever asked; every other stop leaves the step with its holder."""
    sent_back = in_my_lanes(actor).filter(
        holder_id=actor.account, outcome="supplement", dossier__phase=Phase.SUPPLEMENT
    )
    asked = list(sent_back.order_by("dossier_id", "-number").distinct("dossier_id")[: MOST + 1])
    known = {step.dossier_id for step in asked}
    standing = mine.filter(sort_at=FAR).order_by("id")[: MOST + 1]
    return [*asked, *(step for step in standing if step.dossier_id not in known)][: MOST + 1]
