"""Log-in, registration and identity over HTTP."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from tinhso.kernel.http.days import Day
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.http.session import bearer
from tinhso.kernel.policy import PUBLIC, SIGNED_IN, ActedRequest, guard
from tinhso.people import actions, queries, registration, tokens
from tinhso.people.actions import SeenIdentity
from tinhso.people.api.schemas import SessionRow
from tinhso.people.entrance import address_of
from tinhso.people.events import ClosureReason
from tinhso.people.models import IdentifierKind, Role, Sex, Way
from tinhso.people.models.accounts import Assurance
from tinhso.people.policies import CLOSE_ACCOUNT, VERIFY_IDENTITY

router = Router(tags=["people"])

Name = Field(max_length=200)


class SignIn(Sent):
    """What opens a session for a program."""

    login: str = Field(max_length=150, description="e-mail, telephone number or an official's short name")
    password: str = Field(max_length=200)
    code: str = Field("", max_length=20, description="one-time code, when the account has a second factor")


class SessionOut(Schema):
    """Send it as `Authorization: Bearer …`; it is shown this once."""

    token: str
    expires_at: datetime


class RoleOut(Schema):
    """A role that this session may use."""

    role: Role
    agency_id: UUID


class Me(Schema):
    """Who this session acts for."""

    account_id: UUID
    code: str = Field(description="read it out at the counter to have your identity verified")
    name: str
    login: str
    assurance: Assurance
    person_id: UUID | None = Field(description="the person whose identity this account proved; null until verified")
    strong: bool = Field(description="a second factor was used")
    must_change_password: bool
    roles: list[RoleOut]


class Registration(Sent):
    """A citizen's new account."""

    contact: str = Field(max_length=254, description="telephone number or e-mail; it becomes the log-in name")
    full_name: str = Name
    password: str = Field(max_length=200)


class Pending(Schema):
    """A code went to the contact. The answer is the same when the contact has an account."""

    id: UUID


class Code(Sent):
    """The code that was sent."""

    code: str = Field(max_length=20)


class NewPassword(Code):
    """The code that was sent, and the password to set."""

    password: str = Field(max_length=200)


class Contact(Sent):
    """Where a code goes."""

    contact: str = Field(max_length=254)


class Claim(Sent):
    """What an account says of itself; nobody has checked it and it opens nothing."""

    full_name: str = Name
    birth_date: Day | None = None
    kind: IdentifierKind | None = None
    number: str = Field("", max_length=30)


class IdentitySeen(Sent):
    """What the officer at the counter saw."""

    account: str = Field(max_length=150, description="the account's code, or its log-in name")
    agency_id: UUID
    full_name: str = Name
    birth_date: Day | None = None
    sex: Sex | None = None
    kind: IdentifierKind
    number: str = Field(max_length=30)
    nationality: str = Field("Việt Nam", max_length=60)
    residence: str = Field("", max_length=300)
    home_unit_code: str = Field("", max_length=10)
    papers_seen: bool = Field(description="original papers and the person were compared")


class Verified(Schema):
    """The account now stands for a person."""

    account_id: UUID
    person_id: UUID
    how: Way


def _me(request: HttpRequest) -> Me:
    actor = cast(ActedRequest, request).actor
    account = queries.account(cast(UUID, actor.account))
    return Me(
        account_id=account.pk,
        code=account.code,
        name=actor.name,
        login=account.login,
        assurance=Assurance(account.assurance),
        person_id=actor.subject,
        strong=actor.strong,
        must_change_password=account.must_change_password,
        roles=[RoleOut(role=Role(g.role), agency_id=g.scope) for g in sorted(actor.grants, key=str) if not g.kept],
    )


@router.post("/sessions", response={201: SessionOut}, summary="Sign in")
@guard(PUBLIC)
def open_session(request: HttpRequest, response: HttpResponse, body: SignIn) -> Status[tokens.Issued]:
    """A bearer token. Unknown, wrong and closed accounts get the same answer, and few tries."""
    response["Cache-Control"] = "no-store"
    return Status(201, tokens.open_session(request, body.login, body.password, body.code))


@router.get("/sessions", response=list[SessionRow], summary="Where I am signed in")
@guard(SIGNED_IN)
def own_sessions(request: ActedRequest) -> Any:
    if request.actor.account is None:
        return []
    return queries.sessions_of(request.actor.account, current=request.session.session_key or "")


@router.delete("/sessions/current", response={204: None}, summary="Sign out")
@guard(SIGNED_IN)
def close_session(request: HttpRequest) -> Status[None]:
    """The session that this request came with opens nothing any more."""
    token = bearer(request)
    if token is not None:
        tokens.close_session(token)
    else:
        logout(request)
    return Status(204, None)


@router.delete("/sessions/{session}", response={204: None}, summary="End one of my log-ins")
@guard(SIGNED_IN)
def end_session(request: ActedRequest, session: str) -> Status[None]:
    actions.revoke_own(request.actor, session)
    return Status(204, None)


@router.get("/me", response=Me, summary="Who I am")
@guard(SIGNED_IN)
def me(request: HttpRequest) -> Me:
    return _me(request)


@router.put("/me/identity", response=Me, summary="Say who I am")
@guard(SIGNED_IN)
def claim_identity(request: HttpRequest, body: Claim) -> Me:
    """Keeps what you say; it stays unverified until a counter or VNeID checks it."""
    actor = cast(ActedRequest, request).actor
    actions.claim_identity(
        actor, full_name=body.full_name, birth_date=body.birth_date, kind=body.kind or "", number=body.number
    )
    return _me(request)


@router.post("/accounts", response={202: Pending}, summary="Register")
@guard(PUBLIC)
def register(request: HttpRequest, body: Registration) -> Status[Pending]:
    """Sends a code to the contact. The answer does not tell whether the contact has an account."""
    return Status(202, Pending(id=registration.ask_to_register(address_of(request), **body.dict())))


@router.post("/accounts/{pending}/confirmation", response={201: Pending}, summary="Finish registering")
@guard(PUBLIC)
def confirm(request: HttpRequest, pending: UUID, body: Code) -> Status[Pending]:
    """With the code that was sent, the account exists; sign in next. The id in the answer is the account's."""
    return Status(201, Pending(id=registration.register(pending, body.code).pk))


@router.post("/password-resets", response={202: Pending}, summary="Forgotten password")
@guard(PUBLIC)
def ask_to_reset(request: HttpRequest, body: Contact) -> Status[Pending]:
    """Sends a code to the contact. The answer does not tell whether the contact has an account."""
    return Status(202, Pending(id=registration.ask_to_reset(address_of(request), contact=body.contact)))


@router.post("/password-resets/{pending}/confirmation", response={204: None}, summary="Set a new password")
@guard(PUBLIC)
def reset(request: HttpRequest, pending: UUID, body: NewPassword) -> Status[None]:
    """Every session and token of the account ends."""
    registration.reset(pending, body.code, body.password)
    return Status(204, None)


@router.post("/identity-verifications", response={201: Verified}, summary="Verify an identity at the counter")
@guard(VERIFY_IDENTITY)
def verify_identity(request: HttpRequest, body: IdentitySeen) -> Status[Verified]:
    """An officer who receives dossiers saw the person and the papers; the account now stands for that person."""
    actor = cast(ActedRequest, request).actor
    account_id = actions.find_for_counter(actor, body.agency_id, body.account).account
    seen = SeenIdentity(
        full_name=body.full_name,
        birth_date=body.birth_date,
        sex=body.sex or "",
        kind=body.kind,
        number=body.number,
        nationality=body.nationality,
        residence=body.residence,
        home_unit_code=body.home_unit_code,
    )
    person = actions.verify_identity(
        actor, account_id, agency_id=body.agency_id, seen=seen, papers_seen=body.papers_seen
    )
    return Status(201, Verified(account_id=account_id, person_id=person.pk, how=Way.COUNTER))


class Closure(Sent):
    """Why an account is closed."""

    reason: ClosureReason


@router.post("/accounts/{account}/closure", response={204: None}, summary="Close an account")
@guard(CLOSE_ACCOUNT)
def close_account(request: HttpRequest, account: UUID, body: Closure) -> Status[None]:
    """It opens nothing any more, at once; what it did stays. Its person may verify another account."""
    actions.close_account(cast(ActedRequest, request).actor, account, reason=body.reason)
    return Status(204, None)
