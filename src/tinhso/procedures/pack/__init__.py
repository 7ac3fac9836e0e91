"""The procedures of a province pack: one folder a procedure, checked whole, loaded as versions."""

from tinhso.kernel.packs import Mistake, Pack, PackPart, Unreadable, register
from tinhso.places.pack import areas
from tinhso.procedures.pack import catalogue, examples, facts, fees, form, process, shared, template
from tinhso.procedures.pack.beside_studio import load_beside, versions_of_studio
from tinhso.procedures.pack.reading import Draft, read

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
    """Publish what is new. Runs only when the whole pack has no mistake.

    Days on which a version of the studio is law stay as two people published them (decision 0191). Raises PackRefused
    when the pack says otherwise from the same day on.
    """
    studio = versions_of_studio()
    for name in pack.folders(FOLDER):
        draft = read(pack, f"{FOLDER}/{name}")
        for version in draft.versions:
            load_beside(draft, version, studio.get(version.definition["code"], []))


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
