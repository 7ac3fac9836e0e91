"""Leave with or without a stand-in, coming back, the end of service, and what a new day brings about."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import terms
from tinhso.people.actions.posts import put_in_post
from tinhso.people.actions.sessions import end_all
from tinhso.people.actions.staff import Act, act_on, end_authorities, end_posts, from_today, pass_duties
from tinhso.people.events import AccountClosed, ClosureReason, LeaveEnded, LeaveTaken, PostEnded, ServiceEnded
from tinhso.people.models import Absence, Account, Official, Post, Role, StaffAct, StaffActKind
from tinhso.people.models.validity import in_force, not_over, valid_on
from tinhso.people.reach import ABOVE_AGENCY


def take_leave(
    actor: Actor,
    official_id: UUID,
    *,
    valid_from: date,
    valid_to: date,
    stand_in: UUID | None = None,
    basis: str = "",
    version: int | None = None,
) -> Absence:
    """Leave from a day to a day, both included. The stand-in gets the same roles at the same agencies for that time,
    and what the absent official holds goes to them when the leave begins; without a stand-in back to the queue.

    Signing is not passed on: a stand-in who signs needs an authority of their own, on paper (Decree 30/2020, art. 13).
    Raises NotFound, Denied, Invalid, Conflict, Stale.
    """
    from_today(valid_from, "valid_from")
    if valid_to < valid_from:
        raise Invalid(fields={"valid_to": _("Ngày cuối phải từ ngày đầu trở đi.")})
    with act_on(actor, official_id, version, whole=True) as act:
        posts = _passable(act.official, valid_from, valid_to)
        substitute = _stand_in(act, stand_in, posts, valid_from, valid_to) if stand_in is not None else None
        try:
            with transaction.atomic():
                absence = Absence.objects.create(
                    official=act.official, stand_in=substitute, basis=basis, valid_from=valid_from, valid_to=valid_to
                )
        except IntegrityError:
            raise Conflict(_("Cán bộ đã có một kỳ nghỉ khác trong thời gian đó.")) from None
        act.changes.append(terms.made(absence))
        if substitute is not None:
            _fill_in(act, substitute, posts, absence)
        emit(
            actor,
            LeaveTaken(official_id, absence.pk, valid_from, valid_to, stand_in),
            subject=f"official:{official_id}",
        )
        act.keep(StaffActKind.LEAVE, valid_from, basis)
        if valid_from <= clock.today():
            _begin(actor, absence)
    return absence


def _passable(official: Official, first: date, last: date) -> list[Post]:
    """The posts that matter in that time; roles of administration are not stood in for."""
    posts = Post.objects.filter(not_over(), official=official, valid_from__lte=last).exclude(role__in=ABOVE_AGENCY)
    return list(posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first)).order_by("id"))


def _stand_in(act: Act, stand_in: UUID, posts: list[Post], first: date, last: date) -> Official:
    """The official who stands in: another one, of the same agencies, at work in that time."""
    chosen = Official.objects.filter(pk=stand_in, account__is_active=True).exclude(pk=act.official.pk).first()
    agencies = {post.agency_id for post in posts}
    own = (
        set(Post.objects.filter(valid_on(first), official=chosen, ended_at=None).values_list("agency_id", flat=True))
        if chosen
        else set()
    )
    if chosen is None or not agencies <= own:
        raise Invalid(fields={"stand_in": _("Người thay phải là cán bộ khác, đang làm việc ở cùng cơ quan.")})
    away = Absence.objects.filter(official=chosen, ended_at=None, valid_from__lte=last, valid_to__gte=first)
    if away.exists():
        raise Invalid(fields={"stand_in": _("Người thay cũng nghỉ trong thời gian đó. Hãy chọn người khác.")})
    return chosen


def _fill_in(act: Act, substitute: Official, posts: list[Post], absence: Absence) -> None:
    """Give the stand-in the roles that they do not hold already. The stand-in's version rises too."""
    stand = Act(act.actor, substitute)
    for post in posts:
        first = max(absence.valid_from, post.valid_from)
        last = min(absence.valid_to, post.valid_to or absence.valid_to)
        held = Post.objects.filter(official=substitute, agency_id=post.agency_id, role=post.role, ended_at=None)
        if held.filter(valid_from__lte=last).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first)).exists():
            continue
        put_in_post(stand, post.agency_id, Role(post.role), first, last, stands_in_for=post)
    act.changes += stand.changes
    Official.objects.filter(pk=substitute.pk).update(version=substitute.version + 1)


def _begin(actor: Actor, absence: Absence) -> None:
    """The leave has begun: what the official holds is passed on."""
    to = absence.stand_in.account_id if absence.stand_in is not None else None
    for post in Post.objects.filter(in_force(), official=absence.official).exclude(role__in=ABOVE_AGENCY):
        pass_duties(actor, absence.official, post.agency_id, post.role, to, "leave")
    Absence.objects.filter(pk=absence.pk).update(begun=True)


def end_leave(actor: Actor, absence_id: UUID, *, last_day: date | None = None, version: int | None = None) -> None:
    """The official comes back: after ``last_day``, or at once. The stand-in gives back what the leave had passed on.

    Raises NotFound, Denied, Invalid, Conflict, Stale.
    """
    found = Absence.objects.filter(pk=absence_id).first()
    if found is None:
        raise NotFound
    with act_on(actor, found.official_id, version, whole=True) as act:
        absence = Absence.objects.select_for_update().get(pk=absence_id)
        first, last = absence.valid_from, absence.valid_to
        change = terms.end(absence, last_day)
        act.changes.append(change)
        stand_ins = Post.objects.select_for_update(of=("self",)).select_related("official", "stands_in_for")
        for post in stand_ins.filter(
            not_over(), stands_in_for__official=act.official, valid_from__gte=first, valid_from__lte=last
        ):
            _stand_down(act, post, last_day)
        emit(
            actor,
            LeaveEnded(act.official.pk, absence_id, terms.last_day_of(change)),
            subject=f"official:{act.official.pk}",
        )
        act.keep(StaffActKind.LEAVE_ENDED, last_day or clock.today())


def _stand_down(act: Act, post: Post, last_day: date | None) -> None:
    agency, role, substitute = post.agency_id, post.role, post.official
    change = terms.end(post, last_day)
    act.changes.append(change)
    ended = PostEnded(substitute.pk, UUID(change["id"]), agency, role, terms.last_day_of(change))
    emit(act.actor, ended, subject=f"official:{substitute.pk}")
    if terms.at_once(change):
        Post.objects.filter(pk=change["id"]).update(passed_on=True)
        pass_duties(act.actor, substitute, agency, role, act.official.account_id, "came_back")


def end_service(
    actor: Actor,
    official_id: UUID,
    *,
    last_day: date | None = None,
    basis: str = "",
    version: int | None = None,
) -> None:
    """The official leaves the service: every post, signing authority and leave ends after ``last_day``, or at once.

    Then the account is closed, with its sessions and tokens, unless it also stands for a verified person, who keeps
    it as a citizen. What the official did stays. Raises NotFound, Denied, Invalid, Conflict, Stale.
    """
    from_today(last_day, "last_day")
    with act_on(actor, official_id, version, whole=True) as act:
        official = act.official
        if official.account_id == actor.account:
            raise Invalid(_("Không ai tự cho mình thôi việc. Hãy nhờ một quản trị khác."))
        if official.left_on is not None:
            raise Conflict(_("Cán bộ này đã thôi việc."))
        posts = Post.objects.select_for_update(of=("self",)).select_related("stands_in_for__official")
        live = posts.filter(not_over(), official=official)
        end_posts(act, [p for p in live if _outlasts(p, last_day)], last_day)
        for absence in Absence.objects.filter(not_over(), official=official):
            if _outlasts(absence, last_day):
                act.changes.append(terms.end(absence, last_day))
        for agency in {post.agency_id for post in live}:
            end_authorities(act, agency, last_day)
        official.left_on = last_day or clock.today()
        emit(
            actor,
            ServiceEnded(official.pk, official.account_id, official.left_on),
            subject=f"official:{official.pk}",
        )
        act.extra["account_closed"] = _close(actor, official) if last_day is None else False
        act.keep(StaffActKind.SERVICE_ENDED, official.left_on, basis)


def _outlasts(term: Post | Absence, last_day: date | None) -> bool:
    return last_day is None or term.valid_to is None or term.valid_to > last_day


def _close(actor: Actor, official: Official) -> bool:
    """Close the account of somebody who left; whether this closed it."""
    end_all(actor, official.account_id)
    account = Account.objects.select_for_update(of=("self",)).get(pk=official.account_id)
    if account.verified or not account.is_active:
        return False
    account.is_active = False
    account.save(update_fields=["is_active"])
    emit(actor, AccountClosed(account.pk, ClosureReason.LEFT), subject=f"account:{account.pk}")
    return True


BATCH = 500


def turn_of_day() -> None:
    """What the new day brings about: posts and service that ended yesterday, leave that begins today. Repeatable."""
    today = clock.today()
    for post_id in Post.objects.filter(passed_on=False, valid_to__lt=today).values_list("pk", flat=True)[:BATCH]:
        _lapse(post_id)
    for absence_id in Absence.objects.filter(
        begun=False, ended_at=None, valid_from__lte=today, valid_to__gte=today
    ).values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence_id)
            if not absence.begun:
                _begin(SYSTEM, absence)
    gone = Official.objects.filter(left_on__lt=today, left_on__gte=today - timedelta(days=30), account__is_active=True)
    for official in gone.filter(account__person=None).select_related("account")[:BATCH]:
        _leave(official)


def _lapse(post_id: UUID) -> None:
    """A post whose last day has passed: its inbox is passed on, and the authority that rested on it ends with it."""
    with transaction.atomic():
        post = (
            Post.objects.select_for_update(of=("self",))
            .select_related("official", "stands_in_for__official")
            .filter(pk=post_id, passed_on=False)
            .first()
        )
        if post is None:
            return
        back_to = post.stands_in_for.official.account_id if post.stands_in_for is not None else None
        reason = "post_ended" if back_to is None else "came_back"
        pass_duties(SYSTEM, post.official, post.agency_id, post.role, back_to, reason)
        over = terms.Change(what="post", id=str(post.pk), before=terms.picture(post), after=None)
        end_authorities(Act(SYSTEM, post.official, [over]), post.agency_id, post.valid_to, lapsed=True)
        Post.objects.filter(pk=post.pk).update(passed_on=True)


def _leave(official: Official) -> None:
    with transaction.atomic():
        closed = _close(SYSTEM, official)
        act = StaffAct.objects.filter(official=official, kind=StaffActKind.SERVICE_ENDED, undone_at=None).last()
        if act is not None:
            act.changes["account_closed"] = closed
            act.save(update_fields=["changes"])
