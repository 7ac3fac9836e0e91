"""Events: what happened, told once, in the transaction that made it happen (outbox, CloudEvents 1.0).

An app defines its events in ``events.py`` and what it does about others' events in ``reactions.py``::

    @dataclass(frozen=True)
    class Submitted(Event):
        TYPE: ClassVar[str] = "vn.tinhso.dossiers.submitted"
        dossier: UUID
        code: str

    @react(Submitted, name="vault.expect_result")
    def expect_result(event: Submitted, envelope: Envelope) -> None: ...

A reaction runs in a job, in one transaction with the note that it is done: its writes to the database happen
exactly once, anything else at least once.
"""

from tinhso.kernel.appending import Envelope
from tinhso.kernel.events.definition import Event, Reaction, each, event_from, react, react_together
from tinhso.kernel.events.deliveries import Parked, parked, retry
from tinhso.kernel.events.emission import emit, emit_all, emit_each
from tinhso.kernel.events.history import Happened, as_cloudevent, history

__all__ = [
    "Envelope",
    "Event",
    "Happened",
    "Parked",
    "Reaction",
    "as_cloudevent",
    "each",
    "emit",
    "emit_all",
    "emit_each",
    "event_from",
    "history",
    "parked",
    "react",
    "react_together",
    "retry",
]
