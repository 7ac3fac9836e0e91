"""A plan of the pack as agencies of this database, and the doors of the apps that move what they keep.

An app registers a `Mover` in its room ``moving.py``: what it would move, the rows behind each number, and the moving
itself. Each moves with statements over whole sets, inside the one transaction of the plan.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.packs import Pack
from tinhso.kernel.packs.mistakes import Mistake
from tinhso.kernel.policy import Actor
from tinhso.kernel.registries import Registry
from tinhso.places.models import Agency, ReorganisationPart
from tinhso.places.pack import agencies as agency_file
from tinhso.places.pack import province, reorganisations
from tinhso.places.pack.reorganisations import Matter, Plan
from tinhso.places.queries import valid


@dataclass(frozen=True)
class Share:
    """What goes from one agency to another; empty conditions take what is left."""

    old: UUID
    new: UUID
    rank: int
    procedures: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Resolved:
    """A plan with ids. ``keepers`` and ``posts``: old agency → who keeps what is closed, and who takes its officials;
    ``stays``: agencies that end with nobody to follow."""

    name: str
    plan: Plan
    shares: tuple[Share, ...]
    keepers: Mapping[UUID, UUID]
    posts: Mapping[UUID, UUID]
    stays: Mapping[UUID, str]
    names: Mapping[UUID, str]

    def speaks_of(self, matter: Matter) -> bool:
        return matter in self.plan.what

    def verified(self, matter: Matter) -> bool:
        what = self.plan.what.get(matter)
        return what is not None and not what.unverified

    @property
    def old(self) -> list[UUID]:
        """The agencies from which something moves."""
        return list(dict.fromkeys(share.old for share in self.shares))

    @property
    def pairs(self) -> list[tuple[UUID, UUID]]:
        return list(dict.fromkeys((share.old, share.new) for share in self.shares))


@dataclass(frozen=True)
class Effect:
    """A number of things of one kind that the plan touches between two agencies. ``kind`` is "app.word"."""

    kind: str
    title: str
    old: UUID | None
    new: UUID | None
    count: int
    unverified: bool = False
    alarm: str = ""  #: what whoever approves must settle, in a sentence

    def as_json(self) -> dict[str, object]:
        return {
            **asdict(self),
            "old": str(self.old) if self.old else None,
            "new": str(self.new) if self.new else None,
        }


@dataclass(frozen=True)
class Shown:
    """A row behind a number: a name without personal data of citizens, and a word about it."""

    id: UUID
    title: str
    about: str = ""


@dataclass
class Carrying:
    """The act under way. ``moved``: old agency → "kind new" → how many; ``lists``: old agency → SHA-256 of ids."""

    actor: Actor
    id: UUID
    at: datetime
    today: date
    moved: dict[UUID, dict[str, int]] = field(default_factory=dict)
    lists: dict[UUID, str] = field(default_factory=dict)

    def note(self, old: UUID, kind: str, new: UUID | None, count: int) -> None:
        if count:
            key = f"{kind} {new}" if new else kind
            counts = self.moved.setdefault(old, {})
            counts[key] = counts.get(key, 0) + count


class Mover(Protocol):
    """What an app does for a reorganisation. ``title`` is what it says while it works."""

    title: str | Promise

    def effects(self, plan: Resolved) -> list[Effect]: ...

    def rows(
        self, plan: Resolved, kind: str, old: UUID | None, new: UUID | None, done: UUID | None
    ) -> Iterator[Shown]: ...

    def move(self, plan: Resolved, act: Carrying) -> None: ...


#: By "1 people", "2 dossiers": the order in which they move.
movers: Registry[Mover] = Registry("mover")


def plan_names() -> list[str]:
    """The plans of this instance's pack."""
    return sorted(path.rpartition("/")[2].removesuffix(".yaml") for path in reorganisations.paths(_pack()))


def read_plan(name: str) -> tuple[Plan, str]:
    """A plan of the pack and the fingerprint of the whole pack. Raises NotFound, Invalid naming the first mistake."""
    pack = _pack()
    if f"{reorganisations.FOLDER}/{name}.yaml" not in reorganisations.paths(pack):
        raise NotFound(_("Gói không có kế hoạch %(name)s.") % {"name": name[:60]})
    mistakes: list[Mistake] = reorganisations.check(pack)
    if mistakes:
        raise Invalid(str(mistakes[0]))
    return reorganisations.read(pack)[name], pack.fingerprint


def fingerprint() -> str:
    """Of the whole pack as it lies on disk now."""
    return _pack().fingerprint


def resolve(name: str, plan: Plan) -> Resolved:
    """The plan with the agencies of this database. Raises Conflict when the pack was not loaded since."""
    root = province.read(_pack()).agency_root.code
    before = {agency.code: agency for agency in Agency.objects.filter(valid(plan.last_day))}
    after = {agency.code: agency for agency in Agency.objects.filter(valid(plan.on))}

    def found(known: Mapping[str, Agency], suffix: str) -> Agency:
        agency = known.get(agency_file.code(root, suffix))
        if agency is None:
            raise Conflict(
                _("Cơ sở dữ liệu chưa có cơ quan “%(code)s”. Chạy tinhso pack load rồi làm lại.") % {"code": suffix}
            )
        return agency

    shares: list[Share] = []
    keepers: dict[UUID, UUID] = {}
    posts: dict[UUID, UUID] = {}
    for move in plan.moves:
        old = found(before, move.from_).id
        for rank, part in enumerate(move.shares()):
            shares.append(
                Share(
                    old,
                    found(after, part.to).id,
                    rank,
                    tuple(part.procedures),
                    tuple(part.fields),
                    tuple(part.units),
                    tuple(part.codes),
                    "" if move.unverified else move.source,
                )
            )
        heir = move.heir()
        if (keeper := move.keeper if move.keeper is not None else heir) is not None:
            keepers[old] = found(after, keeper).id
        if (to := move.posts if move.posts is not None else heir) is not None:
            posts[old] = found(after, to).id
    stays = {found(before, stay.agency).id: stay.reason for stay in plan.stays}
    names = {agency.id: agency.name for agency in [*before.values(), *after.values()]}
    return Resolved(name, plan, tuple(shares), keepers, posts, stays, names)


def every_effect(plan: Resolved) -> list[Effect]:
    """Of every app, in the order in which they move."""
    return [effect for _name, mover in movers for effect in mover.effects(plan)]


def shown_rows(
    plan: Resolved, kind: str, old: UUID | None, new: UUID | None, done: UUID | None = None
) -> Iterator[Shown]:
    """The rows behind a number; ``done``: of the reorganisation that was carried out. Raises NotFound for a kind that
    no app knows."""
    for name, mover in movers:
        if name.partition(" ")[2] == kind.partition(".")[0]:
            return mover.rows(plan, kind, old, new, done)
    raise NotFound


def keep_parts(plan: Resolved, reorganisation: UUID) -> None:
    """Write down what goes where: drafts ask for it later."""
    ReorganisationPart.objects.bulk_create(
        ReorganisationPart(
            reorganisation_id=reorganisation,
            old_id=share.old,
            new_id=share.new,
            rank=share.rank,
            procedures=list(share.procedures),
            fields=list(share.fields),
            units=list(share.units),
            codes=list(share.codes),
            source=share.source[:500],
        )
        for share in plan.shares
    )


def as_table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows for ``jsonb_to_recordset`` in a mover's statement."""
    return json.dumps(rows, default=str)


def _pack() -> Pack:
    return Pack(settings.HERE.pack)
