"""What a dossier costs: its procedure's table over its answers, on the law of the day it was received."""

from tinhso.dossiers import clocks
from tinhso.dossiers.models import Dossier, FeeDue, FeeState
from tinhso.dossiers.reckoning import Cause
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.procedures.charges import Charge, charges

#: Charges that nobody has asked for yet: made anew whenever the answers change.
UNASKED = (FeeState.FREE, FeeState.OPEN)
#: Charges that still stand against the dossier.
OUTSTANDING = (FeeState.OPEN, FeeState.WAITING)


def fee_due(dossier: Dossier, claim: str = "") -> list[Charge]:
    """The dossier's charges, a pure function of answers, days, version and the proven ground of exemption."""
    received = clock.local(dossier.received_at or clock.now()).date()
    filed = clock.local(dossier.submitted_at).date()
    return charges(dossier.procedure_version.spec, dossier.data, filed=filed, received=received, claim=claim)


def may_cost(dossier: Dossier) -> bool:
    """Whether there can be rows: asks no database."""
    return bool(dossier.procedure_version.spec.fee_table) or any(
        kept.get("cause") == Cause.FEE for kept in dossier.happenings
    )


def reckon(dossier: Dossier, *, first: bool) -> list[FeeDue]:
    """Write the charges that nobody has asked for as they are now. Inside an act, with the dossier locked.

    ``first``: on receipt, when there can be none yet.
    """
    kept: dict[str, FeeDue] = {}
    for row in [] if first else FeeDue.objects.filter(dossier=dossier):
        row.dossier = dossier
        kept[row.code] = row
    written: list[FeeDue] = []
    for charge in fee_due(dossier):
        row = kept.get(charge.code) or FeeDue(dossier=dossier, code=charge.code, number=len(kept) + len(written) + 1)
        if row.state not in UNASKED:
            continue
        proven = {one.code: one for one in fee_due(dossier, row.claim)} if row.claim else {}
        written.append(_filled(row, proven.get(charge.code, charge)))
    FeeDue.objects.bulk_create([row for row in written if row._state.adding])
    for row in written:
        if row.code in kept:
            row.save()
    return written


def claimed(row: FeeDue, claim: str) -> None:
    """The same charge with a proven ground of exemption. The row is not saved."""
    row.claim = claim
    charge = next((one for one in fee_due(row.dossier, claim) if one.code == row.code), None)
    if charge is not None:
        _filled(row, charge)


def _filled(row: FeeDue, charge: Charge) -> FeeDue:
    """Nothing is due where the text was checked, or where an official saw the ground proven and recorded it."""
    row.item, row.amount, row.unit, row.times = charge.item, charge.amount, charge.unit, charge.times
    row.article, row.exemption, row.verified = charge.article, charge.exemption, charge.verified
    row.basis_id, row.reckoned_at = row.dossier.procedure_version_id, clock.now()
    free = charge.amount == 0 and (charge.verified or bool(row.claim))
    row.state = FeeState.FREE if free else FeeState.OPEN
    return row


def asked_by(dossier: Dossier, actor: Actor) -> bool:
    """Whether the actor asked for something that is awaited: then others say whether it was paid."""
    waiting = FeeDue.objects.filter(dossier=dossier, state=FeeState.WAITING, pause__ended_at=None)
    return actor.account is not None and waiting.filter(asked_by=actor.account).exists()


def stands(dossier: Dossier) -> bool:
    """Whether the dossier's time stands for any reason: it cannot stand twice."""
    return clocks.stands_for(dossier) is not None
