"""What a reorganisation of agencies moves of officials: their posts; signing authorities end; custody is written down.

Whoever acted for the old agency acts in the same role for the new one from that moment on, in open sessions too.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.kernel import clock
from tinhso.kernel.ids import NEW_ID, ids_of_now
from tinhso.people.actions.corrections import withdraw_for
from tinhso.people.models import Correction, Custody, Post, Role, RoleProposal, SigningAuthority, StaffActKind
from tinhso.people.models.validity import not_over
from tinhso.places.pack.reorganisations import Matter
from tinhso.places.reorganising import Carrying, Effect, Resolved, Shown, movers

#: The old posts end now and, unless the official holds the same role at the new agency in that time (two agencies
#: became one), a new one begins. A post that has not begun begins on its day at the new agency.
_POSTS = f"""
WITH pair AS (
    SELECT * FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) AS p (old, new)
), held AS MATERIALIZED (
    SELECT post.id, post.official_id, post.role, pair.old, pair.new, post.stands_in_for_id,
           greatest(post.valid_from, %(today)s::date) AS first, post.valid_to AS last, post.valid_from
    FROM people_post post JOIN pair ON pair.old = post.agency_id
    WHERE post.ended_at IS NULL AND (post.valid_to IS NULL OR post.valid_to >= %(today)s)
      AND (cardinality(%(roles)s::text[]) = 0 OR post.role = ANY (%(roles)s))
    FOR UPDATE OF post
), wanted AS MATERIALIZED (
    SELECT held.*, {NEW_ID} AS new_id FROM held
    WHERE NOT EXISTS (
        SELECT FROM held other
        WHERE other.official_id = held.official_id AND other.new = held.new AND other.role = held.role
          AND daterange(other.first, other.last, '[]') && daterange(held.first, held.last, '[]')
          AND (coalesce(other.last, 'infinity'), other.id) > (coalesce(held.last, 'infinity'), held.id)
    ) AND NOT EXISTS (
        SELECT FROM people_post other
        WHERE other.official_id = held.official_id AND other.agency_id = held.new AND other.role = held.role
          AND other.ended_at IS NULL
          AND daterange(other.valid_from, other.valid_to, '[]') && daterange(held.first, held.last, '[]')
    )
), ended AS (
    UPDATE people_post post SET valid_to = greatest(post.valid_from, %(today)s), ended_at = %(at)s, passed_on = true
    FROM held WHERE held.id = post.id
), made AS (
    INSERT INTO people_post (id, created_at, official_id, agency_id, role, valid_from, valid_to, passed_on)
    SELECT new_id, %(at)s, official_id, new, role, first, last, false FROM wanted
), acts AS (
    INSERT INTO people_staffact (id, created_at, official_id, kind, day, basis, changes, made_by_id, made_by_name,
                                 undone_by_name)
    SELECT {NEW_ID}, %(at)s, official_id, %(kind)s, %(today)s, %(basis)s, '{{"rows": []}}', %(account)s, %(name)s, ''
    FROM (SELECT DISTINCT official_id FROM held) AS concerned
), risen AS (
    UPDATE people_official SET version = version + 1 WHERE id IN (SELECT official_id FROM held)
)
SELECT held.id, wanted.new_id, held.old, held.new, held.stands_in_for_id
FROM held LEFT JOIN wanted ON wanted.id = held.id
"""


_ROWS = frozenset({"people.posts", "people.left", "people.signing"})


class _People:
    title: str | Promise = gettext_lazy("cán bộ, quyền ký")

    def effects(self, plan: Resolved) -> list[Effect]:
        """Posts that move, authorities that end, posts that stay behind."""
        found: list[Effect] = []
        if plan.speaks_of(Matter.POSTS):
            here = not plan.verified(Matter.POSTS)
            moving = Counter(_moving(plan).values_list("agency_id", flat=True))
            words = _("Vai trò của cán bộ chuyển sang cơ quan mới")
            found += [Effect("people.posts", words, old, plan.posts[old], n, here) for old, n in moving.items()]
            left = Counter(_left(plan).values_list("agency_id", flat=True))
            words = _("Vai trò ở lại cơ quan đã kết thúc")
            alarm = _("Những vai trò này không chuyển; kết thúc hoặc điều chuyển từng người trước khi duyệt.")
            found += [Effect("people.left", words, old, None, n, True, alarm) for old, n in left.items()]
        if plan.speaks_of(Matter.SIGNING):
            ending = Counter(_authorities(plan).values_list("agency_id", flat=True))
            words = _("Quyền ký kết thúc; cơ quan mới giao lại")
            here = not plan.verified(Matter.SIGNING)
            found += [Effect("people.signing", words, old, plan.keepers.get(old), n, here) for old, n in ending.items()]
        words = _("Đề nghị sửa họ tên, đề nghị vai trò đang chờ: được rút, cơ quan mới lập lại")
        waiting = Counter(agency for rows in _proposed(plan) for agency in rows.values_list("agency_id", flat=True))
        return found + [Effect("people.proposals", words, old, plan.keepers[old], n) for old, n in waiting.items()]

    def rows(self, plan: Resolved, kind: str, old: UUID | None, new: UUID | None, done: UUID | None) -> Iterator[Shown]:
        """Officials by name; what was done stands in each official's own history."""
        if done is not None or kind not in _ROWS:
            return
        if kind == "people.signing":
            signing = _authorities(plan).select_related("official").order_by("official__name_key", "id")
            for one in signing.filter(agency_id=old) if old else signing:
                yield Shown(one.id, one.official.full_name, f"{one.get_form_display()} {one.on_behalf_of}".strip())
            return
        posts = _moving(plan) if kind == "people.posts" else _left(plan)
        posts = posts.filter(agency_id=old) if old else posts
        for post in posts.select_related("official").order_by("official__name_key", "id"):
            yield Shown(post.id, post.official.full_name, str(Role(post.role).label))

    def move(self, plan: Resolved, act: Carrying) -> None:
        """All of it in a handful of statements."""
        if plan.speaks_of(Matter.POSTS):
            _move_posts(plan, act)
        if plan.speaks_of(Matter.SIGNING):
            _end_authorities(plan, act)
        _withdraw(plan, act)
        _keep(plan, act)


def _moving(plan: Resolved) -> QuerySet[Post]:
    posts = Post.objects.filter(not_over(), agency_id__in=plan.posts)
    roles = _roles(plan)
    return posts.filter(role__in=roles) if roles else posts


def _left(plan: Resolved) -> QuerySet[Post]:
    """Posts at agencies that are gone on the day, which the plan does not move."""
    roles = _roles(plan)
    not_meant = Q(agency_id__in=plan.posts) & ~Q(role__in=roles) if roles else Q(pk__in=[])
    return Post.objects.filter(not_over(), Q(agency_id__in=plan.stays) | not_meant)


def _proposed(plan: Resolved) -> tuple[QuerySet[RoleProposal], QuerySet[Correction]]:
    """What waits for a second person at agencies that end."""
    waits = Q(state="open", agency_id__in=plan.keepers)
    return RoleProposal.objects.filter(waits), Correction.objects.filter(waits)


def _authorities(plan: Resolved) -> QuerySet[SigningAuthority]:
    return SigningAuthority.objects.filter(not_over(), agency_id__in=plan.keepers)


def _roles(plan: Resolved) -> list[str]:
    what = plan.plan.what.get(Matter.POSTS)
    return list(what.roles) if what else []


def _move_posts(plan: Resolved, act: Carrying) -> None:
    rows = _run(
        _POSTS,
        old=list(plan.posts),
        new=list(plan.posts.values()),
        today=act.today,
        at=act.at,
        roles=_roles(plan),
        ids=ids_of_now(),
        kind=str(StaffActKind.REORGANISED),
        basis=(plan.plan.source or plan.plan.title)[:300],
        account=act.actor.account,
        name=act.actor.name,
    )
    made = {old_id: new_id for old_id, new_id, _old, _new, _for in rows if new_id}
    for _id, _new_id, old, new, _for in rows:
        act.note(old, "posts", new, 1)
    standing = [(made[id], made[for_id]) for id, _n, _o, _w, for_id in rows if id in made and for_id in made]
    if standing:
        _run(
            "UPDATE people_post post SET stands_in_for_id = s.whom FROM unnest(%(ids)s::uuid[], %(whom)s::uuid[])"
            " AS s (id, whom) WHERE post.id = s.id",
            ids=[one for one, _whom in standing],
            whom=[whom for _one, whom in standing],
        )


def _withdraw(plan: Resolved, act: Carrying) -> None:
    roles, names = _proposed(plan)
    for one in names.select_for_update():
        withdraw_for(one)
        act.note(one.agency_id, "proposals_withdrawn", None, 1)
    for agency in list(roles.values_list("agency_id", flat=True)):
        act.note(agency, "proposals_withdrawn", None, 1)
    roles.update(state=RoleProposal.State.WITHDRAWN, decided_at=act.at)


def _end_authorities(plan: Resolved, act: Carrying) -> None:
    rows = _run(
        "UPDATE people_signingauthority SET valid_to = greatest(valid_from, %(today)s), ended_at = %(at)s"
        " WHERE agency_id = ANY (%(old)s) AND ended_at IS NULL AND (valid_to IS NULL OR valid_to >= %(today)s)"
        " RETURNING agency_id",
        today=act.today,
        at=act.at,
        old=list(plan.keepers),
    )
    for (old,) in rows:
        act.note(old, "authorities_ended", None, 1)


def _keep(plan: Resolved, act: Carrying) -> None:
    """Who answers from now on for what the old agencies left, and for officials without a post there."""
    for old, keeper in plan.keepers.items():
        Custody.objects.filter(keeper_id=old).update(keeper_id=keeper)
    Custody.objects.bulk_create(
        [Custody(old_id=old, keeper_id=keeper, created_at=act.at) for old, keeper in plan.keepers.items()],
        update_conflicts=True,
        unique_fields=["old"],
        update_fields=["keeper"],
    )
    _run(
        "UPDATE people_official SET home_id = p.new FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) AS p (old, new)"
        " WHERE home_id = p.old",
        old=list(plan.posts),
        new=list(plan.posts.values()),
    )


def _run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def on_duty(agencies: list[UUID]) -> list[tuple[UUID, UUID, str]]:
    """Account, agency and role of every post in force there now."""
    posts = Post.objects.filter(not_over(), agency_id__in=agencies, valid_from__lte=clock.today())
    return list(posts.values_list("official__account_id", "agency_id", "role"))


movers.register("1 people", _People())
