"""Offering a measure to the house."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from tinhso.kernel.events import Envelope, Event, react_together
from tinhso.kernel.measures.counting import recount
from tinhso.kernel.measures.definition import Measure, add


def register(made: Measure) -> Measure:
    """Offer a measure; the reactions that keep it are made here, one for each event that changes it."""
    add(made)
    for event, record_of in made.changes.items():
        _keep(made, event, record_of)
    return made


def _keep(made: Measure, event: type[Event], record_of: Callable[[Any], UUID]) -> None:
    def count_anew(happened: Sequence[tuple[Event, Envelope]]) -> None:
        recount(made.name, [record_of(event) for event, _envelope in happened])

    react_together(event, name=f"measures.{made.name}.{event.TYPE.rpartition('.')[2]}", act=count_anew)
