"""The officials that an actor may see: found by name, agency and role; one of them with posts, leave and history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http.paging import paged
from tinhso.kernel.policy import Actor
from tinhso.people.models import Absence, Official, Post, Role, SigningAuthority, StaffAct
from tinhso.people.models.officials import name_key
from tinhso.people.models.validity import in_force, not_over
from tinhso.people.policies import MANAGE_OFFICIALS, SEE_OFFICIALS
from tinhso.people.reach import ABOVE_AGENCY, answers_for, of_province, seen_by
from tinhso.people.readings import note_reading
from tinhso.places import queries as places

#: What one official's page shows besides the name and title that everybody may know.
DETAIL = ("email", "leaves", "login", "posts", "signing_authorities", "staff_acts")


@dataclass(frozen=True)
class HeldPost:
    """A role at an agency. ``state``: now, later, over."""

    id: UUID
    agency: UUID
    agency_name: str
    role: str
    role_words: str
    valid_from: date
    valid_to: date | None
    state: str
    standing_in: bool
    mine: bool  #: the actor may end it


@dataclass(frozen=True)
class OfficialRow:
    """One line of the directory."""

    id: UUID
    full_name: str
    title: str
    posts: list[HeldPost]
    away: bool
    left_on: date | None


@dataclass(frozen=True)
class Leave:
    """Leave that is under way or to come."""

    id: UUID
    valid_from: date
    valid_to: date
    stand_in: str
    begun: bool


@dataclass(frozen=True)
class HeldAuthority:
    """Leave to sign, with who gave it on which paper. ``state``: now, later, over."""

    id: UUID
    official: UUID
    official_name: str
    agency: UUID
    agency_name: str
    form: str
    form_words: str
    on_behalf_of: str
    position: str
    basis: str
    valid_from: date
    valid_to: date | None
    ended_at: datetime | None
    granted_by: str
    state: str
    mine: bool


@dataclass(frozen=True)
class DoneAct:
    """A line of the history."""

    id: UUID
    words: str
    kind: str
    day: date
    at: datetime
    by: str
    basis: str
    undone_by: str
    undoable: bool


@dataclass(frozen=True)
class OfficialDetail:
    """Everything about one official's service that the actor may see."""

    id: UUID
    account: UUID
    version: int
    full_name: str
    title: str
    login: str
    email: str
    active: bool
    must_change_password: bool
    left_on: date | None
    home: UUID | None
    posts: list[HeldPost]
    authorities: list[HeldAuthority]
    leaves: list[Leave]
    acts: list[DoneAct]
    whole: bool  #: the actor may act on the account as a whole
    manages: list[UUID]  #: agencies of the posts where the actor may give and end roles


def directory(
    actor: Actor,
    *,
    text: str = "",
    agency: UUID | None = None,
    role: str = "",
    left: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[OfficialRow], str | None]:
    """A page of the officials that the actor may see, by name; four queries whatever the length, no count.

    ``text``: part of a name, with or without marks. Raises Denied, Invalid for a bad cursor.
    """
    SEE_OFFICIALS.require(actor)
    found = _matching(actor, text, agency, role, left)
    rows, following = paged(found, cursor=cursor, limit=limit, by=("name_key", "id"))
    posts = _posts(actor, [row.pk for row in rows])
    lines = [OfficialRow(r.pk, r.full_name, r.title, posts.get(r.pk, []), r.away, r.left_on) for r in rows]
    return lines, following


def _matching(actor: Actor, text: str, agency: UUID | None, role: str, left: bool) -> "QuerySet[Official]":
    away = Absence.objects.filter(in_force(), official=OuterRef("pk"))
    found = Official.objects.filter(seen_by(actor)).annotate(away=Exists(away))
    found = found.filter(left_on__isnull=not left)
    for word in name_key(text.replace("\x00", ""))[:100].split():
        found = found.filter(name_key__contains=word)
    if agency is not None or role:
        posts = Post.objects.filter(not_over(), official=OuterRef("pk"))
        if agency is not None:
            posts = posts.filter(agency_id=agency)
        if role:
            posts = posts.filter(role=role)
        found = found.filter(Exists(posts))
    return found


def _posts(actor: Actor, officials: Iterable[UUID], *, past: bool = False) -> dict[UUID, list[HeldPost]]:
    rows = Post.objects.filter(official__in=list(officials)).order_by("-valid_from", "id")
    held = list(rows if past else rows.filter(not_over()))
    names = places.names({post.agency_id for post in held})
    posts: dict[UUID, list[HeldPost]] = {}
    for post in held:
        posts.setdefault(post.official_id, []).append(
            HeldPost(
                id=post.pk,
                agency=post.agency_id,
                agency_name=names.get(post.agency_id, ""),
                role=post.role,
                role_words=str(Role(post.role).label),
                valid_from=post.valid_from,
                valid_to=post.valid_to,
                state=state_of(post),
                standing_in=post.stands_in_for_id is not None,
                mine=_may_end(actor, post),
            )
        )
    return posts


def _may_end(actor: Actor, post: Post) -> bool:
    above = Role(post.role) in ABOVE_AGENCY and not of_province(actor)
    return not above and MANAGE_OFFICIALS.allows(actor, post.agency_id) and state_of(post) != "over"


def state_of(term: Post | SigningAuthority) -> str:
    """now, later or over."""
    today = clock.today()
    if term.ended_at is not None or (term.valid_to is not None and term.valid_to < today):
        return "over"
    return "now" if term.valid_from <= today else "later"


def official(actor: Actor, official_id: UUID) -> OfficialDetail:
    """One official, within ten queries; it goes to the disclosure log. Raises NotFound, also for another agency's."""
    SEE_OFFICIALS.require(actor)
    found = Official.objects.select_related("account").filter(seen_by(actor), pk=official_id).first()
    if found is None:
        raise NotFound
    note_reading(actor, found, DETAIL)
    posts = _posts(actor, [found.pk], past=True).get(found.pk, [])
    acts = list(StaffAct.objects.filter(official=found).order_by("-id")[:50])
    newest = next((act.pk for act in acts if act.undone_at is None), None)
    whole = MANAGE_OFFICIALS.allows(actor) and answers_for(actor, found)
    managed: set[UUID | None] = {post.agency for post in posts if post.state != "over"}
    return OfficialDetail(
        id=found.pk,
        account=found.account_id,
        version=found.version,
        full_name=found.full_name,
        title=found.title,
        login=found.account.login,
        email=found.account.email,
        active=found.account.is_active,
        must_change_password=found.account.must_change_password,
        left_on=found.left_on,
        home=found.home_id,
        posts=posts,
        authorities=held_authorities(actor, SigningAuthority.objects.filter(official=found).order_by("-valid_from")),
        leaves=[
            Leave(a.pk, a.valid_from, a.valid_to, a.stand_in.full_name if a.stand_in else "", a.begun)
            for a in Absence.objects.filter(not_over(), official=found)
            .select_related("stand_in")
            .order_by("valid_from")
        ],
        acts=[_act(act, newest, whole) for act in acts],
        whole=whole,
        manages=[agency for agency in managed or {found.home_id} if agency and MANAGE_OFFICIALS.allows(actor, agency)],
    )


def _act(act: StaffAct, newest: UUID | None, whole: bool) -> DoneAct:
    return DoneAct(
        id=act.pk,
        words=act.get_kind_display(),
        kind=act.kind,
        day=act.day,
        at=act.created_at,
        by=act.made_by_name,
        basis=act.basis,
        undone_by=act.undone_by_name if act.undone_at else "",
        undoable=act.pk == newest and whole,
    )


def authorities(
    actor: Actor,
    *,
    agency: UUID | None = None,
    over: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[HeldAuthority], str | None]:
    """A page of signing authorities at the actor's agencies, the newest first; ``over``: those that ended.

    Three queries. Raises Denied, Invalid for a bad cursor.
    """
    SEE_OFFICIALS.require(actor)
    rows = SigningAuthority.objects.all()
    if not (of_province(actor) or actor.holds(Role.AUDITOR)):
        rows = rows.filter(agency_id__in=[g.scope for g in actor.grants if g.role == Role.AGENCY_ADMIN])
    if agency is not None:
        rows = rows.filter(agency_id=agency)
    rows = rows.exclude(not_over()) if over else rows.filter(not_over())
    found, following = paged(rows.select_related("official"), cursor=cursor, limit=limit, by=("-id",))
    return held_authorities(actor, found), following


def held_authorities(actor: Actor, rows: Iterable[SigningAuthority]) -> list[HeldAuthority]:
    """Authorities with the names that a list shows."""
    found = list(rows.select_related("official") if isinstance(rows, QuerySet) else rows)
    names = places.names({row.agency_id for row in found})
    return [
        HeldAuthority(
            id=row.pk,
            official=row.official_id,
            official_name=row.official.full_name,
            agency=row.agency_id,
            agency_name=names.get(row.agency_id, ""),
            form=row.form,
            form_words=row.get_form_display(),
            on_behalf_of=row.on_behalf_of,
            position=row.position,
            basis=row.basis,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            ended_at=row.ended_at,
            granted_by=row.granted_by_name,
            state=state_of(row),
            mine=state_of(row) != "over" and MANAGE_OFFICIALS.allows(actor, row.agency_id),
        )
        for row in found
    ]


def administered(actor: Actor) -> dict[UUID, str]:
    """The agencies of today whose officials the actor administers, by name."""
    if of_province(actor):
        return {agency.pk: agency.name for agency in places.agencies(clock.today())}
    return places.names({g.scope for g in actor.grants if g.role == Role.AGENCY_ADMIN})


def seen_agencies(actor: Actor) -> dict[UUID, str]:
    """The agencies of today whose officials the actor may see, by name."""
    if actor.holds(Role.AUDITOR):
        return {agency.pk: agency.name for agency in places.agencies(clock.today())}
    return administered(actor)
