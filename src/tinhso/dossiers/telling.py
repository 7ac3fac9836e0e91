"""Telling an applicant what happened to their dossier. The words are in `notices`; no personal data goes out."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tinhso.dossiers import clocks
from tinhso.dossiers.joined import moving
from tinhso.dossiers.models import Dossier, Joint, JointPart, with_procedure
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.kernel.prepared import first, prepared
from tinhso.people import queries as people

#: What is told with the date, or in other words without one.
_DATED = frozenset({"dossiers.received", "dossiers.running"})


@prepared
def _dossier(dossier: UUID) -> "QuerySet[Dossier]":
    return with_procedure(Dossier.objects.defer("data", "sources")).filter(id=dossier)


@prepared
def _part(dossier: UUID) -> "QuerySet[JointPart]":
    return JointPart.objects.select_related("joint").filter(dossier=dossier)


def tell(dossier_id: UUID, kind: str, *, due_at: datetime | None = None) -> None:
    """Notify the applicant's account; codes and dates only. A term that nobody verified is told as no date."""
    (dossier,) = _dossier(dossier=dossier_id)
    account = dossier.applicant_account_id or _account(dossier)
    if account is not None:
        kind, due_at = told(dossier, kind, due_at)
        notify([account], kind, context_of(dossier, due_at), subject=f"dossier:{dossier.id}")


def told(dossier: Dossier, kind: str, due_at: datetime | None) -> tuple[str, datetime | None]:
    """In which words and with which date: none where nobody verified the term."""
    if kind in _DATED and (due_at is None or not dossier.deadline.verified):
        return f"{kind}_without_term", None
    return kind, due_at


def context_of(dossier: Dossier, due_at: datetime | None) -> dict[str, str]:
    """What the words of a notice are filled in with."""
    return {
        "code": dossier.code,
        "procedure": dossier.procedure_version.name,
        "dossier": str(dossier.id),
        "due": f"{clock.local(due_at):%H:%M, %d/%m/%Y}" if due_at is not None else "",
    }


def _account(dossier: Dossier) -> UUID | None:
    """Who filed at the counter may have an account since; before that the printed receipt is all they have."""
    return people.account_of(dossier.applicant_person_id) if dossier.applicant_person_id is not None else None


def tell_running(dossier_id: UUID) -> None:
    """The time runs on, and by when; nothing when it ended or stands again meanwhile."""
    (dossier,) = _dossier(dossier=dossier_id)
    due = None if dossier.closed else clocks.due_at(dossier)
    if due is not None:
        tell(dossier_id, "dossiers.running", due_at=due)


def tell_submitted(dossier_id: UUID) -> None:
    """It was sent; of a joined filing once, by the code of the whole."""
    part = first(_part(dossier=dossier_id))
    if part is None or part.number == 1:
        tell(dossier_id, "dossiers.submitted")
    elif part.spec.after:
        tell(dossier_id, "dossiers.part_begun")


def tell_joint(joint_id: UUID, key: str, kind: str) -> None:
    """Something happened to a part that is no dossier."""
    joint = Joint.objects.get(id=joint_id)
    part = next(p for p in moving.parts_of(joint) if p.key == key)
    context = {"code": joint.code, "part": moving.named(part), "joint": str(joint.id)}
    account = joint.account_id or (people.account_of(joint.person_id) if joint.person_id else None)
    notify([account] if account else [], kind, context, subject=moving.subject(joint))
