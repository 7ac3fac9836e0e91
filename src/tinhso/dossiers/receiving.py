"""The ends of a dossier's way within an act: taken in, and its result handed out. `taking` frames the act."""

from django.utils.translation import gettext as _

from tinhso.dossiers import billing, clocks, flow, renewing
from tinhso.dossiers.codes import next_entry
from tinhso.dossiers.events import Received, Returned
from tinhso.dossiers.models import Dossier, Phase, ResultState, Step
from tinhso.dossiers.pack import Made
from tinhso.dossiers.paperwork import TRACKING_BOOK, Taken, issue, owed
from tinhso.dossiers.reckoning import What
from tinhso.dossiers.taking import closed_now
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict
from tinhso.kernel.policy import Actor
from tinhso.places.belonging import area_groups


def take_in(actor: Actor, dossier: Dossier, step: Step, outcome: str, *, by: str = "", note: str = "") -> None:
    """The dossier is received: the legal time begins now (see `clocks`), what it costs is computed, it gets its line in
    the tracking book and the receipt that is owed; a joined filing has one for all (`joined.moving`)."""
    now = clock.now()
    renewing.renew_dossier(dossier)
    dossier.received_at, dossier.phase = now, Phase.RECEIVED
    areas = _areas(dossier)
    clocks.note(dossier, What.RECEIVED, now, areas=areas)
    flow.end_step(actor, dossier, step, outcome, by=by, note=note)
    due = clocks.due_at(dossier)
    flow.tell(dossier, Received(dossier=dossier.id, version=dossier.version, due_at=due, at=now, areas=areas))
    billing.reckon(actor, dossier, ask=True)
    entry = next_entry(dossier, TRACKING_BOOK, yearly=True)
    if owed(flow.spec_of(dossier), dossier.data) and not hasattr(dossier, "joint_part"):
        issue(actor, dossier, Made.RECEIVED, flow.subject(dossier), Taken(entry))


def hand_out(actor: Actor, dossier: Dossier, step: Step, outcome: str, *, by: str = "") -> None:
    """The result goes to the applicant: the dossier closes. Raises Conflict while it is not in force."""
    result = dossier.results.filter(state=ResultState.ACTIVE).first()
    if result is None:
        raise Conflict(_("Kết quả chưa ký và đóng dấu xong nên chưa trả được."))
    dossier.phase = Phase.RETURNED
    closed_now(dossier)
    flow.end_step(actor, dossier, step, outcome, by=by)
    flow.tell(dossier, Returned(dossier=dossier.id, version=dossier.version, result=result.id))


def _areas(dossier: Dossier) -> tuple[str, ...]:
    """The groups of communes that the dossier falls under, where its procedure's term depends on them."""
    deadline = dossier.deadline
    if not deadline.areas:
        return ()
    named = next((area.where for area in deadline.areas if area.where), "")
    topic, _dot, field = named.partition(".")
    code = str(dossier.data.get(topic, {}).get(field, "")) if named else ""
    return tuple(sorted(area_groups(dossier.agency_id, clock.today(), code)))
