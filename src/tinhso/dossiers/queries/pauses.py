"""What moved the legal time of a dossier besides papers, and what an official may do to it now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers import clocks, fees
from tinhso.dossiers.models import Dossier, Pause
from tinhso.dossiers.policies import EXTEND, FEE, SETTLE, SUSPEND, WAIT
from tinhso.dossiers.reckoning import Cause
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class PauseDetail:
    """Why the legal time stood or stands; ``amount`` in đồng, of a payment."""

    id: UUID
    cause: str
    cause_words: str
    reason: str
    began_at: datetime
    began_by_name: str
    ended_at: datetime | None
    ended_by_name: str
    end_note: str
    amount: int | None
    receipt_number: str


@dataclass(frozen=True)
class ExtensionDetail:
    """The apology and the new date."""

    until: datetime
    due_before: datetime
    reason: str
    decided_by_name: str
    decided_at: datetime


#: For each cause: the act that stops the time and who may, the act that lets it run on and who may.
_STOPS = (
    (Cause.FEE, "ask_fee", FEE, "settle_fee", SETTLE),
    (Cause.APPLICANT, "await_applicant", WAIT, "applicant_ready", WAIT),
    (Cause.SUSPENSION, "suspend", SUSPEND, "resume", SUSPEND),
)


def clock_acts(actor: Actor, dossier: Dossier, signed: bool) -> list[str]:
    """What this official may do to the legal time of an open, received dossier."""
    found = clocks.reckoned(dossier)
    if dossier.closed or found.began is None:
        return []
    acts = []
    for cause, stop, stops, run_on, goes_on in _STOPS:
        if found.standing is cause and goes_on.allows(actor, dossier):
            acts += [run_on] if cause is not Cause.FEE or not fees.asked_by(dossier, actor) else []
        if found.standing is None and stops.allows(actor, dossier):
            acts += [stop] if cause is Cause.FEE or not signed else []
    if EXTEND.allows(actor, dossier) and clocks.why_not_extend(dossier) is None:
        acts.append("extend")
    return acts


def pauses_of(dossier: Dossier) -> list[Pause]:
    """What made the dossier's time stand besides papers; asks only when something did."""
    stops = {str(Cause.SUPPLEMENT), None}
    if all(kept.get("cause") in stops for kept in dossier.happenings):
        return []
    return list(Pause.objects.filter(dossier=dossier).order_by("began_at"))


def pause_detail(row: Pause) -> PauseDetail:
    return PauseDetail(
        id=row.id,
        cause=row.cause,
        cause_words=str(Pause.Cause(row.cause).label),
        reason=row.reason,
        began_at=row.began_at,
        began_by_name=row.began_by_name,
        ended_at=row.ended_at,
        ended_by_name=row.ended_by_name,
        end_note=row.end_note,
        amount=row.amount,
        receipt_number=row.receipt_number,
    )


def extension_detail(dossier: Dossier) -> ExtensionDetail | None:
    row = getattr(dossier, "extension", None)
    if row is None:
        return None
    return ExtensionDetail(row.until, row.due_before, row.reason, row.decided_by_name, row.decided_at)
