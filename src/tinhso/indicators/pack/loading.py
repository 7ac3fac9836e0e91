"""Putting the strategy into the database: added and corrected by key, never deleted."""

from typing import Any

from tinhso.indicators.jobs import count_measure
from tinhso.indicators.models import Clause, Owner, Target, Undertaking, UndertakingKind
from tinhso.indicators.pack.reading import Written, has, read
from tinhso.indicators.pack.shapes import OwnerLine, UndertakingLine
from tinhso.indicators.words import plain
from tinhso.kernel import measures
from tinhso.kernel.packs import Pack
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.places.pack import province


def load(pack: Pack) -> None:
    """All of it; what the pack no longer names is kept, but not listed. Measures of the pack are counted anew."""
    if has(pack):
        written = read(pack)
        _clauses(written)
        _targets(written)
        _undertakings(pack, written)
    for measure in measures.every_measure():
        if measure.from_pack:
            measures.rebuild(measure.name)
        elif measures.never_counted(measure.name):
            count_measure.defer(name=measure.name, once=measure.name)


def _clauses(written: Written) -> None:
    for position, (key, title) in enumerate(written.headings.items()):
        Clause.objects.update_or_create(key=key, defaults={"title": title, "position": position})


def _targets(written: Written) -> None:
    found: dict[str, dict[str, Any]] = {}
    for _line, bullet in written.bullets:
        for target in bullet.targets:
            found[target.id] = {
                "clause": bullet.clause,
                "sentence": bullet.sentence,
                "year": bullet.year,
                "owner": target.owner.name if target.owner else "",
                "source": f"{written.strategy.source}, {bullet.clause}",
                "search_text": plain(f"{target.id} {target.title} {bullet.sentence}"),
                **target.model_dump(exclude={"id", "owner"}),
            }
    _store(Target, found)


def _undertakings(pack: Pack, written: Written) -> None:
    found: dict[str, dict[str, Any]] = {}
    owners: dict[str, OwnerLine] = {}
    for kind, lines in ((UndertakingKind.TASK, written.tasks), (UndertakingKind.DUTY, written.duties)):
        for _line, line in lines:
            found[line.id] = {"kind": kind, **_values(line, written.strategy.source)}
            if line.owner is not None:
                owners[line.id] = line.owner
    _store(Undertaking, found)
    root = province.read(pack).agency_root.code
    then = list(places.agencies(written.strategy.first_day))
    rows = {row.key: row for row in Undertaking.objects.filter(key__in=found)}
    for key, row in rows.items():
        charged = {agency.id for agency in _meant(owners.get(key), root, then)}
        Owner.objects.filter(undertaking=row).exclude(agency__in=charged).delete()
        for agency in charged - set(row.owners.values_list("agency_id", flat=True)):
            Owner.objects.create(undertaking=row, agency_id=agency)


def _values(line: UndertakingLine, source: str) -> dict[str, Any]:
    return {
        "clause": line.clause,
        "sentence": line.sentence,
        "sector": line.sector,
        "owner": line.owner.name if line.owner else "",
        "measure": line.measure,
        "source": f"{source}, {line.clause}",
        "search_text": plain(f"{line.id} {line.sentence}"),
    }


def _meant(owner: OwnerLine | None, root: str, then: list[Agency]) -> list[Agency]:
    """The agencies of the decision's own day: whom a later day put in their place is not in the decision."""
    if owner is None:
        return []
    codes = {f"{root}.{suffix}" if suffix else root for suffix in owner.agencies}
    kinds = {str(kind) for kind in owner.kinds}
    return [agency for agency in then if agency.code in codes or agency.kind in kinds]


def _store(model: type[Target] | type[Undertaking], found: dict[str, dict[str, Any]]) -> None:
    """Write rows by key, in the order of the pack."""
    model.objects.exclude(key__in=found).update(listed=False)
    for position, (key, values) in enumerate(found.items()):
        model.objects.update_or_create(key=key, defaults={**values, "position": position, "listed": True})
