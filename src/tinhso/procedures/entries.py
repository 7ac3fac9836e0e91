"""What the catalogue says of a procedure, whether or not it can be filed here: every field with its own mark.

Nothing is invented: a field that nobody has collected is None, and pages say "chưa có thông tin".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter

from tinhso.procedures.spec import Fee, OnlineLevel, ProcedureSpec, Sourced, Stated, strict

AgencyLevel = Literal["province", "district", "commune"]


class Status(StrEnum):
    """How sure a field is."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"  #: shown as "chưa xác minh", never as a promise
    MISSING = "missing"  #: "chưa có thông tin"


@strict
@dataclass(frozen=True, kw_only=True)
class Borrowed(Stated):
    """A statement that may be known only of another province: ``elsewhere`` names it ("tỉnh Đồng Nai, 2025")."""

    elsewhere: str = ""


@strict
@dataclass(frozen=True, kw_only=True)
class Term(Borrowed):
    """How long the state may take; ``value`` counts the kind's unit, None where it depends on the case."""

    kind: Literal["same_day", "working_days", "working_hours", "calendar_days", "hours", "by_case"]
    text: str
    value: int | None = None
    cutoff: str | None = None


@strict
@dataclass(frozen=True, kw_only=True)
class Lines(Borrowed):
    """A list with one mark: the papers, the legal basis."""

    items: tuple[str, ...]


@strict
@dataclass(frozen=True, kw_only=True)
class Offered(Sourced):
    """Which level of agencies handles it; the agencies themselves are derived from it."""

    levels: tuple[AgencyLevel, ...]


@strict
@dataclass(frozen=True, kw_only=True)
class Entry(Stated):
    """One version of a procedure in the catalogue. Its own source and mark are those of code and name."""

    code: str
    name: str
    field: str
    field_mark: Stated
    level: Offered
    period: Stated  #: the mark of the days of this version
    title: str = ""
    summary: str = ""
    note: str = ""  #: a doubt that the reader should know
    online_level: OnlineLevel | None = None
    deadline: Term | None = None
    fee: Fee | None = None
    components: Lines | None = None
    legal_basis: Lines | None = None

    def marks(self) -> dict[str, Stated | None]:
        """Each field's source and mark; None where nothing is known."""
        return {
            "code": self,
            "name": self,
            "field": self.field_mark,
            "level": self.level,
            "online_level": self.online_level,
            "deadline": self.deadline,
            "fee": self.fee,
            "components": self.components,
            "legal_basis": self.legal_basis,
            "period": self.period,
        }


ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


def status(stated: Stated | None) -> Status:
    """A field's standing."""
    if stated is None:
        return Status.MISSING
    return Status.VERIFIED if stated.verified else Status.UNVERIFIED


def entry_of(spec: ProcedureSpec) -> Entry:
    """The same facts of a procedure that is written down whole, form and process included."""
    listed = spec.listed or Stated(unverified=True)
    return Entry(
        source=listed.source,
        unverified=listed.unverified,
        code=spec.code,
        name=spec.name,
        title=spec.title,
        field=spec.field,
        field_mark=Stated(source=listed.source, unverified=True),
        summary=spec.summary,
        level=Offered(
            text=spec.level.text,
            levels=(spec.agency_level, *spec.also_levels),
            source=spec.level.source,
            unverified=spec.level.unverified,
        ),
        period=Stated(unverified=True),
        online_level=spec.online_level,
        deadline=Term(
            kind=spec.deadline.kind,
            text=spec.deadline.text,
            value=spec.deadline.value,
            cutoff=spec.deadline.cutoff,
            source=spec.deadline.source,
            unverified=spec.deadline.unverified,
        ),
        fee=spec.fee,
        components=_together(spec.components, [component.name for component in spec.components]),
        legal_basis=_together(spec.legal_basis, [basis.text for basis in spec.legal_basis]),
    )


def _together(stated: Iterable[Stated], words: list[str]) -> Lines | None:
    """Several statements under one mark: verified only if each of them is."""
    marks = tuple(stated)
    sources = dict.fromkeys(mark.source for mark in marks if mark.source)
    unverified = any(not mark.verified for mark in marks)
    return Lines(items=tuple(words), source="; ".join(sources), unverified=unverified) if marks else None
