"""What can be asked of requests about personal data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tinhso.kernel import clock, disclosure, files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.vault.models import DataRequest, RequestKind, RequestState
from tinhso.vault.pack import Term, term_on
from tinhso.vault.policies import COUNTER_DATA, DECIDE_ERASURE, MY_DATA
from tinhso.vault.queries import Download
from tinhso.vault.requests import Planned, plan


@dataclass(frozen=True)
class Asked:
    """A request as its person and the official who wrote it down see it. ``ready``: its files can be fetched now."""

    id: UUID
    kind: str
    kind_words: str
    state: str
    state_words: str
    asked_at: datetime
    asked_by_name: str
    answer_by: datetime | None
    done_by: datetime | None
    finished_at: datetime | None
    answer: str
    ready: bool
    expires_at: datetime | None
    kept: list[dict[str, Any]]


@dataclass(frozen=True)
class ToDecide:
    """An erasure before the one who decides: what would go, what stays, and the person's own words."""

    asked: Asked
    reason: str
    at_counter: bool
    planned: list[Planned]


def mine(actor: Actor, *, cursor: str | None = None, limit: int = 20) -> tuple[list[Asked], str | None]:
    """One's own requests, the latest first; one query. Raises Denied."""
    MY_DATA.require(actor)
    if actor.subject is None:
        raise NotFound
    return _page(DataRequest.objects.filter(person=actor.subject), cursor, limit)


def written_down(actor: Actor, *, cursor: str | None = None, limit: int = 20) -> tuple[list[Asked], str | None]:
    """What this official wrote down at a counter, the latest first; one query. Raises Denied."""
    COUNTER_DATA.require(actor)
    return _page(DataRequest.objects.filter(asked_by=actor.account, agency__isnull=False), cursor, limit)


def waiting(actor: Actor, *, cursor: str | None = None, limit: int = 20) -> tuple[list[Asked], str | None]:
    """Erasures that wait for a decision, the oldest first; one query. Raises Denied."""
    DECIDE_ERASURE.require(actor)
    rows = DataRequest.objects.filter(kind=RequestKind.ERASURE, state=RequestState.ASKED)
    found, following = paged(rows, cursor=cursor, limit=limit)
    return [shown(row) for row in found], following


def to_decide(actor: Actor, request: UUID) -> ToDecide:
    """One erasure; reading it goes to the disclosure log. One's own and somebody else's kind: NotFound."""
    row = DataRequest.objects.filter(id=request, kind=RequestKind.ERASURE).first()
    if row is None:
        raise NotFound
    DECIDE_ERASURE.require(actor, row)
    disclosure.note(
        actor,
        person=row.person_id,
        record=f"data-request:{row.id}",
        fields=["asked_by_name", "reason"],
        purpose=str(DECIDE_ERASURE.title),
    )
    open_ = row.state == RequestState.ASKED
    return ToDecide(shown(row), row.reason, row.agency_id is not None, plan(row.person_id) if open_ else [])


def my_plan(actor: Actor) -> list[Planned]:
    """What an erasure of one's own data would let go and what stays. Raises Denied."""
    MY_DATA.require(actor)
    if actor.subject is None:
        raise NotFound
    return plan(actor.subject)


def term(kind: str) -> Term | None:
    """The term that holds today for a kind of request."""
    return term_on(clock.today(), kind)


def fetched(actor: Actor, request: UUID, form: str) -> Download:
    """The finished export as "json" or "pdf" for its person; as "pdf", to print, for the official who wrote it down
    while the person stood there (that goes to the disclosure log). Somebody else's, or past its time: NotFound."""
    row = DataRequest.objects.select_related("data_file", "paper").filter(id=request).first()
    if row is None or form not in ("json", "pdf"):
        raise NotFound
    if not MY_DATA.allows(actor, row):
        COUNTER_DATA.require(actor, row)
        if form != "pdf":
            raise NotFound
        disclosure.note(
            actor,
            person=row.person_id,
            record=f"data-request:{row.id}",
            fields=["export"],
            purpose=str(COUNTER_DATA.title),
        )
    file = row.data_file if form == "json" else row.paper
    if file is None or not _ready(row):
        raise NotFound
    return Download(file.name, file.media_type, files.read(file.id))


def _page(rows: "QuerySet[DataRequest]", cursor: str | None, limit: int) -> tuple[list[Asked], str | None]:
    found, following = paged(rows, cursor=cursor, limit=limit, by=("-id",))
    return [shown(row) for row in found], following


def _ready(row: DataRequest) -> bool:
    return row.data_file_id is not None and row.expires_at is not None and row.expires_at > clock.now()


def shown(row: DataRequest) -> Asked:
    """A request as it is shown."""
    return Asked(
        id=row.id,
        kind=row.kind,
        kind_words=str(RequestKind(row.kind).label),
        state=row.state,
        state_words=str(RequestState(row.state).label),
        asked_at=row.created_at,
        asked_by_name=row.asked_by_name,
        answer_by=row.answer_by,
        done_by=row.done_by,
        finished_at=row.finished_at,
        answer=row.answer,
        ready=_ready(row),
        expires_at=row.expires_at,
        kept=row.outcome.get("kept", []),
    )
