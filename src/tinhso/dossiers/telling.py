"""Telling an applicant what happened to their dossier. The words are in `notices`; no personal data goes out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tinhso.dossiers import clocks
from tinhso.dossiers.joined import moving
from tinhso.dossiers.models import Dossier, Joint, JointPart, with_procedure
from tinhso.kernel import clock
from tinhso.kernel.among import among
from tinhso.kernel.events import Envelope
from tinhso.kernel.notify import Telling, notify, notify_each
from tinhso.kernel.prepared import prepared
from tinhso.people import queries as people

#: What is told with the date, or in other words without one.
_DATED = frozenset({"dossiers.received", "dossiers.running"})
#: Of a dossier, what no words need.
_LONG = ("data", "sources")


@prepared
def _dossier(dossier: UUID) -> "QuerySet[Dossier]":
    return with_procedure(Dossier.objects.defer(*_LONG)).filter(id=dossier)


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


def _of_person(dossier: Dossier, accounts: Mapping[UUID, UUID]) -> UUID | None:
    return accounts.get(dossier.applicant_person_id) if dossier.applicant_person_id is not None else None


def tell_running(dossier_id: UUID) -> None:
    """The time runs on, and by when; nothing when it ended or stands again meanwhile."""
    (dossier,) = _dossier(dossier=dossier_id)
    due = None if dossier.closed else clocks.due_at(dossier)
    if due is not None:
        tell(dossier_id, "dossiers.running", due_at=due)


def tell_submitted(happened: Sequence[tuple[UUID, Envelope]]) -> None:
    """They were sent, each as that event says; of a joined filing it is told once, by the code of the whole. A part
    that begins later has its own words; one that begins with the filing is told with it."""
    dossiers = [dossier for dossier, _envelope in happened]
    sent = {one.id: one for one in with_procedure(Dossier.objects.defer(*_LONG)).filter(id__in=among(dossiers))}
    parts = {p.dossier_id: p for p in JointPart.objects.select_related("joint").filter(dossier__in=among(dossiers))}
    known = people.accounts_of(one.applicant_person_id for one in sent.values() if one.applicant_person_id)
    tellings = []
    for id, envelope in happened:
        dossier, kind = sent[id], _of_part(parts.get(id))
        account = dossier.applicant_account_id or _of_person(dossier, known)
        if kind and account is not None:
            tellings.append(Telling(account, kind, context_of(dossier, None), f"dossier:{id}", envelope))
    notify_each(tellings)


def _of_part(part: JointPart | None) -> str:
    """In which words it is told that a dossier was sent; in none for one that is told with another."""
    if part is None or part.number == 1:
        return "dossiers.submitted"
    return "dossiers.part_begun" if part.spec.after else ""


def tell_joint(joint_id: UUID, key: str, kind: str) -> None:
    """Something happened to a part that is no dossier."""
    joint = Joint.objects.get(id=joint_id)
    part = next(p for p in moving.parts_of(joint) if p.key == key)
    context = {"code": joint.code, "part": moving.named(part), "joint": str(joint.id)}
    account = joint.account_id or (people.account_of(joint.person_id) if joint.person_id else None)
    notify([account] if account else [], kind, context, subject=moving.subject(joint))
