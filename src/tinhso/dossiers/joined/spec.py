"""What a joined procedure is, read from the pack; a filing keeps the definition that it was begun with."""

from datetime import date
from functools import cache
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs import Fact, Pack, read_as
from tinhso.procedures.spec import Deadline

FOLDER, FILE = "joined", "joined.yaml"

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
#: "part.topic.field"
Path = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
#: "topic.field" within the part's own form
Own = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Outside(Fact):
    """An agency outside the province's system: the one-stop unit hands the part over and records its answer."""

    party: str = Field(min_length=2, max_length=200)


class Flow(Strict):
    """What an earlier part's result becomes in this one: a paper of it, or its number as an answer."""

    after: Key
    component: str = ""
    field: Own | None = None

    @model_validator(mode="after")
    def _something(self) -> "Flow":
        if not self.component and self.field is None:
            raise ValueError(_("Ghi component (giấy tờ) hoặc field (ô) mà kết quả phần trước điền vào."))
        return self


class PartSpec(Fact):
    """One part. With ``outside`` no process of ours runs; without a ``procedure`` it has no form of its own either.

    ``agency``: "" is the office that takes the filing; else the suffix of another agency of the province's system.
    "{office}" in it is that office, "{province}" the province's People's Committee, which has no suffix.
    """

    key: Key
    procedure: str = Field("", max_length=20)
    name: str = Field("", max_length=300)
    after: tuple[Key, ...] = ()
    optional: bool = False
    agency: str = Field("", max_length=60)
    outside: Outside | None = None
    deadline: Deadline | None = None
    flows: tuple[Flow, ...] = ()
    tells: tuple[Path, ...] = ()  #: answers of other parts that the outside party is told
    note: str = Field("", max_length=500)

    @model_validator(mode="after")
    def _whole(self) -> "PartSpec":
        if not self.procedure and (self.outside is None or not self.name):
            raise ValueError(_("Phần không có mã thủ tục phải ghi name và outside (cơ quan ngoài hệ thống của tỉnh)."))
        if self.agency and self.outside is not None:
            raise ValueError(_("Ghi agency (cơ quan có bàn làm việc) hoặc outside (ngoài hệ thống), một trong hai."))
        return self

    def handled_by(self, office: str, province: str) -> str:
        """The code of the agency whose matter the part is, from the codes of the office and of the province."""
        if not self.agency:
            return office
        code = self.agency.replace("{office}", office).replace("{province}", province)
        return code if code != self.agency else f"{province}.{code}"


class Shared(Strict):
    """An answer asked once: what ``source`` (or several, joined by spaces) says, or the constant ``value``, is the
    answer to ``to``. ``meaning`` says one form's choice in the other's words; "*" is every other one."""

    to: Path
    source: Path | tuple[Path, ...] = ()
    value: str | None = None
    meaning: dict[str, str] = {}

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source

    @model_validator(mode="after")
    def _one(self) -> "Shared":
        if bool(self.sources) == (self.value is not None):
            raise ValueError(_("Ghi source (lấy từ ô nào) hoặc value (giá trị cố định), một trong hai."))
        return self


class JoinedFile(Fact):
    """`joined.yaml`."""

    name: str = Field(min_length=3, max_length=300)
    title: str = Field(min_length=3, max_length=60)
    summary: str = Field("", max_length=600)
    valid_from: date
    valid_to: date | None = None
    life_events: tuple[str, ...] = ()
    parts: tuple[PartSpec, ...] = Field(min_length=2, max_length=10)
    shared: tuple[Shared, ...] = ()
    left_out: tuple[Path, ...] = ()  #: questions that this joined procedure never asks


class Joined(JoinedFile):
    """With its key: the name of its folder."""

    key: str

    @property
    def verified(self) -> bool:
        return not self.unverified

    def part(self, key: str) -> PartSpec:
        """Raises LookupError."""
        for part in self.parts:
            if part.key == key:
                return part
        raise LookupError(key)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def only(self, chosen: set[str]) -> "Joined":
        """The same with the chosen parts alone."""
        parts = tuple(part for part in self.parts if part.key in chosen)
        shared = tuple(s for s in self.shared if _part(s.to) in chosen and all(_part(p) in chosen for p in s.sources))
        return self.model_copy(update={"parts": parts, "shared": shared})


def _part(path: str) -> str:
    return path.partition(".")[0]


def read(pack: Pack) -> list[Joined]:
    """Every joined procedure of a pack. Raises Unreadable."""
    found = []
    for key in pack.folders(FOLDER):
        path = f"{FOLDER}/{key}/{FILE}"
        found.append(Joined(key=key, **read_as(JoinedFile, pack.yaml(path), path).model_dump()))
    return found


@cache
def every() -> tuple[Joined, ...]:
    """Those of this instance's pack, read once by each process."""
    return tuple(read(Pack(settings.HERE.pack)))


def joined(key: str, on: date) -> Joined:
    """The one with that key that is law on a day. Raises NotFound."""
    for one in every():
        if one.key == key and one.holds(on):
            return one
    raise NotFound


def of_procedure(code: str, on: date) -> list[Joined]:
    """Those that begin with or contain a procedure."""
    return [one for one in every() if one.holds(on) and code in {part.procedure for part in one.parts}]


def of_life_event(slug: str, on: date) -> list[Joined]:
    return [one for one in every() if one.holds(on) and slug in one.life_events]
