"""The audit trail: acts that are not events, its seals, and the check that nothing was changed."""

from tinhso.kernel.appending import append_audit
from tinhso.kernel.policy import Actor
from tinhso.kernel.sealing.check import Finding, Verification, verify
from tinhso.kernel.sealing.sealer import TrailBroken, seal, seal_all

__all__ = ["Finding", "TrailBroken", "Verification", "record", "seal", "seal_all", "verify"]


def record(actor: Actor, act: str, *, subject: str, data: dict[str, str | int | bool | None]) -> None:
    """Add an act that is not an event to the trail: a log-in, a refused access.

    Part of the current transaction when there is one. ``data`` names things by id; no personal values.
    """
    append_audit(actor, act, subject=subject, data=data)
