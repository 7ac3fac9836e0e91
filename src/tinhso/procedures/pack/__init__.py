"""The procedures of a province pack: one folder a procedure, checked whole, loaded as versions."""

from tinhso.kernel.packs import Mistake, Pack, PackPart, Unreadable, register
from tinhso.places.pack import areas
from tinhso.procedures.pack import catalogue, examples, facts, fees, form, process, shared, template
from tinhso.procedures.pack.reading import Draft, read
from tinhso.procedures.publishing import publish

FOLDER = "procedures"


def check(pack: Pack) -> list[Mistake]:
    """Every mistake of every procedure. Reads no database."""
    found = shared.check(pack)
    groups = frozenset(areas.read(pack))
    for name in pack.folders(FOLDER):
        try:
            found += _check(read(pack, f"{FOLDER}/{name}"), groups)
        except Unreadable as unreadable:
            found += unreadable.mistakes
    return list(dict.fromkeys(found))


def load(pack: Pack) -> None:
    """Publish what is new. Runs only when the whole pack has no mistake."""
    for name in pack.folders(FOLDER):
        for version in read(pack, f"{FOLDER}/{name}").versions:
            publish(version.definition, version.valid_from, version.valid_to)


def _check(draft: Draft, groups: frozenset[str]) -> list[Mistake]:
    found = list(draft.mistakes)
    for version in draft.versions:
        draft.looked_at = version
        found += facts.check_areas(draft, version.spec, groups)
        for part in (form, process, facts, template, fees):
            found += part.check(draft, version.spec)
    draft.looked_at = None
    return list(dict.fromkeys(found)) or examples.check(draft)


register(PackPart(FOLDER, FOLDER, check, load))
register(PackPart(f"{FOLDER}.catalogue", catalogue.FOLDER, catalogue.check, catalogue.load))
