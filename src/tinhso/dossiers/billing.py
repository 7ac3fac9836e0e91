"""The charges of a dossier within an act: computed, and asked for. `actions.charging` has the acts."""

from tinhso.dossiers import fees, flow
from tinhso.dossiers.events import FeeAsked, FeesReckoned
from tinhso.dossiers.models import Dossier, FeeDue, FeeState, Pause
from tinhso.dossiers.pausing import stop
from tinhso.kernel.policy import Actor


def reckon(actor: Actor, dossier: Dossier, *, ask: bool = False) -> None:
    """Compute the charges inside an act. ``ask``: what is verified is asked for at once; nothing else ever is."""
    if not dossier.procedure_version.spec.fee_table:
        return
    rows = fees.reckon(dossier, first=ask)
    flow.tell(dossier, FeesReckoned(dossier.id, dossier.version, tuple(row.id for row in rows)))
    sure = [row for row in rows if row.verified and row.amount]
    if ask and sure:
        ask_for(actor, dossier, sure, "; ".join(row.item for row in sure))


def ask_for(actor: Actor, dossier: Dossier, rows: list[FeeDue], why: str) -> Pause:
    """These charges are awaited from now on; the legal time stands for them. Inside an act. Raises Conflict."""
    total = sum(row.amount or 0 for row in rows)
    pause = stop(actor, dossier, Pause.Cause.FEE, why[:500], total)
    for row in rows:
        row.state, row.pause, row.asked_at = FeeState.WAITING, pause, pause.began_at
        row.asked_by_id, row.asked_by_name = actor.account, actor.name
        row.save()
    flow.tell(dossier, FeeAsked(dossier.id, dossier.version, pause.id, pause.began_at, total))
    return pause
