"""People of the tests: a citizen, officials in roles, and their second factors."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import ScryptPasswordHasher, make_password
from django.core.mail import EmailMessage

from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.people.codes import account_code
from tinhso.people.hashing import Scrypt
from tinhso.people.models import Account, Official, Post, Role
from tinhso.places import queries as places

PASSWORD = "biển xanh hòn tre"
FULL = ScryptPasswordHasher.work_factor
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def totp_now(step: int = 1) -> str:
    """The current code (step 0: the one before, 2: the next)."""
    return format_hotp_value(hotp_value(SECRET, list(yield_hotp_counters_from_time())[step]))


@pytest.fixture
def full_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost in an instance (the suite makes them cheap)."""
    monkeypatch.setattr(Scrypt, "work_factor", FULL)


def sent_code(mails: list[EmailMessage]) -> str:
    """The code in the latest mail, once the worker has sent it."""
    run_waiting()
    return next(word for word in mails[-1].body.replace(",", " ").split() if word.isdigit())


def make_account(login: str, **fields: object) -> Account:
    return Account.objects.create(
        login=login, full_name=login, code=account_code(), password=make_password(PASSWORD), **fields
    )


@pytest.fixture
def citizen(db) -> Account:
    return make_account("0912345678", phone="0912345678")


@pytest.fixture
def agency(db) -> UUID:
    """The People's Committee of Hòn Tre (đặc khu Kiên Hải) today."""
    return places.agency_of_unit("31108", clock.today()).pk


@pytest.fixture
def appoint(db, agency) -> Callable[..., Account]:
    """An official with a role at the agency; with a second factor when ``strong``."""

    def make(role: Role, *, login: str | None = None, strong: bool = False, **fields: object) -> Account:
        account = make_account(login or role.value, **fields)
        official = Official.objects.create(account=account, full_name=f"Cán bộ {role}", title=role.label)
        Post.objects.create(official=official, agency_id=agency, role=role, valid_from=date(2020, 1, 1))
        if strong:
            TOTP.activate(account, SECRET)
        return account

    return make


@pytest.fixture
def sign_in(client) -> Callable[..., object]:
    """Sign in through the page, as a person does."""

    def go(login: str, password: str = PASSWORD, **extra: object):
        return client.post("/dang-nhap/", {"login": login, "password": password}, **extra)

    return go
