"""What can be asked of procedures: the version that is law on a day, lists, search, life events."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.kernel.errors import NotFound
from tinhso.places.models import Agency, AgencyKind
from tinhso.procedures.finding.catalogue import Catalogue, LifeEvent, Listed, Suffix, catalogue
from tinhso.procedures.finding.index import LEAST
from tinhso.procedures.finding.words import plain
from tinhso.procedures.models import Guide, ProcedureVersion
from tinhso.procedures.reading import known_spec

__all__ = ["plain"]

_FILLABLE = Q(complete=True) | Q(generic=True)
#: Versions that this process showed in lists, and how many it keeps.
_read: dict[UUID, ProcedureVersion] = {}
MOST_READ = 2000
#: By the catalogue's stamp, what `untimed_versions` found last.
_untimed: dict[UUID | None, frozenset[UUID]] = {}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty is everything. ``levels`` are agency levels, any of which fits; ``once`` is a
    level at which a procedure was done at any time."""

    field: str = ""
    levels: frozenset[str] = frozenset()
    online: str = ""
    complete: bool | None = None
    fillable: bool | None = None
    once: str = ""

    def let(self, version: Listed) -> bool:
        return (
            (not self.field or plain(version.field) == plain(self.field))
            and (not self.levels or bool(self.levels & set(version.agency_levels)))
            and (not self.online or version.online_level == self.online)
            and (self.complete is None or version.complete == self.complete)
            and (self.fillable is None or version.fillable == self.fillable)
        )


@dataclass(frozen=True)
class Found:
    """A version that fits, and how well; ``score`` 0 in a list without words."""

    version: Listed
    score: int

    @property
    def place(self) -> tuple[str, str]:
        """Its place in the list, for going on from there: later things compare greater."""
        return f"{9999 - self.score:04}", self.version.code


def procedure(code: str, on: date) -> ProcedureVersion:
    """The version that is law on that day of a procedure that can be filed here; its definition is read only when
    this process does not know it. Raises NotFound."""
    found = _in_force(on).defer("definition").filter(_FILLABLE, code=code.replace("\x00", "")).first()
    if found is None:
        raise NotFound
    return found


def entry(code: str, on: date) -> ProcedureVersion:
    """The version that is law on that day, also of a procedure that is only in the catalogue. Raises NotFound."""
    found = _in_force(on).filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise NotFound
    return found


def periods(code: str) -> list[Listed]:
    """The versions of a procedure through time, oldest first; empty for an unknown code."""
    return sorted((v for v in catalogue().listed if v.code == code), key=lambda v: v.valid_from)


def procedures_on(on: date, filters: Filters | None = None) -> list[Listed]:
    """One version of each procedure that is law on that day, by name."""
    return sorted(_on(catalogue(), on, filters), key=lambda v: (plain(v.name), v.code))


def by_code(codes: Iterable[str], on: date) -> dict[str, Listed]:
    """Several procedures of a day in one query; those unknown on that day are left out."""
    wanted = set(codes)
    return {version.code: version for version in _on(catalogue(), on, None) if version.code in wanted}


def search(text: str, on: date, filters: Filters | None = None) -> list[Found]:
    """Procedures of that day that fit what people say, best first; all of them by code when nothing is said."""
    kept = catalogue()
    asked = kept.asked(text)
    if not asked:
        everything = _on(kept, on, filters)
        return [Found(version, 0) for version in sorted(everything, key=lambda v: v.code)]
    scores: Counter[int] = Counter()
    ways = ((asked, 1.0), *kept.meant(asked))
    for words, standing in ways:
        for hit in kept.index.find(words):
            scores[hit.key] = max(scores[hit.key], round(standing * hit.score))
    for key in scores:
        scores[key] = round(scores[key] * kept.fitting(key, [words for words, _standing in ways]))
    allowed = {version.id for version in _on(kept, on, filters)}
    found = [Found(kept.listed[key], score) for key, score in scores.items() if kept.listed[key].id in allowed]
    best = max((hit.score for hit in found), default=0)
    near = [hit for hit in found if hit.score >= max(0.5 * best, 1000 * LEAST)]
    return sorted(near, key=lambda hit: hit.place)


def levels_of(agency: Agency) -> set[str]:
    """The level whose procedures an agency offers, derived from its unit; nothing can be derived for a department."""
    if agency.kind == AgencyKind.DEPARTMENT or agency.unit is None:
        return set()
    return {str(agency.unit.level)}


def fields_on(on: date) -> dict[str, int]:
    """The fields of that day with how many procedures each has, by name."""
    counted = Counter(version.field for version in _on(catalogue(), on, None))
    return dict(sorted(counted.items(), key=lambda pair: plain(pair[0])))


def near_fields(text: str, on: date) -> list[str]:
    """Fields that a question without an answer comes nearest to, at most three; none when nothing is near."""
    kept = catalogue()
    law = {version.id for version in _on(kept, on, None)}
    near = [kept.listed[hit.key] for hit in kept.index.find(kept.asked(text), least=0.05)]
    return list(dict.fromkeys(version.field for version in near if version.id in law))[:3]


def life_events() -> tuple[LifeEvent, ...]:
    """In the pack's order."""
    return catalogue().events


def life_event(slug: str) -> LifeEvent:
    """Raises NotFound."""
    found = next((event for event in catalogue().events if event.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def life_events_for(text: str) -> list[LifeEvent]:
    """Life events that fit what people say, best first; at most two."""
    kept = catalogue()
    asked = kept.asked(text)
    return [kept.events[hit.key] for hit in kept.event_index.find(asked)[:2] if hit.score >= 550] if asked else []


def published_suffix(on: date) -> Suffix | None:
    """What the province hangs on a base code on that day; None when the pack says nothing."""
    return next((suffix for suffix in reversed(catalogue().suffixes) if suffix.valid_from <= on), None)


def online_levels(on: date) -> list[tuple[str, str, date, str, bool]]:
    """Code, name, first day, online level ("full", "partial", "none", "" when nobody knows) and whether that is
    verified, of each procedure of that day."""
    rows = _in_force(on).order_by("code", "-valid_from", "-revision").distinct("code")
    return list(rows.values_list("code", "name", "valid_from", "online_level", "online_verified"))


def version(id: UUID) -> ProcedureVersion:
    """Raises NotFound."""
    found = ProcedureVersion.objects.filter(id=id).first()
    if found is None:
        raise NotFound
    return found


def codes_and_fields() -> list[tuple[UUID, str, str]]:
    """Id, code and field of every version."""
    return list(ProcedureVersion.objects.values_list("id", "code", "field"))


def unit_answers(ids: Iterable[UUID]) -> list[tuple[UUID, list[str]]]:
    """Where the form of a version asks for an administrative unit: its id and ``[topic, field]``, in their order."""
    fillable = {id: found for id, found in versions(set(ids)).items() if found.fillable}
    return [
        (id, [topic.name, field.name])
        for id, found in fillable.items()
        for topic in found.spec.form.topics
        for group in topic.groups
        for field in group.fields
        if field.kind == "unit"
    ]


def versions(ids: set[UUID]) -> dict[UUID, ProcedureVersion]:
    """Several versions in one query, and one more for the definitions that this process does not know yet."""
    found = ProcedureVersion.objects.defer("definition").in_bulk(list(ids))
    unknown = [row.pk for row in found.values() if known_spec(row.content_hash) is None]
    return found | (ProcedureVersion.objects.in_bulk(unknown) if unknown else {})


def listed_versions(ids: set[UUID]) -> dict[UUID, ProcedureVersion]:
    """Several versions for a list, as this process first read them: a version is never overwritten but in its last day,
    which no list of dossiers shows. No query for those it knows."""
    missing = {id for id in ids if id not in _read}
    if missing:
        if len(_read) > MOST_READ:
            _read.clear()
        _read.update(versions(missing))
    return {id: _read[id] for id in ids}


def untimed_versions() -> frozenset[UUID]:
    """Versions whose term promises nothing: it depends on the case, or nobody verified its number. One query while the
    catalogue stays as it is."""
    stamp = Guide.objects.values_list("stamp", flat=True).first()
    kept = _untimed.get(stamp)
    if kept is None:
        paths = ("definition__deadline", "definition__generic__deadline")
        rows = ProcedureVersion.objects.filter(_FILLABLE).values_list("id", "generic", *paths)
        terms = [(id, (common if generic else own) or {}) for id, generic, own, common in rows]
        kept = frozenset(id for id, term in terms if term.get("unverified") or term.get("kind", "by_case") == "by_case")
        _untimed.clear()
        if stamp is not None:
            _untimed[stamp] = kept
    return kept


def versions_of(field: str = "", code: str = "") -> frozenset[UUID]:
    """Every version, of whatever day, of the procedures of a field, or of one procedure. One query."""
    rows = ProcedureVersion.objects.filter(_FILLABLE)
    rows = rows.filter(field=field.replace("\x00", "")) if field else rows
    rows = rows.filter(code=code.replace("\x00", "")) if code else rows
    return frozenset(rows.values_list("id", flat=True))


def fields_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The field of each version, in one query."""
    return dict(ProcedureVersion.objects.filter(id__in=set(ids)).values_list("id", "field"))


def _on(kept: Catalogue, on: date, filters: Filters | None) -> list[Listed]:
    latest: dict[str, Listed] = {}
    for each in kept.listed:  # by code and first day: the later one of a code wins
        if each.on(on):
            latest[each.code] = each
    let = [each for each in latest.values() if filters is None or filters.let(each)]
    if filters is None or not filters.once:
        return let
    codes = {each.code for each in kept.listed if filters.once in each.agency_levels}
    return [each for each in let if each.code in codes]


def _in_force(on: date) -> QuerySet[ProcedureVersion]:
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return ProcedureVersion.objects.filter(still, valid_from__lte=on).order_by("-valid_from", "-revision")
