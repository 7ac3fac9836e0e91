"""The catalogue of this process: every version in few words, with its index, read anew when the stamp changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any
from uuid import UUID

from tinhso.procedures.finding import words
from tinhso.procedures.finding.index import Index, expanded
from tinhso.procedures.models import Guide, ProcedureVersion

#: Words of its field, and words of the papers, hint at a procedure but do not name it.
FIELD_STANDING = 0.45
ALONE = 0.6  #: standing of a saying's meaning without the rest of the question
#: A procedure that ends, changes or repeats something, in a question that asks for that, or that does not.
ASKED_FOR, NOT_ASKED_FOR = 1.08, 0.88


#: Plain syllables of each way to ask for something.
Asking = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Listed:
    """A version as lists show it."""

    id: UUID
    code: str
    name: str
    field: str
    level: str
    agency_level: str
    agency_levels: tuple[str, ...]
    online_level: str
    online_verified: bool
    complete: bool
    generic: bool
    valid_from: date
    valid_to: date | None
    revision: int
    keywords: tuple[str, ...]

    @property
    def fillable(self) -> bool:
        """Whether it can be filed and decided here, with a form of its own or the common one."""
        return self.complete or self.generic

    def on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class EventStep:
    code: str
    when: str


@dataclass(frozen=True)
class LifeEvent:
    """What happens in a life, and the procedures that follow, in order."""

    slug: str
    title: str
    intro: str
    icon: str
    say: tuple[str, ...]
    steps: tuple[EventStep, ...]


@dataclass(frozen=True)
class Suffix:
    """What hangs on a base code when the province publishes it, from a day on."""

    valid_from: date
    suffix: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Catalogue:
    """All of it; `listed` by code and first day, latest revisions only."""

    stamp: UUID | None
    listed: tuple[Listed, ...]
    events: tuple[LifeEvent, ...]
    suffixes: tuple[Suffix, ...]
    index: Index
    event_index: Index
    abbreviations: Mapping[str, Sequence[str]]
    sayings: tuple["Saying", ...]
    acts: Mapping[int, Asking]  #: place in ``listed`` → the ways to ask for the act that its name begins with

    def fitting(self, key: int, ways: Sequence[Sequence[str]]) -> float:
        """How the act of a procedure fits a question, given in every way it is understood: "xóa" or "gia hạn" is found
        by those who ask for it, and stands behind the first registration for everybody else."""
        asking = self.acts.get(key)
        if asking is None:
            return 1.0
        return ASKED_FOR if any(_holds(way, said) for way in ways for said in asking) else NOT_ASKED_FOR

    def asked(self, text: str) -> list[str]:
        """The syllables of a question, abbreviations written out."""
        return expanded(words.syllables(text), self.abbreviations)

    def meant(self, asked: Sequence[str]) -> list[tuple[list[str], float]]:
        """Other ways to say it, each with its standing: the catalogue's words in place of what people say, or alone."""
        bare = [words.plain(syllable) for syllable in asked]
        found: list[tuple[list[str], float]] = []
        for saying in self.sayings:
            size = len(saying.said)
            for start in range(len(bare) - size + 1):
                if tuple(bare[start : start + size]) == saying.said:
                    found.append(([*asked[:start], *saying.means, *asked[start + size :]], 1.0))
                    found.append((list(saying.means), ALONE))
                    break
        return found[:6]


def _holds(way: Sequence[str], act: tuple[str, ...]) -> bool:
    bare = tuple(words.plain(syllable) for syllable in way)
    return any(bare[start : start + len(act)] == act for start in range(len(bare) - len(act) + 1))


@dataclass(frozen=True)
class Saying:
    """Plain syllables that people say, and the syllables that they mean."""

    said: tuple[str, ...]
    means: tuple[str, ...]


_kept: Catalogue | None = None
_lock = Lock()


def catalogue() -> Catalogue:
    """What this process keeps, if it is still true: one query; two more and the indexing when it is not."""
    global _kept
    stamp = Guide.objects.values_list("stamp", flat=True).first()
    kept = _kept
    if kept is not None and kept.stamp == stamp:
        return kept
    with _lock:
        if _kept is None or _kept.stamp != stamp:
            _kept = _read(stamp)
        return _kept


def _read(stamp: UUID | None) -> Catalogue:
    guide = Guide.objects.first() or Guide()
    rows = ProcedureVersion.objects.order_by("code", "valid_from", "-revision").distinct("code", "valid_from")
    listed = tuple(map(_listed, rows.defer("definition")))
    return assembled(stamp, listed, guide.synonyms, guide.life_events, guide.suffixes)


def _listed(row: ProcedureVersion) -> Listed:
    return Listed(
        id=row.id,
        code=row.code,
        name=row.name,
        field=row.field,
        level=row.level,
        agency_level=row.agency_level,
        agency_levels=tuple(row.agency_levels),
        online_level=row.online_level,
        online_verified=row.online_verified,
        complete=row.complete,
        generic=row.generic,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        revision=row.revision,
        keywords=tuple(row.keywords),
    )


def assembled(
    stamp: UUID | None,
    listed: tuple[Listed, ...],
    synonyms: Mapping[str, Any],
    life_events: Sequence[Mapping[str, Any]],
    suffixes: Sequence[Mapping[str, Any]],
) -> Catalogue:
    """A catalogue with its indexes, from what is stored."""
    ignored = frozenset(word for saying in synonyms.get("ignore", []) for word in words.syllables(saying))
    events = tuple(
        LifeEvent(**{**event, "say": tuple(event["say"]), "steps": tuple(EventStep(**step) for step in event["steps"])})
        for event in life_events
    )
    return Catalogue(
        stamp=stamp,
        listed=listed,
        events=events,
        suffixes=tuple(
            Suffix(date.fromisoformat(s["valid_from"]), s["suffix"], s["source"], not s["unverified"]) for s in suffixes
        ),
        index=_index(listed, synonyms.get("hidden", {}), ignored),
        event_index=_event_index(events, ignored),
        abbreviations={
            key: words.syllables(meant)
            for short, meant in synonyms.get("abbreviations", {}).items()
            for key in (short.lower(), words.plain(short))
        },
        sayings=_sayings(synonyms.get("same", [])),
        acts=_acts(listed, synonyms.get("acts", {})),
    )


def _acts(listed: tuple[Listed, ...], acts: Mapping[str, Sequence[str]]) -> dict[int, Asking]:
    """The longest act that a name begins with, "Đăng ký" before it left out: "Đăng ký thay đổi …" is a change."""
    known = {_bare(act): tuple(_bare(said) for said in (act, *more)) for act, more in acts.items()}
    found = {}
    for key, version in enumerate(listed):
        name = _bare(version.name)
        starts = (name, name[2:]) if name[:2] == ("dang", "ky") else (name,)
        begun = [act for act in known for start in starts if start[: len(act)] == act]
        if begun:
            found[key] = known[max(begun, key=len)]
    return found


def _bare(text: str) -> tuple[str, ...]:
    return tuple(map(words.plain, words.syllables(text)))


def _sayings(same: Sequence[Mapping[str, Any]]) -> tuple[Saying, ...]:
    """Longest first: "xây nhà trọ" before "xây nhà"."""
    found = [
        Saying(tuple(map(words.plain, words.syllables(said))), tuple(words.syllables(each["means"])))
        for each in same
        for said in each["say"]
    ]
    return tuple(sorted(found, key=lambda saying: -len(saying.said)))


def _index(listed: tuple[Listed, ...], hidden: Mapping[str, Sequence[str]], ignored: frozenset[str]) -> Index:
    index = Index(ignored)
    for key, version in enumerate(listed):
        for title in dict.fromkeys([version.name, *version.keywords, *hidden.get(version.code, ())]):
            index.add(key, title)
        index.add(key, version.code)
        index.add(key, version.field, FIELD_STANDING)
    return index.close()


def _event_index(events: tuple[LifeEvent, ...], ignored: frozenset[str]) -> Index:
    index = Index(ignored)
    for key, event in enumerate(events):
        for title in dict.fromkeys([event.title, *event.say]):
            index.add(key, title)
    return index.close()
