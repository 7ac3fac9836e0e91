"""The people's part of a province pack: `simulation/`, what sample families are made from. Nothing of it is stored."""

from tinhso.kernel.packs import Mistake, Pack, PackPart, register
from tinhso.people.simulation import NAMES, communes, names

FOLDER = "simulation"


def check(pack: Pack) -> list[Mistake]:
    """The two files can be read; a pack may go without them. Raises Unreadable."""
    if pack.has(NAMES):
        names(pack)
        communes(pack)
    return []


def load(pack: Pack) -> None:
    """Read when it is used."""


register(PackPart("people.simulation", FOLDER, check, load))
