"""Accounts and VNeID: whose holder it vouches for, and that nobody is taken over by it.

A link ties VNeID's own subject to one account. The identity it vouches for ties the account to a person. When
that person has another account already, nothing happens but a note to its owner: that account is signed in to
with its password and linked from within, or sorted out at a counter.
"""

from dataclasses import dataclass
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Conflict, Denied, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import ANONYMOUS, Actor
from tinhso.people import actions
from tinhso.people.actions import SeenIdentity
from tinhso.people.codes import account_code
from tinhso.people.events import AccountRegistered, IdentityContested
from tinhso.people.models import Account
from tinhso.people.queries import account_of, person_with

PROVIDER = "vneid"


@dataclass(frozen=True)
class Vouched:
    """What VNeID says: its own name for the holder, and who the holder is."""

    subject: str
    seen: SeenIdentity


def sign_in(vouched: Vouched) -> Account:
    """The account of this VNeID holder, made when the person has none. Raises Conflict, Invalid."""
    with transaction.atomic():
        linked = _linked(vouched.subject)
        if linked is not None:
            return _still_the_same(linked, vouched)
        owner = _owner(vouched)
        if owner is None:
            return _new_account(vouched)
        _contest(owner)
    raise _taken()


def link(actor: Actor, vouched: Vouched) -> Account:
    """Tie this VNeID holder to the account that is signed in, and verify it. Raises Denied, Conflict, Invalid."""
    if actor.account is None:
        raise Denied
    with transaction.atomic():
        linked = _linked(vouched.subject)
        owner = linked.pk if linked is not None else _owner(vouched)
        if owner in (None, actor.account):
            return _tie(actor, actor.account, vouched, known=linked is not None)
        _contest(owner)
    raise _taken()


def _linked(subject: str) -> Account | None:
    found = SocialAccount.objects.filter(provider=PROVIDER, uid=subject).first()
    return Account.objects.filter(pk=found.user_id).first() if found is not None else None


def _owner(vouched: Vouched) -> UUID | None:
    """The account that stands for the person of this identity already."""
    person = person_with(vouched.seen.kind, vouched.seen.number)
    return account_of(person.pk) if person is not None else None


def _still_the_same(account: Account, vouched: Vouched) -> Account:
    """A link holds only while VNeID vouches for the same person as before."""
    person = person_with(vouched.seen.kind, vouched.seen.number)
    if not account.is_active or person is None or person.pk != account.person_id:
        raise Conflict(
            _("VNeID trả về danh tính khác với lần liên kết trước. Hãy đăng nhập bằng mật khẩu hoặc ra quầy.")
        )
    return account


def _new_account(vouched: Vouched) -> Account:
    code = account_code()
    account = Account(login=f"vneid-{code.lower()}", full_name=vouched.seen.full_name, code=code)
    account.set_unusable_password()
    account.save()
    emit(ANONYMOUS, AccountRegistered(account.pk), subject=f"account:{account.pk}")
    return _tie(Actor(account=account.pk), account.pk, vouched, known=False)


def _tie(actor: Actor, account_id: UUID, vouched: Vouched, *, known: bool) -> Account:
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise NotFound
    if account.verified:
        _still_the_same(account, vouched)
    else:
        actions.verify_by_vneid(actor, account_id, vouched.seen)
        account.refresh_from_db()
    if not known:
        SocialAccount.objects.create(user=account, provider=PROVIDER, uid=vouched.subject, extra_data={})
    return account


def _contest(owner: UUID) -> None:
    emit(ANONYMOUS, IdentityContested(owner), subject=f"account:{owner}")
    notify([owner], "people.identity_contested", {}, subject=f"account:{owner}")


def _taken() -> Conflict:
    return Conflict(
        _(
            "Danh tính này đã gắn với một tài khoản khác. Hãy đăng nhập tài khoản đó bằng mật khẩu rồi liên kết VNeID "
            "ở trang “Tài khoản của tôi”, hoặc mang giấy tờ ra quầy."
        )
    )
