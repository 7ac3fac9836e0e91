"""Roles of officials: given, ended, moved to another agency; and the newest act taken back."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import terms
from tinhso.people.actions.staff import Act, act_on, end_posts, from_today, not_oneself, only_province, pass_duties
from tinhso.people.events import OfficialTransferred, PostGranted, StaffActUndone
from tinhso.people.models import Account, Official, Post, Role, SigningAuthority, StaffAct, StaffActKind
from tinhso.people.models.validity import not_over
from tinhso.people.policies import MANAGE_OFFICIALS
from tinhso.people.reach import PROVINCE_WIDE
from tinhso.places import queries as places


def grant_post(
    actor: Actor,
    official_id: UUID,
    *,
    agency_id: UUID,
    role: Role,
    valid_from: date | None = None,
    valid_to: date | None = None,
    basis: str = "",
    version: int | None = None,
) -> Post:
    """Let the official act in the role at the agency.

    A role above one agency needs two people: see `actions.propose_role`. Raises Denied, NotFound, Conflict, Stale.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    only_province(actor, role)
    if role in PROVINCE_WIDE and not actor.system:
        raise Denied(_("Vai trò cấp tỉnh cần hai người: hãy lập đề nghị để một quản trị cấp tỉnh khác duyệt."))
    with act_on(actor, official_id, version) as act:
        post = put_in_post(act, agency_id, role, valid_from or clock.today(), valid_to)
        act.keep(StaffActKind.POST_GRANTED, post.valid_from, basis)
    return post


def put_in_post(
    act: Act, agency_id: UUID, role: Role, valid_from: date, valid_to: date | None, stands_in_for: Post | None = None
) -> Post:
    """Make the post and tell. Raises Conflict when the role is held then, or the days are out of order, and Denied."""
    not_oneself(act)
    if valid_from < (since := places.agency(agency_id).valid_from):
        words = _("Cơ quan có từ ngày %(day)s: chọn từ ngày đó trở đi.") % {"day": f"{since:%d/%m/%Y}"}
        raise Invalid(fields={"valid_from": words})
    try:
        with transaction.atomic():
            post = Post.objects.create(
                official=act.official,
                agency_id=agency_id,
                role=role,
                valid_from=valid_from,
                valid_to=valid_to,
                stands_in_for=stands_in_for,
            )
    except IntegrityError:
        raise Conflict(
            _("Cán bộ đã giữ vai trò này trong thời gian đó, hoặc ngày kết thúc đứng trước ngày bắt đầu.")
        ) from None
    act.changes.append(terms.made(post))
    if stands_in_for is None:
        act.extra.setdefault("home", str(act.official.home_id) if act.official.home_id else None)
        act.official.home_id = agency_id
    emit(
        act.actor,
        PostGranted(act.official.pk, post.pk, agency_id, role, post.valid_from, valid_to),
        subject=f"official:{act.official.pk}",
    )
    return post


def end_post(
    actor: Actor, post_id: UUID, *, last_day: date | None = None, basis: str = "", version: int | None = None
) -> None:
    """The last day of a post; without one it ends at once, in open sessions too. One that has not begun is removed.

    The inbox goes back to the queue and a signing authority that rests on the post ends with it.
    Raises Denied, NotFound, Invalid, Conflict, Stale.
    """
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise NotFound
    MANAGE_OFFICIALS.require(actor, post.agency_id)
    with act_on(actor, post.official_id, version) as act:
        held = Post.objects.select_for_update(of=("self",)).select_related("stands_in_for__official").get(pk=post_id)
        end_posts(act, [held], last_day)
        act.keep(StaffActKind.POST_ENDED, last_day or clock.today(), basis)


def transfer(
    actor: Actor,
    official_id: UUID,
    *,
    from_agency: UUID,
    to_agency: UUID,
    role: Role,
    day: date | None = None,
    basis: str = "",
    version: int | None = None,
) -> Post:
    """Move the official to another agency from a day on (today without one): the posts there end, a new one begins.

    Needs the right to administer both agencies, so between two agencies it is the province's.
    Raises Denied, NotFound, Invalid, Conflict, Stale.
    """
    MANAGE_OFFICIALS.require(actor, from_agency)
    MANAGE_OFFICIALS.require(actor, to_agency)
    if role in PROVINCE_WIDE:
        raise Denied(_("Vai trò cấp tỉnh cần hai người: hãy lập đề nghị để một quản trị cấp tỉnh khác duyệt."))
    first = from_today(day)
    only_province(actor, role)
    with act_on(actor, official_id, version) as act:
        posts = _posts_at(act, from_agency)
        if not posts:
            raise Invalid(_("Cán bộ không giữ vai trò nào ở cơ quan này để điều chuyển."))
        end_posts(act, posts, None if first == clock.today() else first - timedelta(days=1))
        post = put_in_post(act, to_agency, role, first, None)
        emit(
            actor,
            OfficialTransferred(official_id, from_agency, to_agency, role, first),
            subject=f"official:{official_id}",
        )
        act.keep(StaffActKind.TRANSFERRED, first, basis)
    return post


def _posts_at(act: Act, agency_id: UUID) -> list[Post]:
    posts = Post.objects.select_for_update(of=("self",)).select_related("stands_in_for__official")
    return list(posts.filter(not_over(), official=act.official, agency_id=agency_id).order_by("id"))


def undo_act(actor: Actor, act_id: UUID, *, version: int | None = None) -> StaffAct:
    """Take the newest act on an official back, as far as that is the truth (`terms.undo`).

    Inboxes that were passed on stay where they went. Nobody gives themselves back what another one ended.
    Raises NotFound, Denied, Conflict, Stale.
    """
    found = StaffAct.objects.filter(pk=act_id).first()
    if found is None:
        raise NotFound
    with act_on(actor, found.official_id, version, whole=found.kind in _WHOLE) as act:
        done = StaffAct.objects.select_for_update().get(pk=act_id)
        newest = StaffAct.objects.filter(official=act.official, undone_at=None).order_by("-id").first()
        if done.undone_at is not None or newest is None or newest.pk != done.pk:
            raise Conflict(_("Chỉ hoàn tác được việc mới nhất. Hãy hoàn tác các việc sau nó trước."))
        if done.kind == StaffActKind.REORGANISED:
            raise Conflict(_("Việc sắp xếp cơ quan không hoàn tác cho từng người. Hãy điều chuyển cán bộ này."))
        _may_undo(actor, done)
        for change in reversed(done.changes["rows"]):
            _undo(act, change)
        _mend_account(act, done)
        done.undone_at, done.undone_by_name = clock.now(), actor.name
        done.save(update_fields=["undone_at", "undone_by_name"])
        emit(actor, StaffActUndone(act.official.pk, done.pk, done.kind), subject=f"official:{act.official.pk}")
    return done


#: Acts on the account as a whole: so is undoing them.
_WHOLE = frozenset({StaffActKind.LEAVE, StaffActKind.LEAVE_ENDED, StaffActKind.SERVICE_ENDED})


def _may_undo(actor: Actor, done: StaffAct) -> None:
    """Undoing gives and takes the same roles as doing: the same right is needed."""
    own = Official.objects.filter(account_id=actor.account).first() if actor.account else None
    for change in done.changes["rows"]:
        row = change["before"] or change["after"]
        gives = change["what"] != "absence" and change["before"] is not None
        if gives and own is not None and row["official_id"] == str(own.pk):
            raise Denied(_("Không ai tự giao quyền cho mình. Hãy nhờ một người quản trị khác."))
        if "agency_id" in row:
            MANAGE_OFFICIALS.require(actor, UUID(row["agency_id"]))
        if change["what"] == "post":
            only_province(actor, Role(row["role"]))
            if Role(row["role"]) in PROVINCE_WIDE and change["before"] is not None and not actor.system:
                raise Denied(_("Vai trò cấp tỉnh không lấy lại bằng hoàn tác: hãy lập đề nghị mới."))


def _undo(act: Act, change: terms.Change) -> None:
    """Undo one row. A post that the act made and that ends now passes its inbox on."""
    made = change["before"] is None and change["what"] == "post"
    try:
        with transaction.atomic():
            mended = terms.undo(change)
    except IntegrityError:
        raise Conflict(_("Cán bộ nay đã giữ vai trò đó bằng một phân công khác, nên không hoàn tác được.")) from None
    if made:
        post = Post.objects.filter(pk=change["id"]).select_related("official", "stands_in_for__official").first()
        if post is not None and post.ended_at is not None:
            Post.objects.filter(pk=post.pk).update(passed_on=True)
            back_to = post.stands_in_for.official.account_id if post.stands_in_for else None
            pass_duties(act.actor, post.official, post.agency_id, post.role, back_to, "post_ended")
    if isinstance(mended, Post) and str(mended.pk) != change["id"]:
        granted = PostGranted(
            act.official.pk, mended.pk, mended.agency_id, mended.role, mended.valid_from, mended.valid_to
        )
        emit(act.actor, granted, subject=f"official:{act.official.pk}")
    if isinstance(mended, SigningAuthority):
        mended.granted_by_id, mended.granted_by_name = act.actor.account, act.actor.name
        mended.save(update_fields=["granted_by", "granted_by_name"])


def _mend_account(act: Act, done: StaffAct) -> None:
    if "home" in done.changes:
        act.official.home_id = UUID(done.changes["home"]) if done.changes["home"] else None
    if done.kind == StaffActKind.SERVICE_ENDED:
        act.official.left_on = None
        if done.changes.get("account_closed"):
            Account.objects.filter(pk=act.official.account_id).update(is_active=True)
