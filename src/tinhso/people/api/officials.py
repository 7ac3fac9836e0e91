"""Officials over HTTP: the directory, posts, leave, signing authority, log-ins, province-wide roles.

Each act on an official takes the ETag of the last read as If-Match, so that nothing is overwritten unseen.
"""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Header, Query, Router, Status

from tinhso.kernel.http.paging import Cursor, Limit, Page
from tinhso.kernel.http.versions import etag, version_sent
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.api.schemas import (
    Appointed,
    Appointment,
    AuthorityOut,
    AuthorityRow,
    LeaveEnd,
    LeaveOut,
    NewAuthority,
    NewLeave,
    NewPost,
    NewProposal,
    OfficialOut,
    OfficialRow,
    PostOut,
    ProposalOut,
    Revoked,
    RightOut,
    SessionRow,
    TermEnd,
    Transfer,
)
from tinhso.people.models import Absence, Post, Role, RoleProposal, SigningAuthority
from tinhso.people.policies import MANAGE_OFFICIALS, PROVINCE_ROLES, SEE_OFFICIALS
from tinhso.people.queries import matrix

router = Router(tags=["officials"])

IfMatch = Annotated[str | None, Header(alias="If-Match", description="the ETag of the official as last read")]
Text = Annotated[str, Query(max_length=100, description="part of a name, with or without marks")]


@router.get("/officials", response=Page[OfficialRow], summary="Officials of the agencies that I administer")
@guard(SEE_OFFICIALS)
def directory(
    request: ActedRequest,
    q: Text = "",
    agency: UUID | None = None,
    role: Role | None = None,
    left: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    items, following = queries.directory(
        request.actor, text=q, agency=agency, role=role or "", left=left, cursor=cursor, limit=limit
    )
    return {"items": items, "next_cursor": following}


@router.post("/officials", response={201: Appointed}, summary="Appoint an official")
@guard(MANAGE_OFFICIALS)
def appoint(request: ActedRequest, response: HttpResponse, body: Appointment) -> Status[Appointed]:
    """An account with a first password that must be changed."""
    response["Cache-Control"] = "no-store"
    official, password = actions.appoint_official(request.actor, **body.dict())
    response["ETag"] = etag(official.version)
    return Status(201, Appointed(official_id=official.pk, account_id=official.account_id, first_password=password))


@router.get("/officials/{official}", response=OfficialOut, summary="One official")
@guard(SEE_OFFICIALS)
def official(request: ActedRequest, response: HttpResponse, official: UUID) -> Any:
    found = queries.official(request.actor, official)
    response["ETag"] = etag(found.version)
    return found


@router.get("/officials/{official}/rights", response=list[RightOut], summary="What an official may do today")
@guard(SEE_OFFICIALS)
def rights(request: ActedRequest, official: UUID) -> Any:
    """Computed from the policies themselves, as for a session with a second factor."""
    return matrix.rights_of(queries.official(request.actor, official))


@router.post("/officials/{official}/posts", response={201: PostOut}, summary="Give an official a role")
@guard(MANAGE_OFFICIALS)
def grant_post(request: ActedRequest, official: UUID, body: NewPost, if_match: IfMatch = None) -> Status[Post]:
    """Roles above one agency need a second person: see `/officials/{official}/role-proposals`."""
    version = version_sent(request)
    return Status(201, actions.grant_post(request.actor, official, version=version, **body.dict()))


@router.post("/posts/{post}/end", response={204: None}, summary="End a post")
@guard(MANAGE_OFFICIALS)
def end_post(request: ActedRequest, post: UUID, body: TermEnd, if_match: IfMatch = None) -> Status[None]:
    """The inbox passes on, and a signing authority that rests on the post ends with it."""
    actions.end_post(request.actor, post, version=version_sent(request), **body.dict())
    return Status(204, None)


@router.post("/officials/{official}/transfer", response={201: PostOut}, summary="Move an official to another agency")
@guard(MANAGE_OFFICIALS)
def transfer(request: ActedRequest, official: UUID, body: Transfer, if_match: IfMatch = None) -> Status[Post]:
    """Needs the right to administer both agencies."""
    return Status(201, actions.transfer(request.actor, official, version=version_sent(request), **body.dict()))


@router.post("/officials/{official}/leaves", response={201: LeaveOut}, summary="Leave, with or without a stand-in")
@guard(MANAGE_OFFICIALS)
def take_leave(request: ActedRequest, official: UUID, body: NewLeave, if_match: IfMatch = None) -> Status[Absence]:
    """The stand-in gets the same roles for that time; signing is not passed on."""
    return Status(201, actions.take_leave(request.actor, official, version=version_sent(request), **body.dict()))


@router.post("/leaves/{leave}/end", response={204: None}, summary="Come back from leave")
@guard(MANAGE_OFFICIALS)
def end_leave(request: ActedRequest, leave: UUID, body: LeaveEnd, if_match: IfMatch = None) -> Status[None]:
    actions.end_leave(request.actor, leave, last_day=body.last_day, version=version_sent(request))
    return Status(204, None)


@router.post("/officials/{official}/end-of-service", response={204: None}, summary="An official leaves the service")
@guard(MANAGE_OFFICIALS)
def end_service(request: ActedRequest, official: UUID, body: TermEnd, if_match: IfMatch = None) -> Status[None]:
    """Every post, signing authority and log-in ends; the account is closed; what was done stays."""
    actions.end_service(request.actor, official, version=version_sent(request), **body.dict())
    return Status(204, None)


@router.post("/staff-acts/{act}/undo", response={204: None}, summary="Undo the newest act on an official")
@guard(MANAGE_OFFICIALS)
def undo_act(request: ActedRequest, act: UUID, if_match: IfMatch = None) -> Status[None]:
    """As far as that is the truth: a role that was held ends now, one that had ended is given anew from today."""
    actions.undo_act(request.actor, act, version=version_sent(request))
    return Status(204, None)


@router.get("/signing-authorities", response=Page[AuthorityRow], summary="Who may sign for whom")
@guard(SEE_OFFICIALS)
def authorities(
    request: ActedRequest,
    agency: UUID | None = None,
    over: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    items, following = queries.authorities(request.actor, agency=agency, over=over, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.post("/officials/{official}/signing-authorities", response={201: AuthorityOut}, summary="Let an official sign")
@guard(MANAGE_OFFICIALS)
def grant_signing_authority(
    request: ActedRequest, official: UUID, body: NewAuthority, if_match: IfMatch = None
) -> Status[SigningAuthority]:
    """In one form at a time for each agency: as head, KT., TL. or TUQ."""
    version = version_sent(request)
    return Status(201, actions.grant_signing_authority(request.actor, official, version=version, **body.dict()))


@router.post("/signing-authorities/{authority}/end", response={204: None}, summary="End a signing authority")
@guard(MANAGE_OFFICIALS)
def end_signing_authority(
    request: ActedRequest, authority: UUID, body: TermEnd, if_match: IfMatch = None
) -> Status[None]:
    """What was signed stays valid."""
    actions.end_signing_authority(request.actor, authority, version=version_sent(request), **body.dict())
    return Status(204, None)


@router.get("/role-proposals", response=Page[ProposalOut], summary="Province-wide roles proposed and decided")
@guard(PROVINCE_ROLES)
def proposals(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.proposals(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.post(
    "/officials/{official}/role-proposals", response={201: ProposalOut}, summary="Propose a province-wide role"
)
@guard(PROVINCE_ROLES)
def propose(request: ActedRequest, official: UUID, body: NewProposal, if_match: IfMatch = None) -> Status[RoleProposal]:
    """It opens nothing until another administrator of the province approves."""
    return Status(201, actions.propose_role(request.actor, official, version=version_sent(request), **body.dict()))


@router.post("/role-proposals/{proposal}/approval", response={204: None}, summary="Approve, as the second person")
@guard(PROVINCE_ROLES)
def approve(request: ActedRequest, proposal: UUID) -> Status[None]:
    actions.approve_role(request.actor, proposal)
    return Status(204, None)


@router.post(
    "/role-proposals/{proposal}/refusal", response={204: None}, summary="Do not approve; or withdraw one's own"
)
@guard(PROVINCE_ROLES)
def refuse(request: ActedRequest, proposal: UUID) -> Status[None]:
    actions.refuse_role(request.actor, proposal)
    return Status(204, None)


@router.get("/officials/{official}/sessions", response=list[SessionRow], summary="Where an official is signed in")
@guard(SEE_OFFICIALS)
def sessions(request: ActedRequest, official: UUID) -> Any:
    return queries.sessions_of_official(request.actor, official)


@router.post("/officials/{official}/sessions/revocation", response=Revoked, summary="End every log-in of an official")
@guard(MANAGE_OFFICIALS)
def revoke(request: ActedRequest, official: UUID) -> Revoked:
    return Revoked(count=actions.revoke_of_official(request.actor, official))
