"""What a dossier costs: its procedure's table over its answers, on the law of the day it was received."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.models import Dossier, FeeDue, FeeState
from tinhso.dossiers.reckoning import Cause
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.procedures.charges import Charge, charges

#: Charges that nobody has asked for yet: made anew whenever the answers change.
UNASKED = (FeeState.FREE, FeeState.OPEN)
#: Charges that were asked for, whatever is paid of them.
ASKED = (FeeState.WAITING, FeeState.PAID)
#: At the end of a charge's code, for each time that corrected answers made it dearer after it was asked for.
MORE = "+"
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


def first_due(dossier: Dossier, row: Callable[..., FeeDue] = FeeDue) -> list[FeeDue]:
    """The charges on receipt, not saved; ``row`` makes each."""
    found = enumerate(fee_due(dossier), 1)
    return [_filled(row(dossier=dossier, code=one.code, number=number), one) for number, one in found]


def reckon(dossier: Dossier, *, first: bool) -> list[FeeDue]:
    """Write the charges that nobody has asked for as they are now. Inside an act, with the dossier locked.

    ``first``: on receipt, when there can be none yet.
    """
    if first:
        return FeeDue.objects.bulk_create(first_due(dossier))
    rows = list(FeeDue.objects.filter(dossier=dossier).order_by("number"))
    for row in rows:
        row.dossier = dossier
    kept = {row.code: row for row in rows if row.code}
    written: list[FeeDue] = []
    for charge in fee_due(dossier):
        row = kept.get(charge.code) or FeeDue(dossier=dossier, code=charge.code)
        if row.state in UNASKED:
            proven = {one.code: one for one in fee_due(dossier, row.claim)} if row.claim else {}
            written.append(_filled(row, proven.get(charge.code, charge)))
        elif row.state in ASKED and row.unit is not None and charge.amount is not None:
            written += _difference(dossier, charge, [one for one in rows if one.code.rstrip(MORE) == charge.code])
    new = [row for row in written if row._state.adding]
    for number, row in enumerate(new, len(rows) + 1):
        row.number = number
    FeeDue.objects.bulk_create(new)
    for row in written:
        if row not in new:
            row.save()
    return written


def _difference(dossier: Dossier, charge: Charge, rows: list[FeeDue]) -> list[FeeDue]:
    """What a charge that was asked for costs more by corrected answers, as a charge of its own that an official
    confirms. What costs less is theirs to refund."""
    asked = sum(row.amount or 0 for row in rows if row.state in ASKED)
    row = next((row for row in rows if row.state == FeeState.OPEN), None)
    if charge.amount is None or charge.amount <= asked:
        if row is None:
            return []
        row.amount, row.unit, row.times = 0, None, 1
        row.state, row.reckoned_at = FeeState.FREE, clock.now()
        return [row]
    row = row or FeeDue(dossier=dossier, code=charge.code + MORE * len(rows))
    row.item = _("%(item)s: phần tăng thêm sau khi sửa lời khai") % {"item": charge.item}
    row.amount, row.unit, row.times, row.article, row.verified = charge.amount - asked, None, 1, charge.article, False
    row.basis_id, row.reckoned_at, row.state = dossier.procedure_version_id, clock.now(), FeeState.OPEN
    return [row]


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
