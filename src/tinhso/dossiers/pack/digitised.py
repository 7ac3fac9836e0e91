"""`digitised.yaml`: kinds of paper that may be digitised in bulk, in the words of the list."""

from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.kernel.packs.shapes import line_at

FILE = "digitised.yaml"


class DigitisedKind(Fact):
    """``kind`` is what the vault calls it, the same as of a result issued here; ``name`` what a list writes."""

    kind: str = Field(pattern=r"^[a-z_]{1,100}$")
    name: str = Field(min_length=1, max_length=200)


class DigitisedFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: list[DigitisedKind] = []


def read(pack: Pack) -> list[DigitisedKind]:
    """A pack without the file digitises nothing. Raises Unreadable."""
    return read_as(DigitisedFile, pack.yaml(FILE), FILE).kinds if pack.has(FILE) else []


def check(pack: Pack) -> list[Mistake]:
    """No two kinds share a key or a name: a line of a list means one of them. Raises Unreadable."""
    found, seen = [], set[str]()
    for index, one in enumerate(read(pack)):
        for field in ("kind", "name"):
            value = str(getattr(one, field)).casefold()
            if (mark := f"{field}:{value}") in seen:
                line = line_at(pack.yaml(FILE), ("kinds", index, field))
                words = _("“%(name)s” ghi hai lần.") % {"name": value}
                found.append(Mistake(FILE, line, words, _("Mỗi loại giấy tờ một tên và một mã riêng.")))
            seen.add(mark)
    return found


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def digitised_kinds() -> tuple[DigitisedKind, ...]:
    """The kinds of this instance's pack, read once by each process."""
    return tuple(read(Pack(settings.HERE.pack)))


register(PackPart("dossiers.digitised", FILE, check, load))
