"""`personal_data.yaml`: how fast a request about personal data is answered, and what may be erased."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.vault.models import RequestKind

FILE = "personal_data.yaml"


class Term(Fact):
    """Within how many working days a request is answered and how many days it is carried out; None: not known."""

    right: RequestKind
    answer_working_days: Annotated[int, Field(ge=0, le=60)] | None = None
    done_days: Annotated[int, Field(ge=1, le=365)] | None = None
    valid_from: date
    valid_to: date | None = None
    note: str = Field(default="", max_length=500)


class Scope(Fact):
    """Whether the law lets go of one kind of record, and the reason as a person reads it."""

    scope: str
    erasable: bool
    why: str = Field(min_length=1, max_length=500)


class PersonalDataFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: list[Term] = []
    scopes: list[Scope] = []
    kept_days: int = Field(default=7, ge=1, le=90)  #: how long a finished export can be fetched

    @model_validator(mode="after")
    def _once(self) -> "PersonalDataFile":
        names = [one.scope for one in self.scopes]
        if len(names) != len(set(names)):
            raise ValueError(_("Mỗi scope ghi một lần."))
        return self


def check(pack: Pack) -> list[Mistake]:
    """A pack without the file knows no term and erases nothing. Raises Unreadable."""
    if pack.has(FILE):
        read_as(PersonalDataFile, pack.yaml(FILE), FILE)
    return []


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


register(PackPart("vault.personal_data", FILE, check, load))


def rules() -> PersonalDataFile:
    """The rules of this instance. The file is read once: a pack is loaded with a restart."""
    return _rules(settings.HERE.pack)


@cache
def _rules(root: Path) -> PersonalDataFile:
    pack = Pack(root)
    return read_as(PersonalDataFile, pack.yaml(FILE), FILE) if pack.has(FILE) else PersonalDataFile()


def term_on(day: date, kind: str) -> Term | None:
    """The term that holds on that day."""
    held = [
        one
        for one in rules().terms
        if one.right == kind and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]
    return held[-1] if held else None


def scope_named(name: str) -> Scope | None:
    return next((one for one in rules().scopes if one.scope == name), None)
