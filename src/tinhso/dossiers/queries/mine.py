"""What a citizen has: drafts under way and dossiers sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due
from tinhso.dossiers.joined.filling import Whole, whole_of
from tinhso.dossiers.models import Attachment, Dossier, Draft, Phase, with_procedure
from tinhso.dossiers.policies import COUNTER, DRAFT, OWN, account_of
from tinhso.dossiers.queries.inbox import prepare
from tinhso.dossiers.statuses import national_status
from tinhso.kernel import disclosure
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.kernel.prepared import prepared
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures
from tinhso.procedures.spec import ProcedureSpec


@dataclass(frozen=True)
class Paper:
    """An added paper."""

    id: UUID
    component: str
    name: str
    media_type: str
    size: int
    state: str
    added_at: datetime
    supplement: UUID | None = None
    original: str = ""  #: seen, returned; empty when no official saw it
    held: str = ""  #: what the state held already, as its title and number; empty for a paper that was brought


@dataclass(frozen=True)
class Present:
    """For whom a draft is filled in at the counter, and by which paper they are known there."""

    id: UUID
    name: str
    kind: str
    number_end: str  #: the last four digits
    seen_at: datetime


@dataclass(frozen=True)
class DraftFacts:
    """A draft as its owner sees it; ``sources`` says for each prefilled field where it came from and when."""

    id: UUID
    procedure: str
    procedure_name: str
    agency: UUID
    agency_name: str
    version: int
    saved_at: datetime
    started_at: datetime
    data: dict[str, Any]
    sources: dict[str, Any]
    papers: list[Paper]
    dossier: UUID | None
    joint: UUID | None


@dataclass(frozen=True)
class DraftDetail(DraftFacts):
    """A draft with the definition of its procedure, for pages. ``whole``: the joined form that it is a part of; then
    ``spec`` has only what that form asks here, and ``data`` also what was said in its other parts."""

    spec: ProcedureSpec
    whole: Whole | None
    present: Present | None = None


@dataclass(frozen=True)
class DraftRow:
    id: UUID
    procedure: str
    procedure_name: str
    agency_name: str
    saved_at: datetime


@dataclass(frozen=True)
class MyDossier:
    id: UUID
    code: str
    procedure: str
    procedure_title: str
    agency_name: str
    subject_name: str
    phase: str
    phase_words: str
    status: int
    submitted_at: datetime
    due: Due
    awaits_me: bool


def draft(actor: Actor, draft_id: UUID) -> DraftDetail:
    """One's own draft. Somebody else's: NotFound."""
    found = with_procedure(Draft.objects.select_related("presence", "joint_part__joint")).filter(id=draft_id).first()
    if found is None:
        raise NotFound
    DRAFT.require(actor, found)
    whole = whole_of(found)
    sent = Dossier.objects.filter(draft=found).values_list("id", flat=True).first()
    return DraftDetail(
        id=found.id,
        procedure=found.procedure_version.code,
        procedure_name=found.procedure_version.name,
        agency=found.agency_id,
        agency_name=places.names([found.agency_id]).get(found.agency_id, ""),
        version=found.version,
        saved_at=found.saved_at,
        started_at=found.created_at,
        data=whole.data if whole else found.data,
        sources=found.sources,
        papers=papers_of(Attachment.objects.filter(draft=found)),
        dossier=sent,
        joint=whole.joint if whole else None,
        spec=whole.spec if whole else found.procedure_version.spec,
        whole=whole,
        present=_present(actor, found),
    )


def _present(actor: Actor, found: Draft) -> Present | None:
    """The person at the counter; that their draft was opened goes to the disclosure log."""
    presence = found.presence
    if presence is None:
        return None
    disclosure.note(
        actor,
        person=presence.person_id,
        record=f"draft:{found.id}",
        fields=["data"],
        purpose=str(COUNTER.title),
    )
    return Present(
        id=presence.id,
        name=people.names([presence.person_id]).get(presence.person_id, ""),
        kind=str(presence.get_kind_display()),
        number_end=presence.number[-4:],
        seen_at=presence.seen_at,
    )


def papers_of(rows: Any) -> list[Paper]:
    """The papers of a query over attachments, in the order in which they were added."""
    return [_paper(row) for row in _standing(rows)]


def papers_of_dossier(dossier: UUID) -> list[Paper]:
    """The same of one dossier."""
    return [_paper(row) for row in _attached(dossier=dossier)]


@prepared
def _attached(dossier: UUID) -> QuerySet[Attachment]:
    return _standing(Attachment.objects.filter(dossier=dossier))


def _standing(rows: "QuerySet[Attachment]") -> "QuerySet[Attachment]":
    return rows.filter(removed_at=None).select_related("file").order_by("id")


def _paper(row: Attachment) -> Paper:
    return Paper(
        id=row.id,
        component=row.component,
        name=row.name,
        media_type=row.file.media_type,
        size=row.file.size,
        state=str(row.file.state),
        added_at=row.created_at,
        supplement=row.supplement_id,
        original=row.original,
        held=str(row.held.get("source", "")),
    )


def my_drafts(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[DraftRow], str | None]:
    """Drafts not yet sent, the newest first; three queries."""
    DRAFT.require(actor)
    rows, following = paged(
        Draft.objects.filter(account_id=account_of(actor), submitted_at=None, presence=None, joint_part=None).defer(
            "data", "sources"
        ),
        cursor=cursor,
        limit=limit,
        by=("-id",),
    )
    versions = procedures.versions({row.procedure_version_id for row in rows})
    agencies = places.names({row.agency_id for row in rows})
    return [
        DraftRow(
            id=row.id,
            procedure=versions[row.procedure_version_id].code,
            procedure_name=versions[row.procedure_version_id].name,
            agency_name=agencies.get(row.agency_id, ""),
            saved_at=row.saved_at,
        )
        for row in rows
    ], following


def my_dossiers(actor: Actor, cursor: str | None = None, limit: int = 20) -> tuple[list[MyDossier], str | None]:
    """The dossiers that one sent, the newest first; five queries whatever the length."""
    OWN.require(actor)
    rows, following = paged(
        Dossier.objects.filter(_of(actor)).defer("data", "sources"),
        cursor=cursor,
        limit=limit,
        by=("-id",),
    )
    prepare(rows)
    agencies = places.names({row.agency_id for row in rows})
    return [
        MyDossier(
            id=row.id,
            code=row.code,
            procedure=row.procedure_version.code,
            procedure_title=row.procedure_version.spec.title,
            agency_name=agencies.get(row.agency_id, ""),
            subject_name=row.subject_name,
            phase=row.phase,
            phase_words=str(Phase(row.phase).label),
            status=int(national_status(row)),
            submitted_at=row.submitted_at,
            due=clocks.due(row),
            awaits_me=not row.closed and clocks.stands_for(row) in clocks.AWAITS_APPLICANT,
        )
        for row in rows
    ], following


def _of(actor: Actor) -> Q:
    """Sent from this account, or filed at a counter for the person that it stands for."""
    sent = Q(applicant_account_id=account_of(actor))
    if not actor.assured or actor.subject is None:
        return sent
    return sent | Q(applicant_person_id=actor.subject, applicant_account=None)


def question_words(actor: Actor, dossier_ids: Iterable[UUID]) -> dict[UUID, Mapping[str, str]]:
    """The label of each question ("child.given_name") of the actor's own dossiers; two queries whatever the number.

    Dossiers of another person, and what is no dossier, are left out. Raises Denied.
    """
    OWN.require(actor)
    if actor.subject is None:
        return {}
    found = dict(
        Dossier.objects.filter(id__in=set(dossier_ids), applicant_person_id=actor.subject).values_list(
            "id", "procedure_version_id"
        )
    )
    versions = procedures.versions(set(found.values()))
    labels = {
        key: {f"{topic.name}.{field.name}": field.label for topic in version.spec.form.topics for field in topic.fields}
        for key, version in versions.items()
    }
    return {dossier: labels[version] for dossier, version in found.items()}
