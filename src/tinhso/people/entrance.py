"""The door: passwords and second factors are tried here, by pages and API alike, within the same budgets.

An unknown log-in costs one password hash like a known one, draws from the same budgets and gets the same
answer, so nobody learns here whether an account exists. What a success costs is given back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.kernel import audit
from tinhso.kernel.errors import Invalid, TooMany
from tinhso.kernel.policy import ANONYMOUS, Actor
from tinhso.kernel.throttle import Budget, network_of, refund, spend, spend_all
from tinhso.people.contacts import normal_login
from tinhso.people.models import Account

WINDOW = timedelta(minutes=15)
TRIES_HERE = 5  #: wrong passwords for one log-in from one address
TRIES_ANYWHERE = 30  #: for one log-in from everywhere: guessing spread over many addresses
TRIES_ADDRESS = 100  #: for one address: a commune's whole office may share one
CODE_TRIES = 5  #: wrong second-factor codes of one account
CODE_LIFE = timedelta(minutes=2)  #: a code is taken once within the time in which it could be right


def address_of(request: HttpRequest) -> str:
    """The network address a request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def try_password(request: HttpRequest, login: str, password: str) -> Account | None:
    """The active account with this log-in and password, else None. Raises TooMany."""
    name, address = normal_login(login), address_of(request)
    network = network_of(address)
    budgets = (
        Budget(f"sign-in-from:{network}", TRIES_ADDRESS),
        Budget(f"sign-in:{name}:{network}", TRIES_HERE),
        Budget(f"sign-in:{name}", TRIES_ANYWHERE),
    )
    spend_all(WINDOW, *budgets)
    account = authenticate(request, username=name, password=password)
    if account is None:
        audit.record(ANONYMOUS, "people.sign_in_refused", subject="door:password", data={"address": address})
        return None
    audit.record(Actor(account=account.pk), "people.password_right", subject=f"account:{account.pk}", data={})
    for budget in budgets:
        refund(budget.key)
    return account


@contextmanager
def password_budget(account: Account) -> Iterator[None]:
    """Around the check of the password of an account that is signed in, which raises when it is wrong: whoever sits
    before somebody's open session does not guess it. Raises TooMany."""
    key = f"own-password:{account.pk}"
    spend(key, TRIES_HERE, WINDOW)
    yield
    refund(key)


@contextmanager
def code_budget(account: Account, code: str) -> Iterator[None]:
    """Around the check of a second-factor code, which raises when it is wrong: few tries, each code taken once.

    Raises TooMany.
    """
    key = f"second-factor:{account.pk}"
    spend(key, CODE_TRIES, WINDOW)
    yield
    refund(key)
    try:
        # "123 456" opens like "123456": one code, however it is typed.
        spend(f"second-factor-used:{account.pk}:{normalize_user_code(code)}", 1, CODE_LIFE)
    except TooMany:
        raise Invalid(_("Mã này đã được dùng. Hãy đợi mã tiếp theo, khoảng 30 giây.")) from None


def has_second_factor(account: Account) -> bool:
    return bool(Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists())


def check_second_factor(account: Account, code: str) -> None:
    """The code is the account's current one-time code, or an unused recovery code. Raises Invalid, TooMany."""
    with code_budget(account, code):
        for held in Authenticator.objects.filter(user=account).exclude(type=Authenticator.Type.WEBAUTHN):
            if held.wrap().validate_code(code):
                return
        raise Invalid(_("Mã xác thực chưa đúng. Hãy xem lại đồng hồ và mã mới nhất trên điện thoại."))
