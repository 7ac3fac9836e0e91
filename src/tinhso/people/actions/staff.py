"""The frame of every act on an official: whose official it is, the row locked, the version compared, the act kept."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import terms
from tinhso.people.events import DutiesPassed, PostEnded, SigningAuthorityEnded
from tinhso.people.models import Official, Post, Role, SigningAuthority, StaffAct, StaffActKind
from tinhso.people.models.validity import in_force, not_over
from tinhso.people.reach import ABOVE_AGENCY, answers_for, of_province, seen_by


@dataclass
class Act:
    """An act that is being done: collect what it changes."""

    actor: Actor
    official: Official
    changes: list[terms.Change] = field(default_factory=list)
    extra: dict[str, str | bool | None] = field(default_factory=dict)

    def keep(self, kind: StaffActKind, day: date, basis: str = "") -> StaffAct:
        """Write the act down in the official's history."""
        return StaffAct.objects.create(
            official=self.official,
            kind=kind,
            day=day,
            basis=basis,
            changes={"rows": self.changes, **self.extra},
            made_by_id=self.actor.account,
            made_by_name=self.actor.name,
        )


@contextmanager
def act_on(actor: Actor, official_id: UUID, version: int | None, *, whole: bool = False) -> Iterator[Act]:
    """The official, locked for one act in one transaction; the version rises.

    ``version`` is the one the actor saw (None for the house and for the first act on a new official); ``whole``: the
    act is on the account, not on one post. Raises NotFound (also for another agency's official), Stale, Denied.
    """
    with transaction.atomic():
        official = Official.objects.select_for_update(of=("self",)).filter(seen_by(actor), pk=official_id).first()
        if official is None:
            raise NotFound(_("Không có cán bộ này trong phạm vi bạn quản trị."))
        if version is not None and official.version != version:
            raise Stale(_("Có người vừa thay đổi thông tin của cán bộ này. Tải lại trang để xem rồi làm tiếp."))
        if whole and not answers_for(actor, official):
            raise Denied(_("Cán bộ còn giữ vai trò ngoài phạm vi của bạn. Hãy nhờ quản trị cấp tỉnh làm việc này."))
        official.version += 1
        yield Act(actor, official)
        official.save(update_fields=["version", "home_id", "left_on"])


def not_oneself(act: Act) -> None:
    """Nobody gives themselves a role or leave to sign. Raises Denied."""
    if act.actor.account == act.official.account_id:
        raise Denied(_("Không ai tự giao quyền cho mình. Hãy nhờ một người quản trị khác."))


def only_province(actor: Actor, role: Role) -> None:
    """Roles above one agency are given and ended by the province only. Raises Denied."""
    if role in ABOVE_AGENCY and not of_province(actor):
        raise Denied(_("Vai trò này do quản trị cấp tỉnh giao."))


def end_posts(act: Act, posts: Iterable[Post], last_day: date | None, *, reason: str = "post_ended") -> None:
    """End the posts, tell, pass the inboxes on, and let signing authorities end that no post carries any more."""
    for post in posts:
        only_province(act.actor, Role(post.role))
        agency, role, stood_in_for = post.agency_id, post.role, post.stands_in_for
        change = terms.end(post, last_day)
        act.changes.append(change)
        ended = PostEnded(act.official.pk, UUID(change["id"]), agency, role, terms.last_day_of(change))
        emit(act.actor, ended, subject=f"official:{act.official.pk}")
        if terms.at_once(change):
            Post.objects.filter(pk=change["id"]).update(passed_on=True)
            back_to = stood_in_for.official.account_id if stood_in_for is not None else None
            pass_duties(act.actor, act.official, agency, role, back_to, reason)
        end_authorities(act, agency, last_day)


def pass_duties(actor: Actor, official: Official, agency: UUID, role: str, to: UUID | None, reason: str) -> None:
    """Tell that somebody else does these duties now, unless the official still holds the role by another post."""
    still = Post.objects.filter(in_force(), official=official, agency_id=agency, role=role).exists()
    if still and reason != "leave":
        return
    told = DutiesPassed(official.account_id, agency, role, to, reason)
    emit(actor, told, subject=f"official:{official.pk}")


def end_authorities(act: Act, agency: UUID, last_day: date | None, *, lapsed: bool = False) -> None:
    """A signing authority ends with the post that carries it: the leader's, or the last one at the agency."""
    posts = Post.objects.filter(not_over(), official=act.official, agency_id=agency)
    if last_day is not None:
        posts = posts.exclude(valid_to__lte=last_day)
    left = set(posts.values_list("role", flat=True))
    led = any(
        change["what"] == "post"
        and (change["before"] or {}).get("role") == Role.LEADER
        and (change["before"] or {}).get("agency_id") == str(agency)
        for change in act.changes
    )
    if Role.LEADER in left or (left and not led):
        return
    for authority in SigningAuthority.objects.filter(not_over(), official=act.official, agency_id=agency):
        if last_day is None or authority.valid_to is None or authority.valid_to > last_day:
            end_authority(act, authority, last_day, lapsed=lapsed)


def end_authority(act: Act, authority: SigningAuthority, last_day: date | None, *, lapsed: bool = False) -> None:
    """End one signing authority and tell."""
    agency, form = authority.agency_id, authority.form
    change = terms.end(authority, last_day, lapsed=lapsed)
    act.changes.append(change)
    ended = SigningAuthorityEnded(act.official.pk, agency, form, terms.last_day_of(change))
    emit(act.actor, ended, subject=f"official:{act.official.pk}")


def from_today(day: date | None, field_name: str = "day") -> date:
    """The day, today without one. Raises Invalid for one that has passed."""
    if day is not None and day < clock.today():
        raise Invalid(fields={field_name: _("Ngày phải từ hôm nay trở đi.")})
    return day or clock.today()
