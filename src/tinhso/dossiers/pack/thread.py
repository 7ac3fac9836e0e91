"""`thread.yaml`: how long a dossier's thread stays open after the dossier's end, and how much one writes."""

from functools import cache

from django.conf import settings
from pydantic import Field

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register

FILE = "thread.yaml"


class ThreadRules(Fact):
    """``open_days``: calendar days after the dossier's end; ``an_hour``: messages of one account in one dossier."""

    open_days: int = Field(default=30, ge=0, le=3650)
    an_hour: int = Field(default=20, ge=1, le=500)
    files: int = Field(default=5, ge=0, le=20)
    longest: int = Field(default=2000, ge=100, le=4000)


def read(pack: Pack) -> ThreadRules:
    """A pack without the file has the values above, unverified. Raises Unreadable."""
    return read_as(ThreadRules, pack.yaml(FILE), FILE) if pack.has(FILE) else ThreadRules(unverified=True)


def check(pack: Pack) -> list[Mistake]:
    """Its shape is all there is to check. Raises Unreadable."""
    read(pack)
    return []


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def thread_rules() -> ThreadRules:
    """The rules of this instance's pack, read once by each process."""
    return read(Pack(settings.HERE.pack))


register(PackPart("dossiers.thread", FILE, check, load))
