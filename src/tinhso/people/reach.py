"""How far an administrator reaches: which officials they see, and for which they answer."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tinhso.kernel.policy import Actor
from tinhso.people.models import Official, Post, Role
from tinhso.people.models.validity import not_over
from tinhso.people.policies import MANAGE_OFFICIALS

#: Roles above one agency: given to nobody by one person alone (`actions.proposals`).
PROVINCE_WIDE = frozenset({Role.PROVINCE_ADMIN, Role.AUDITOR})
#: Roles that only the province gives and takes.
ABOVE_AGENCY = PROVINCE_WIDE | {Role.AGENCY_ADMIN}


def of_province(actor: Actor) -> bool:
    """Whether the actor administers the whole province."""
    return actor.system or actor.holds(Role.PROVINCE_ADMIN)


def seen_by(actor: Actor) -> Q:
    """The officials that the actor may see: all for the province and auditors, else those of the own agencies."""
    if of_province(actor) or actor.holds(Role.AUDITOR):
        return Q()
    own = [grant.scope for grant in actor.grants if grant.role == Role.AGENCY_ADMIN]
    live = Post.objects.filter(not_over(), official=OuterRef("pk"))
    return Q(Exists(live.filter(agency_id__in=own))) | Q(home_id__in=own) & ~Q(Exists(live))


def answers_for(actor: Actor, official: Official) -> bool:
    """Whether the actor may act on the account as a whole: every post of the official is the actor's to give."""
    if of_province(actor):
        return True
    live = list(Post.objects.filter(not_over(), official=official))
    places: list[UUID | None] = [post.agency_id for post in live]
    return all(MANAGE_OFFICIALS.allows(actor, place) for place in places or [official.home_id] if place) and not any(
        Role(post.role) in ABOVE_AGENCY for post in live
    )
