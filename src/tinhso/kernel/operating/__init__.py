"""Operating the house: how it runs, what is stuck, and another try for it.

Nothing here names a person: jobs by their name and number, events by type and id, errors by request, statements of
the database without their values. Who operates is for a floor above to say (`operators`).
"""

from tinhso.kernel.operating.policies import OPERATE, WATCH, Duty, operators
from tinhso.kernel.operating.retrying import Retried, retry
from tinhso.kernel.operating.state import HouseState, Trouble, state

__all__ = ["OPERATE", "WATCH", "Duty", "HouseState", "Retried", "Trouble", "operators", "retry", "state"]
