"""Lists of officials over HTTP: upload, state, lines, carrying out, undo."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import File, Form, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile

from tinhso.kernel.http.paging import Cursor, Limit, Page
from tinhso.kernel.http.versions import etag, version_sent
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.models import ImportLine, ImportState, OfficialImport
from tinhso.people.policies import MANAGE_OFFICIALS

router = Router(tags=["officials"])

IfMatch = Annotated[str | None, Header(alias="If-Match", description="the ETag of the list as last read")]
Only = Annotated[str, Query(max_length=10, description="new, post, changed, same, wrong, or left (not undone)")]


class ListOut(Schema):
    """A list of officials. `state` says what may be done; `done` of `total` lines are worked off."""

    id: UUID
    file_name: str
    state: ImportState
    version: int
    total: int
    done: int
    counts: dict[str, int]
    fault: str
    created_at: datetime
    done_at: datetime | None
    undone_at: datetime | None


class Fault(Schema):
    """What to do at a cell."""

    column: str
    words: str


class LineOut(Schema):
    """A line of the file: what it would do or did, or what is wrong with it."""

    number: int
    login: str
    full_name: str
    effect: ImportLine.Effect
    faults: list[Fault]
    left: str

    @staticmethod
    def resolve_login(line: ImportLine) -> str:
        return str(line.typed["login"])

    @staticmethod
    def resolve_full_name(line: ImportLine) -> str:
        return str(line.typed["full_name"])


def _with_etag(response: HttpResponse, batch: OfficialImport) -> OfficialImport:
    response["ETag"] = etag(batch.version)
    return batch


@router.post("/official-lists", response={202: ListOut}, summary="Upload a list of officials (.xlsx) to be checked")
@guard(MANAGE_OFFICIALS)
def upload(
    request: ActedRequest, response: HttpResponse, file: File[UploadedFile], by_mail: Form[bool] = False
) -> Status[OfficialImport]:
    """Changes nothing yet. The same file again, while the first is under way, answers the first."""
    batch = actions.upload_list(request.actor, name=file.name or "", content=file.read(), by_mail=by_mail)
    return Status(202, _with_etag(response, batch))


@router.get("/official-lists", response=Page[ListOut], summary="Lists that were uploaded")
@guard(MANAGE_OFFICIALS)
def lists(request: ActedRequest, cursor: Cursor = None, limit: Limit = 20) -> Any:
    items, following = queries.imports(request.actor, cursor, limit)
    return {"items": items, "next_cursor": following}


@router.get("/official-lists/{batch}", response=ListOut, summary="How far a list is")
@guard(MANAGE_OFFICIALS)
def state(request: ActedRequest, response: HttpResponse, batch: UUID) -> Any:
    return _with_etag(response, queries.official_import(request.actor, batch))


@router.get("/official-lists/{batch}/lines", response=Page[LineOut], summary="Lines of a list, with what is wrong")
@guard(MANAGE_OFFICIALS)
def lines(request: ActedRequest, batch: UUID, only: Only = "", cursor: Cursor = None, limit: Limit = 100) -> Any:
    found = queries.official_import(request.actor, batch)
    items, following = queries.lines(request.actor, found, only=only, cursor=cursor, limit=limit)
    return {"items": items, "next_cursor": following}


@router.post("/official-lists/{batch}/confirmation", response={202: ListOut}, summary="Carry a checked list out")
@guard(MANAGE_OFFICIALS)
def confirm(
    request: ActedRequest, response: HttpResponse, batch: UUID, if_match: IfMatch = None
) -> Status[OfficialImport]:
    return Status(
        202, _with_etag(response, actions.confirm_import(request.actor, batch, version=version_sent(request)))
    )


@router.post("/official-lists/{batch}/undo", response={202: ListOut}, summary="Undo a whole list")
@guard(MANAGE_OFFICIALS)
def undo(
    request: ActedRequest, response: HttpResponse, batch: UUID, if_match: IfMatch = None
) -> Status[OfficialImport]:
    """Accounts that were used since stay; their lines say why."""
    return Status(202, _with_etag(response, actions.undo_import(request.actor, batch, version=version_sent(request))))
