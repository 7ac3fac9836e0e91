"""How a request becomes an Actor: a session cookie or a bearer token, one query for the account with its posts."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tinhso.kernel import clock
from tinhso.kernel.http.session import bearer
from tinhso.kernel.navigation import Menu, first_url
from tinhso.kernel.policy import ANONYMOUS, Actor, Grant
from tinhso.kernel.prepared import first, prepared
from tinhso.people.models import Account, Assurance, Custody, Post, Role
from tinhso.people.models.validity import in_force

#: Roles whose grants exist for policy only after a second factor in this session.
STRONG_ROLES = frozenset({Role.LEADER, Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN})
#: Roles that also reach what an agency left that is gone and in this one's custody.
KEEPING_ROLES = frozenset({Role.RECEIVER, Role.SPECIALIST, Role.LEADER, Role.CLERK})


def with_posts() -> QuerySet[Account]:
    """Active accounts, each with the posts it holds today and what these keep of agencies gone, in one query."""
    kept = Custody.objects.filter(keeper=OuterRef("agency_id")).order_by().values("old_id")
    posts = (
        Post.objects.filter(in_force(), official__account=OuterRef("pk"))
        .order_by()
        .values(post=JSONObject(role="role", agency="agency_id", kept=ArraySubquery(kept)))
    )
    return Account.objects.filter(is_active=True).annotate(
        posts=ArraySubquery(posts), known_name=F("person__full_name"), official_name=F("official__full_name")
    )


def roles_of(account: Account) -> frozenset[Grant]:
    """Every role the account holds today, whether or not this session may use it."""
    posts: list[dict[str, Any]] = account.posts  # type: ignore[attr-defined]
    held = frozenset(Grant(post["role"], UUID(post["agency"])) for post in posts)
    kept = {(post["role"], UUID(old)) for post in posts if post["role"] in KEEPING_ROLES for old in post["kept"]}
    return held | {Grant(role, old, kept=True) for role, old in kept if Grant(role, old) not in held}


def needs_second_factor(account: Account) -> bool:
    return any(grant.role in STRONG_ROLES for grant in roles_of(account))


def actor_for(account: Account, *, strong: bool) -> Actor:
    """The actor of a log-in. A first password that was not changed yet opens nothing: no role, and nothing of the
    person behind the account, since whoever gave it knows it too."""
    grants, owner = frozenset[Grant](), not account.must_change_password
    if owner:
        grants = frozenset(g for g in roles_of(account) if strong or g.role not in STRONG_ROLES)
    known: Any = account
    return Actor(
        account=account.pk,
        subject=account.person_id if owner else None,
        assured=owner and account.assurance == Assurance.VERIFIED,
        strong=strong,
        grants=grants,
        lent=not owner,
        name=known.official_name or known.known_name or account.full_name or account.login,
    )


def landing(account: UUID) -> str:
    """Where this account starts when no page was asked for: an official at the first page of the rail.

    The posts count before the second factor is used too: the first steps come in between and lead on to there.
    """
    known = first(of_account(account=account))
    roles = roles_of(known) if known else frozenset[Grant]()
    return (first_url(Menu.DESK, Actor(account=account, strong=True, grants=roles)) if roles else "") or "/"


def digest(token: str) -> str:
    """How a bearer token is stored and looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


def second_factor_used(request: HttpRequest, account: Account) -> bool:
    """Whether this session passed a second factor (allauth keeps the record in the session)."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, account))


@prepared
def _of_token(digest: str, now: datetime) -> QuerySet[Account]:
    found = with_posts().filter(tokens__digest=digest, tokens__expires_at__gt=now)
    return found.annotate(token_strong=F("tokens__strong"), token_auth_hash=F("tokens__auth_hash"))


@prepared
def of_account(account: UUID) -> QuerySet[Account]:
    """`with_posts` of one account."""
    return with_posts().filter(pk=account)


def by_token(token: str) -> Actor:
    """The actor of a bearer token; anonymous when it is unknown, expired, or older than the password."""
    account: Any = first(_of_token(digest=digest(token), now=clock.real()))
    if account is None or not constant_time_compare(account.token_auth_hash, account.get_session_auth_hash()):
        return ANONYMOUS
    return actor_for(account, strong=account.token_strong)


def actor_source(request: HttpRequest) -> Actor:
    """The registered source: a bearer token when there is one, else the session (`kernel.http` asks for its token)."""
    token = bearer(request)
    if token is not None:
        return by_token(token)
    account: Any = request.user
    if not account.is_authenticated:
        return ANONYMOUS
    return actor_for(account, strong=second_factor_used(request, account))
