"""Log-in, registration and identity over HTTP."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict, field_validator

from tinhso.kernel.http.session import bearer
from tinhso.kernel.legible import all_legible
from tinhso.kernel.policy import PUBLIC, SIGNED_IN, ActedRequest, guard
from tinhso.people import actions, queries, registration, tokens
from tinhso.people.actions import SeenIdentity
from tinhso.people.entrance import address_of
from tinhso.people.events import ClosureReason
from tinhso.people.models import IdentifierKind, Post, Role, Sex, SigningAuthority, SigningForm, Way
from tinhso.people.models.accounts import Assurance
from tinhso.people.policies import CLOSE_ACCOUNT, MANAGE_OFFICIALS, VERIFY_IDENTITY

router = Router(tags=["people"])

Name = Field(max_length=200)


class Sent(Schema):
    """What a program sends: known members only, in text that reads as it is written."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="after")
    @classmethod
    def _readable(cls, value: object) -> object:
        if isinstance(value, str) and not all_legible(value):
            raise ValueError(_("Có ký tự không đọc được."))
        return value


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
    birth_date: date | None = None
    kind: IdentifierKind | None = None
    number: str = Field("", max_length=30)


class Verification(Sent):
    """What the officer at the counter saw."""

    account: str = Field(max_length=150, description="the account's code, or its log-in name")
    agency_id: UUID
    full_name: str = Name
    birth_date: date | None = None
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
        roles=[RoleOut(role=Role(g.role), agency_id=g.scope) for g in sorted(actor.grants, key=str)],
    )


@router.post("/sessions", response={201: SessionOut}, summary="Sign in")
@guard(PUBLIC)
def open_session(request: HttpRequest, response: HttpResponse, body: SignIn) -> Status[tokens.Issued]:
    """A bearer token. Unknown, wrong and closed accounts get the same answer, and few tries."""
    response["Cache-Control"] = "no-store"
    return Status(201, tokens.open_session(request, body.login, body.password, body.code))


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
def verify_identity(request: HttpRequest, body: Verification) -> Status[Verified]:
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


class Appointment(Sent):
    """A new official of an agency."""

    agency_id: UUID
    login: str = Field(max_length=150, description="short name, such as `hontre.tiepnhan`")
    full_name: str = Name
    title: str = Field(max_length=200, description="chức vụ, chức danh")
    email: str = Field("", max_length=254)


class Appointed(Schema):
    """The first password is shown this once and must be changed at the first log-in."""

    official_id: UUID
    account_id: UUID
    first_password: str


class Term(Sent):
    """From a day to a day, both included; no last day: until further notice."""

    valid_from: date
    valid_to: date | None = None


class NewPost(Term):
    """A role at an agency."""

    agency_id: UUID
    role: Role


class PostOut(Schema):
    """A post."""

    id: UUID
    official_id: UUID
    agency_id: UUID
    role: Role
    valid_from: date
    valid_to: date | None


class PostEnd(Sent):
    """The last day of a post; without one it ends at once."""

    last_day: date | None = None


class NewAuthority(Term):
    """Leave to sign (Decree 30/2020, article 13)."""

    agency_id: UUID
    form: SigningForm
    position: str = Field(max_length=200, description="as printed, such as PHÓ CHỦ TỊCH")
    on_behalf_of: str = Field(
        "", max_length=200, description="as printed, such as CHỦ TỊCH; empty when signing as head"
    )
    basis: str = Field("", max_length=300, description="the decision or written delegation")


class AuthorityOut(Schema):
    """Leave to sign, as stored."""

    id: UUID
    official_id: UUID
    agency_id: UUID
    form: SigningForm
    position: str
    on_behalf_of: str
    valid_from: date
    valid_to: date | None


class Closure(Sent):
    """Why an account is closed."""

    reason: ClosureReason


@router.post("/accounts/{account}/closure", response={204: None}, summary="Close an account")
@guard(CLOSE_ACCOUNT)
def close_account(request: HttpRequest, account: UUID, body: Closure) -> Status[None]:
    """It opens nothing any more, at once; what it did stays. Its person may verify another account."""
    actions.close_account(cast(ActedRequest, request).actor, account, reason=body.reason)
    return Status(204, None)


@router.post("/officials", response={201: Appointed}, summary="Appoint an official")
@guard(MANAGE_OFFICIALS)
def appoint(request: HttpRequest, response: HttpResponse, body: Appointment) -> Status[Appointed]:
    """An account with a first password that must be changed."""
    response["Cache-Control"] = "no-store"
    official, password = actions.appoint_official(cast(ActedRequest, request).actor, **body.dict())
    return Status(201, Appointed(official_id=official.pk, account_id=official.account_id, first_password=password))


@router.post("/officials/{official}/posts", response={201: PostOut}, summary="Give an official a role")
@guard(MANAGE_OFFICIALS)
def grant_post(request: HttpRequest, official: UUID, body: NewPost) -> Status[Post]:
    return Status(201, actions.grant_post(cast(ActedRequest, request).actor, official, **body.dict()))


@router.post("/posts/{post}/end", response={204: None}, summary="End a post")
@guard(MANAGE_OFFICIALS)
def end_post(request: HttpRequest, post: UUID, body: PostEnd) -> Status[None]:
    actions.end_post(cast(ActedRequest, request).actor, post, last_day=body.last_day)
    return Status(204, None)


@router.post("/officials/{official}/signing-authorities", response={201: AuthorityOut}, summary="Let an official sign")
@guard(MANAGE_OFFICIALS)
def grant_signing_authority(request: HttpRequest, official: UUID, body: NewAuthority) -> Status[SigningAuthority]:
    """In one form at a time for each agency: as head, KT., TL. or TUQ."""
    return Status(201, actions.grant_signing_authority(cast(ActedRequest, request).actor, official, **body.dict()))
