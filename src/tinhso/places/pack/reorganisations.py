"""`reorganisations/<name>.yaml`: which agency becomes which on a day, and what moves with it.

Agencies are named by their suffix (as in `agencies.csv`): ``from`` as they were on the last day before, ``to`` as they
are on the day. Every agency that ends on the last day stands in ``moves`` or, with the reason, in ``stays``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, Unreadable, read_as
from tinhso.kernel.packs.shapes import line_at
from tinhso.places.pack import agencies, units
from tinhso.places.pack.agencies import AgencyLine

FOLDER = "reorganisations"
NAME = r"[a-z0-9][a-z0-9-]{0,59}"


class Matter(StrEnum):
    """What a plan speaks of. What it leaves out does not move."""

    DOSSIERS = "dossiers"  #: open dossiers with their steps
    POSTS = "posts"  #: roles of officials
    SIGNING = "signing"  #: signing authorities end; new ones are granted anew
    BOOKS = "books"  #: the old agency's books close, the new one's begin
    FEES = "fees"
    CLOCKS = "clocks"


class What(Fact):
    """By whose word this matter moves, and how in a sentence for whoever approves."""

    note: str = Field(default="", max_length=500)
    roles: list[str] = []  #: of posts; empty: all roles


class Part(BaseModel):
    """A share of an agency: dossiers of these procedures, fields, units (named in the form) or codes. All empty: the
    rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: str
    procedures: list[str] = []
    fields: list[str] = []
    units: list[str] = []
    codes: list[str] = []

    @property
    def rest(self) -> bool:
        return not (self.procedures or self.fields or self.units or self.codes)


class Move(Fact):
    """One agency and where it goes: whole (``to``) or in ``parts``. ``keeper`` takes the closed dossiers, ``posts`` the
    officials; without them, who takes the whole or the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: str = Field(alias="from")
    to: str | None = None
    parts: list[Part] = []
    keeper: str | None = None
    posts: str | None = None

    def shares(self) -> list[Part]:
        """In the order in which they decide: the rest last."""
        whole = [Part(to=self.to)] if self.to is not None else []
        return [part for part in self.parts if not part.rest] + [p for p in self.parts if p.rest] + whole

    def heir(self) -> str | None:
        """Who takes the whole or the rest."""
        return next((part.to for part in self.shares() if part.rest), None)


class Stay(Fact):
    """An agency that ends and has no successor in this plan, with the reason."""

    agency: str
    reason: str = Field(min_length=1, max_length=500)


class Plan(Fact):
    """The file."""

    title: str = Field(min_length=1, max_length=300)
    on: date
    what: dict[Matter, What]
    moves: list[Move] = Field(min_length=1)
    stays: list[Stay] = []

    @property
    def last_day(self) -> date:
        """The last day of the old agencies."""
        return self.on - timedelta(days=1)


def read(pack: Pack) -> dict[str, Plan]:
    """Plans by name. Raises Unreadable with every mistake of a file."""
    return {PurePosixPath(path).stem: read_as(Plan, pack.yaml(path), path) for path in paths(pack)}


def paths(pack: Pack) -> list[str]:
    return pack.files(FOLDER, ".yaml")


def check(pack: Pack) -> list[Mistake]:
    """What stands in the way of carrying the plans out, by line."""
    if not paths(pack):
        return []
    known = [line for _number, line in agencies.read(pack)]
    codes = {unit.code for _number, unit in units.read(pack).lines}
    found: list[Mistake] = []
    taken: dict[tuple[date, str], str] = {}
    for path in paths(pack):
        try:
            plan = read_as(Plan, pack.yaml(path), path)
        except Unreadable as unreadable:
            found += unreadable.mistakes
            continue
        found += _Check(path, pack.yaml(path), plan, known, codes).mistakes()
        for index, move in enumerate(plan.moves):
            other = taken.setdefault((plan.on, move.from_), path)
            if other != path:
                message = _("Cơ quan “%(code)s” đã có trong %(file)s cùng ngày.") % {"code": move.from_, "file": other}
                line = line_at(pack.yaml(path), ("moves", index, "from"))
                found.append(Mistake(path, line, message, _("Giữ ở một tệp.")))
    return found


@dataclass(frozen=True)
class _Check:
    """One file against the agencies and units of the pack."""

    path: str
    data: object
    plan: Plan
    known: list[AgencyLine]
    units: set[str]

    def mistakes(self) -> list[Mistake]:
        return [
            *self._name(),
            *self._endings(),
            *self._twice(),
            *(mistake for index in range(len(self.plan.moves)) for mistake in self._move(index)),
            *self._stays(),
            *self._circles(),
        ]

    def _at(self, suffix: str, day: date) -> AgencyLine | None:
        return next((agency for agency in self.known if agency.suffix == suffix and agency.on(day)), None)

    def _wrong(self, where: tuple[int | str, ...], message: str, remedy: str) -> Mistake:
        return Mistake(self.path, line_at(self.data, where), message, remedy)

    def _name(self) -> Iterator[Mistake]:
        if not re.fullmatch(NAME, PurePosixPath(self.path).stem):
            yield Mistake(self.path, 0, _("Tên tệp chưa đúng."), _("Dùng chữ thường, số và gạch nối: 2025-07-01.yaml."))

    def _endings(self) -> Iterator[Mistake]:
        """An agency that ends and of which the plan says nothing."""
        told = {move.from_ for move in self.plan.moves} | {stay.agency for stay in self.plan.stays}
        for agency in self.known:
            if agency.valid_to == self.plan.last_day and agency.suffix not in told:
                yield self._wrong(
                    ("moves",),
                    _("%(name)s (“%(code)s”) kết thúc ngày %(day)s nhưng chưa có cơ quan kế tiếp.")
                    % {"name": agency.name, "code": agency.suffix, "day": f"{self.plan.last_day:%d/%m/%Y}"},
                    _("Thêm vào moves, hoặc vào stays kèm lý do."),
                )

    def _twice(self) -> Iterator[Mistake]:
        seen: set[str] = set()
        named = [(("moves", i, "from"), move.from_) for i, move in enumerate(self.plan.moves)]
        named += [(("stays", i, "agency"), stay.agency) for i, stay in enumerate(self.plan.stays)]
        for where, suffix in named:
            if suffix in seen:
                yield self._wrong(
                    where, _("Cơ quan “%(code)s” được nhắc hai lần.") % {"code": suffix}, _("Gộp thành một mục.")
                )
            seen.add(suffix)

    def _move(self, index: int) -> Iterator[Mistake]:
        move, at = self.plan.moves[index], ("moves", index)
        old = self._at(move.from_, self.plan.last_day)
        if old is None:
            yield self._wrong(
                (*at, "from"),
                _("Không có cơ quan “%(code)s” vào ngày %(day)s.")
                % {"code": move.from_, "day": f"{self.plan.last_day:%d/%m/%Y}"},
                _("Dùng cột suffix của agencies/agencies.csv, còn hiệu lực đến ngày trước ngày sắp xếp."),
            )
            return
        if (move.to is None) == (not move.parts):
            yield self._wrong(at, _("Cần đúng một trong hai: to hoặc parts."), _("Cả cơ quan: to. Chia ra: parts."))
            return
        ends = old.ends < self.plan.on
        if move.heir() is None and ends:
            remedy = _("Thêm một phần chỉ có to ở cuối, nhận mọi việc còn lại.")
            yield self._wrong((*at, "parts"), _("Các phần không nhận hết việc của %s.") % old.name, remedy)
        if move.heir() is not None and not ends:
            message = _("%(name)s vẫn hoạt động từ ngày %(day)s nên không chuyển hết được.")
            yield self._wrong(
                (*at, "from"),
                message % {"name": old.name, "day": f"{self.plan.on:%d/%m/%Y}"},
                _("Đặt valid_to cho cơ quan, hoặc chỉ chuyển các phần có điều kiện."),
            )
        yield from self._targets(move, at, old)
        yield from self._shared_twice(move, at)

    def _targets(self, move: Move, at: tuple[int | str, ...], old: AgencyLine) -> Iterator[Mistake]:
        named: list[tuple[tuple[int | str, ...], str | None]] = [((*at, "to"), move.to)]
        named += [((*at, "parts", i, "to"), part.to) for i, part in enumerate(move.parts)]
        named += [((*at, "keeper"), move.keeper), ((*at, "posts"), move.posts)]
        for where, suffix in named:
            new = self._at(suffix, self.plan.on) if suffix is not None else None
            if suffix is not None and new is None:
                yield self._wrong(
                    where,
                    _("Không có cơ quan “%(code)s” vào ngày %(day)s.")
                    % {"code": suffix, "day": f"{self.plan.on:%d/%m/%Y}"},
                    _("Dùng suffix của cơ quan có hiệu lực vào ngày sắp xếp."),
                )
            if new is not None and new == old:
                remedy = _("Bỏ mục này, hoặc chỉ tới cơ quan kế tiếp.")
                yield self._wrong(where, _("%s được chuyển cho chính mình.") % old.name, remedy)

    def _shared_twice(self, move: Move, at: tuple[int | str, ...]) -> Iterator[Mistake]:
        seen: set[tuple[str, str]] = set()
        rests = 0
        for index, part in enumerate(move.parts):
            rests += part.rest
            if rests > 1 and part.rest:
                remedy = _("Chỉ để một phần không có điều kiện.")
                yield self._wrong((*at, "parts", index), _("Hai phần cùng nhận việc còn lại."), remedy)
            single = sum(bool(values) for values in (part.procedures, part.fields, part.units, part.codes)) == 1
            for kind in ("procedures", "fields", "units", "codes"):
                for place, value in enumerate(getattr(part, kind)):
                    where = (*at, "parts", index, kind, place)
                    if kind == "units" and value not in self.units:
                        remedy = _("Dùng mã có trong units/units.csv.")
                        yield self._wrong(where, _("Không có đơn vị %s.") % value, remedy)
                    if single and (kind, value) in seen:
                        remedy = _("Để ở một phần.")
                        yield self._wrong(where, _("“%s” được chuyển hai lần.") % value, remedy)
                    if single:
                        seen.add((kind, value))

    def _stays(self) -> Iterator[Mistake]:
        for index, stay in enumerate(self.plan.stays):
            if self._at(stay.agency, self.plan.last_day) is None:
                yield self._wrong(
                    ("stays", index, "agency"),
                    _("Không có cơ quan “%(code)s” vào ngày %(day)s.")
                    % {"code": stay.agency, "day": f"{self.plan.last_day:%d/%m/%Y}"},
                    _("Dùng cột suffix của agencies/agencies.csv."),
                )

    def _circles(self) -> Iterator[Mistake]:
        """Work that would come back to where it was: only agencies that go on can stand in a circle."""
        going: dict[AgencyLine, tuple[int, list[AgencyLine]]] = {}
        for index, move in enumerate(self.plan.moves):
            old = self._at(move.from_, self.plan.last_day)
            new = [agency for part in move.shares() if (agency := self._at(part.to, self.plan.on)) is not None]
            if old is not None:
                going[old] = (index, [agency for agency in new if agency != old])
        for start, (index, _next) in going.items():
            reached, now = set[AgencyLine](), [start]
            while now:
                after = [new for old in now if old in going for new in going[old][1] if new not in reached]
                reached |= set(after)
                now = after
            if start in reached:
                yield self._wrong(
                    ("moves", index, "from"),
                    _("%s nhận lại việc của chính mình qua các cơ quan khác (vòng tròn).") % start.name,
                    _("Bỏ một chiều chuyển."),
                )


def load(pack: Pack) -> None:
    """Read when a plan is proposed or carried out: nothing is stored."""
