"""Where a simulated dossier happens: who applies, at which agency, with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from tinhso.dossiers.models import (
    Book,
    BookEntry,
    Dossier,
    DossierCounter,
)
from tinhso.kernel.bulk import Load, made
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.models import StoredFile
from tinhso.kernel.policy import Actor
from tinhso.people.queries import Authority, officials_at
from tinhso.places.models import Agency
from tinhso.procedures.models import ProcedureVersion

Data = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Applicant:
    """Who applies: an assured account, the facts that forms are filled in with, and the numbers that it holds."""

    actor: Actor
    facts: dict[str, Any]
    numbers: list[str]
    since: dict[str, str]  #: from which day on the province has had these facts


@dataclass
class Office:
    """An agency, who acts for it, its numbers, and the load that its rows go to."""

    agency: Agency
    calendar: Calendar
    officials: dict[str, Actor]  #: by role
    authority: Authority
    sheet: StoredFile  #: the one sample sheet that stands for every paper
    load: Load
    counters: dict[date, DossierCounter] = field(default_factory=dict)
    books: dict[tuple[str, int], Book] = field(default_factory=dict)
    areas: dict[tuple[date, str], tuple[str, ...]] = field(default_factory=dict)  #: by month and commune
    keys: dict[str, str] = field(default_factory=dict)  #: of the person and of the seal
    sent: list[UUID] = field(default_factory=list)  #: the dossiers that it got
    staff: dict[str, frozenset[UUID]] = field(default_factory=dict)  #: accounts by role, as they were asked for

    def accounts_of(self, role: str) -> frozenset[UUID]:
        """Everybody who holds the role here now."""
        if role not in self.staff:
            self.staff[role] = frozenset(one.account for one in officials_at(self.agency.id, role))
        return self.staff[role]

    def next_code(self, day: date) -> str:
        counter = self.counters.get(day)
        if counter is None:
            counter = self.counters[day] = made(DossierCounter, agency_id=self.agency.id, day=day)
        counter.last += 1
        return f"{self.agency.code}-{day:%y%m%d}-{counter.last:04d}"

    def next_entry(self, dossier: Dossier, kind: str, year: int) -> BookEntry:
        book = self.next_line(kind, year)
        return made(BookEntry, book=book, number=book.last, dossier=dossier)

    def next_line(self, kind: str, year: int) -> Book:
        """The book, counted on by one."""
        book = self.books.get((kind, year))
        if book is None:
            book = self.books[kind, year] = made(Book, agency_id=self.agency.id, kind=kind, year=year)
        book.last += 1
        return book


@dataclass(frozen=True)
class Filing:
    """What is filed: the procedure, the answers by topic, and the papers by component."""

    version: ProcedureVersion
    data: Data
    papers: Sequence[str]
