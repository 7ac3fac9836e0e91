"""Work of a floor above that waits in its own rows rather than in the queue: an app registers how much and how long."""

from collections.abc import Callable
from dataclasses import dataclass

from tinhso.kernel.registries import Registry


@dataclass(frozen=True)
class Stock:
    """What waits. ``count`` up to 10,000; the oldest in seconds; ``faults``: how many of them failed before."""

    title: str
    count: int
    oldest: float
    faults: int


stocks: Registry[Callable[[], Stock]] = Registry("stock of waiting work")
