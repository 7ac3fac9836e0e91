"""A dossier's thread as its applicant and the agency's officials read it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from tinhso.dossiers import talking
from tinhso.dossiers.models import Dossier, Message, MessageFile, Step, with_procedure
from tinhso.dossiers.pack import ThreadRules, thread_rules
from tinhso.dossiers.policies import DESK, DESK_ROLES, OWN, TALK
from tinhso.dossiers.queries.readings import Download, note_reading
from tinhso.kernel import files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.notify import ToldCount, told_of
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.places import queries as places

#: What of a dossier is read in its thread, for the disclosure log.
FIELD = "messages"


@dataclass(frozen=True)
class ThreadFile:
    id: UUID
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Said:
    """One message. ``mine``: written by the reader's own side; ``read_at``: when the other side first opened it."""

    id: UUID
    at: datetime
    from_office: bool
    mine: bool
    author: str
    text: str
    files: list[ThreadFile]
    read_at: datetime | None


@dataclass(frozen=True)
class ThreadFacts:
    """``closes_at``: from when nobody can write, once the dossier has ended; ``verified``: whether its number of days
    has a source. A message is no formal act."""

    dossier: UUID
    code: str
    open: bool
    closes_at: datetime | None
    verified: bool
    messages: list[Said]
    earlier: str | None


@dataclass(frozen=True)
class Thread(ThreadFacts):
    """The thread for pages. ``told``: how often the applicant was told about the dossier, for officials."""

    procedure_name: str
    agency_name: str
    applicant_name: str
    internal: bool
    rules: ThreadRules
    told: ToldCount | None


def thread(actor: Actor, dossier_id: UUID, cursor: str | None = None, limit: int = 30) -> Thread:
    """The newest messages in the order of their writing; the cursor
    ``earlier`` opens the page before. An official's reading
    goes to the disclosure log. Somebody else's: NotFound."""
    dossier = with_procedure(Dossier.objects.all()).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    TALK.require(actor, dossier)
    internal = not OWN.allows(actor, dossier)
    rows = Message.objects.filter(dossier=dossier)
    newest, earlier = paged(rows.prefetch_related("files__file"), cursor=cursor, limit=limit, by=("-id",))
    shown = newest[::-1]
    if internal and shown:
        note_reading(actor, dossier, Step.objects.filter(dossier=dossier, ended_at=None), [FIELD])
    return Thread(
        dossier=dossier.id,
        code=dossier.code,
        open=talking.is_open(dossier),
        closes_at=talking.closes_at(dossier),
        verified=not thread_rules().unverified,
        messages=[_said(row, internal) for row in shown],
        earlier=earlier,
        procedure_name=dossier.procedure_version.name,
        agency_name=places.names([dossier.agency_id]).get(dossier.agency_id, ""),
        applicant_name=dossier.applicant_name,
        internal=internal,
        rules=thread_rules(),
        told=_told(dossier) if internal else None,
    )


def writes_as_office(actor: Actor, dossier_id: UUID) -> bool:
    """On which side of the thread the actor stands. Somebody else's: NotFound."""
    dossier = Dossier.objects.defer("data", "sources").filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    TALK.require(actor, dossier)
    return not OWN.allows(actor, dossier)


def _said(row: Message, internal: bool) -> Said:
    return Said(
        id=row.id,
        at=row.created_at,
        from_office=row.from_office,
        mine=row.from_office == internal,
        author=row.author_name,
        text=row.text,
        files=[ThreadFile(one.id, one.name, one.file.media_type, one.file.size) for one in row.files.all()],
        read_at=row.read_at,
    )


def _told(dossier: Dossier) -> ToldCount | None:
    account = dossier.applicant_account_id
    if account is None and dossier.applicant_person_id is not None:
        account = people.account_of(dossier.applicant_person_id)
    return told_of(account, f"dossier:{dossier.id}") if account is not None else None


def message_file(actor: Actor, dossier_id: UUID, file_id: UUID) -> Download:
    """A file of a message of that dossier. Else NotFound."""
    found = (
        MessageFile.objects.select_related("file", "message").filter(id=file_id, message__dossier=dossier_id).first()
    )
    dossier = with_procedure(Dossier.objects.all()).filter(id=dossier_id).first()
    if found is None or dossier is None:
        raise NotFound
    TALK.require(actor, dossier)
    if not OWN.allows(actor, dossier):
        note_reading(actor, dossier, Step.objects.filter(dossier=dossier, ended_at=None), [FIELD])
    return Download(found.name, found.file.media_type, files.read(found.file_id))


@dataclass(frozen=True)
class WaitingThread:
    """A dossier in whose thread the applicant waits for somebody to read."""

    message: UUID
    dossier: UUID
    code: str
    procedure_title: str
    agency_name: str
    applicant_name: str
    since: datetime


def unread_threads(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[WaitingThread], str | None]:
    """Dossiers of the actor's agencies with messages that nobody there has opened, the longest waiting first; one's
    own are not among them. Raises Denied, Invalid."""
    DESK.require(actor)
    agencies = {grant.scope for grant in actor.grants if grant.role in DESK_ROLES}
    earlier = Message.objects.filter(
        dossier=OuterRef("dossier"), from_office=False, read_at=None, id__lt=OuterRef("id")
    )
    rows = Message.objects.filter(from_office=False, read_at=None, dossier__agency__in=agencies)
    rows = rows.exclude(Exists(earlier)).exclude(dossier__applicant_account=actor.account)
    if actor.subject is not None:
        rows = rows.exclude(dossier__applicant_person=actor.subject, dossier__applicant_person__isnull=False)
    rows = with_procedure(rows.select_related("dossier").defer("dossier__data", "dossier__sources"), "dossier__")
    found, following = paged(rows, cursor=cursor, limit=limit, by=("id",))
    names = places.names({row.dossier.agency_id for row in found})
    return [
        WaitingThread(
            message=row.id,
            dossier=row.dossier_id,
            code=row.dossier.code,
            procedure_title=row.dossier.procedure_version.spec.title,
            agency_name=names.get(row.dossier.agency_id, ""),
            applicant_name=row.dossier.applicant_name,
            since=row.created_at,
        )
        for row in found
    ], following
