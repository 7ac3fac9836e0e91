"""Where the parts of a joined filing stand and what follows: a pure function; any order of events ends alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Of one part. ``waiting``: another part comes first."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"  #: never begun: a part that it needs came to nothing


SETTLED = frozenset({State.DONE, State.REFUSED, State.WITHDRAWN, State.DROPPED})
FAILED = frozenset({State.REFUSED, State.WITHDRAWN, State.DROPPED})


@dataclass(frozen=True)
class Begin:
    """All that the part waited for is done."""

    part: str


@dataclass(frozen=True)
class Drop:
    """The part can never begin, because of another one."""

    part: str
    because: str


def following(order: Sequence[tuple[str, Sequence[str]]], states: Mapping[str, State]) -> list[Begin | Drop]:
    """What is to be done now with the waiting parts; nothing more follows once it is done.

    ``order``: each part and those that it comes after, earlier parts first.
    """
    now, moves = dict(states), list[Begin | Drop]()
    for key, after in order:
        if now[key] is not State.WAITING:
            continue
        failed = [one for one in after if now.get(one, State.DONE) in FAILED]
        if failed:
            now[key] = State.DROPPED
            moves.append(Drop(key, failed[0]))
        elif all(now.get(one, State.DONE) is State.DONE for one in after):
            now[key] = State.OPEN
            moves.append(Begin(key))
    return moves
