"""The thread of a dossier: applicant and agency write to each other."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.dossiers import actions, queries
from tinhso.dossiers.api.schemas import Count, content_of, handed_out
from tinhso.dossiers.policies import DESK, TALK
from tinhso.dossiers.queries import ThreadFacts, WaitingThread
from tinhso.kernel.http import Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.sent import Sent
from tinhso.kernel.policy import ActedRequest, guard

router = Router()


class NewMessage(Sent):
    text: str = Field("", max_length=4000)
    key: str = Field("", max_length=64, description="the sender's own mark: sent twice, it is one message")


@router.get("/unread-threads", response=Page[WaitingThread], summary="Dossiers whose applicant waits to be read")
@guard(DESK)
def unread_threads(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.unread_threads(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/dossiers/{dossier_id}/messages", response=ThreadFacts, summary="What was written; no formal act")
@guard(TALK)
def thread(request: ActedRequest, dossier_id: UUID, cursor: Cursor = None, limit: Limit = 30) -> Any:
    return queries.thread(request.actor, dossier_id, cursor, limit)


@router.post("/dossiers/{dossier_id}/messages", response={201: ThreadFacts}, summary="Write, with files")
@guard(TALK)
def write(
    request: ActedRequest,
    dossier_id: UUID,
    body: Form[NewMessage],
    files: Annotated[list[UploadedFile] | None, File(max_length=20)] = None,
) -> Any:
    papers = [(one.name or "", content_of(one)) for one in files or []]
    actions.write(request.actor, dossier_id, text=body.text, papers=papers, key=body.key)
    return Status(201, queries.thread(request.actor, dossier_id))


@router.post("/dossiers/{dossier_id}/messages/read", response=Count, summary="The other side's messages are read")
@guard(TALK)
def read(request: ActedRequest, dossier_id: UUID) -> Any:
    return {"count": actions.read_thread(request.actor, dossier_id)}


@router.get("/dossiers/{dossier_id}/messages/files/{message_file_id}", summary="A file of a message")
@guard(TALK)
def message_file(request: ActedRequest, dossier_id: UUID, message_file_id: UUID) -> HttpResponse:
    return handed_out(queries.message_file(request.actor, dossier_id, message_file_id))
