"""The audit trail's door for acts that are not events; sealing and checking are in `kernel.sealing`."""

from tinhso.kernel.appending import append_audit
from tinhso.kernel.policy import Actor


def record(actor: Actor, act: str, *, subject: str, data: dict[str, str | int | bool | None]) -> None:
    """Add an act that is not an event to the trail: a log-in, a refused access.

    Part of the current transaction when there is one. ``data`` names things by id; no personal values.
    """
    append_audit(actor, act, subject=subject, data=data)
