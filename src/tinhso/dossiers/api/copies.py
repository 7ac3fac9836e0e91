"""Certified electronic copies: an original that was shown is scanned, attested, signed, sealed; taken back after."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import content_of, handed_out
from tinhso.dossiers.models import CertifiedCopy
from tinhso.dossiers.policies import COPIES, COUNTER, REVOKE_COPY, SEAL_COPY, SIGN_COPY
from tinhso.dossiers.queries import Download
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


class NewCopy(Sent):
    title: str = Field(max_length=255, description="what the original is called")
    original_seen: bool = Field(description="the official held the original and compared every page")
    number: str = Field("", max_length=60, description="the number on the original")
    issuer: str = Field("", max_length=255, description="who issued the original")


class NewCopyReason(Sent):
    reason: str = Field(max_length=2000)


class CopyFacts(Schema):
    """One certified copy. ``number``: in the agency's book, from the signature on; ``fault``: why signing failed."""

    id: UUID
    agency: UUID
    presence: UUID
    title: str
    original_number: str
    original_issuer: str
    state: str
    state_words: str
    number: str
    attested_by: str
    attested_at: datetime
    signer: str
    sealed_by: str
    issued_at: datetime | None
    refusal: str
    revoked_at: datetime | None
    revoke_reason: str
    fault: str


def _facts(copy: CertifiedCopy) -> CopyFacts:
    return CopyFacts(
        id=copy.id,
        agency=copy.agency_id,
        presence=copy.presence_id,
        title=copy.title,
        original_number=copy.original_number,
        original_issuer=copy.original_issuer,
        state=copy.state,
        state_words=copy.get_state_display(),
        number=copy.number,
        attested_by=copy.attested_by_name,
        attested_at=copy.attested_at,
        signer=copy.signer_name,
        sealed_by=copy.sealed_by_name,
        issued_at=copy.issued_at,
        refusal=copy.refusal,
        revoked_at=copy.revoked_at,
        revoke_reason=copy.revoke_reason,
        fault=copy.fault,
    )


@router.post("/presences/{presence}/certified-copies", response={201: CopyFacts}, summary="Attest scanned pages")
@guard(COUNTER)
def attest(
    request: ActedRequest,
    presence: UUID,
    body: Form[NewCopy],
    pages: Annotated[list[UploadedFile], File(max_length=20)],
) -> Any:
    made = actions.attest(
        request.actor,
        presence,
        title=body.title,
        original_seen=body.original_seen,
        pages=[(one.name or "", content_of(one)) for one in pages],
        number=body.number,
        issuer=body.issuer,
    )
    return Status(201, _facts(made))


@router.get("/certified-copies", response=Page[CopyFacts], summary="Issued or taken back, the newest first")
@guard(COPIES)
def made(
    request: ActedRequest, q: Annotated[str, Query(max_length=255)] = "", cursor: Cursor = None, limit: Limit = 20
) -> Any:
    rows, following = queries.copies_made(request.actor, q.strip(), cursor, limit)
    return {"items": [_facts(row) for row in rows], "next_cursor": following}


@router.get("/certified-copies/under-way", response=list[CopyFacts], summary="Those that wait for signature or seal")
@guard(COPIES)
def under_way(request: ActedRequest) -> Any:
    return [_facts(row) for row in queries.copies_under_way(request.actor)]


@router.get("/certified-copies/{copy_id}", response=CopyFacts, summary="One copy; the look is noted")
@guard(COPIES)
def one(request: ActedRequest, copy_id: UUID) -> Any:
    return _facts(queries.copy(request.actor, copy_id))


@router.get("/certified-copies/{copy_id}/pages/{number}", summary="A scanned page")
@guard(COPIES)
def page(request: ActedRequest, copy_id: UUID, number: int) -> HttpResponse:
    content = queries.copy_page(request.actor, copy_id, number)
    return handed_out(Download(f"trang-{number}.jpg", "image/jpeg", content))


@router.get("/certified-copies/{copy_id}/file", summary="The sealed copy, while it is in force")
@guard(COPIES)
def file(request: ActedRequest, copy_id: UUID) -> HttpResponse:
    name, content = queries.copy_file(request.actor, copy_id)
    return handed_out(Download(name, "application/pdf", content))


@router.post("/certified-copies/{copy_id}/signature", response={202: CopyFacts}, summary="Order the signature")
@guard(SIGN_COPY)
def sign(request: ActedRequest, copy_id: UUID) -> Any:
    return Status(202, _facts(actions.sign_copy(request.actor, copy_id)))


@router.post("/certified-copies/{copy_id}/seal", response={202: CopyFacts}, summary="Order the agency's seal")
@guard(SEAL_COPY)
def seal(request: ActedRequest, copy_id: UUID) -> Any:
    return Status(202, _facts(actions.seal_copy(request.actor, copy_id)))


@router.post("/certified-copies/{copy_id}/refusal", response=CopyFacts, summary="Not to be certified, and why")
@guard(SIGN_COPY)
def refuse(request: ActedRequest, copy_id: UUID, body: NewCopyReason) -> Any:
    return _facts(actions.refuse_copy(request.actor, copy_id, reason=body.reason))


@router.post("/certified-copies/{copy_id}/revocation", response=CopyFacts, summary="Take an issued copy back")
@guard(REVOKE_COPY)
def revoke(request: ActedRequest, copy_id: UUID, body: NewCopyReason) -> Any:
    return _facts(actions.revoke_copy(request.actor, copy_id, reason=body.reason))
