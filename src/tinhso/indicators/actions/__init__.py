"""What can be done around the strategy: one function a verb, one transaction, policy checked, events told."""

from tinhso.indicators.actions.snapshots import seal, sign, take_snapshot
from tinhso.indicators.actions.undertakings import add_file, add_link, comment, plan, remove_evidence

__all__ = ["add_file", "add_link", "comment", "plan", "remove_evidence", "seal", "sign", "take_snapshot"]
