"""The catalogue of a province pack: procedures known by their facts, hidden synonyms, life events.

catalogue/fields/<field>.yaml   one file a field (lĩnh vực), its procedures in it
catalogue/synonyms.yaml         what people say, never shown
catalogue/life_events.yaml      what happens in a life, and the procedures that follow, in order
catalogue/catalogue.yaml        the suffix that codes wear when this province publishes them
"""

from tinhso.kernel.packs import Mistake, Pack, Unreadable
from tinhso.procedures.entries import Entry
from tinhso.procedures.pack import generic
from tinhso.procedures.pack.catalogue import entries, events, suffixes, synonyms
from tinhso.procedures.publishing import guide, publish_entry

FOLDER = "catalogue"


def check(pack: Pack) -> list[Mistake]:
    """Every mistake of the catalogue. Reads no database."""
    found, read = [], []
    for path in pack.files(entries.FOLDER, ".yaml"):
        try:
            file = entries.read(pack, path)
            read += file.versions
            found += file.mistakes
        except Unreadable as unreadable:
            found += unreadable.mistakes
    found += entries.repeated(read, set(pack.folders("procedures")))
    found += _common(pack, read)
    codes = {version.code for version in read} | set(pack.folders("procedures"))
    for part in (suffixes, synonyms, events):
        try:
            found += part.check(pack, codes)
        except Unreadable as unreadable:
            found += unreadable.mistakes
    return found


def load(pack: Pack) -> None:
    """Publish what is new. Runs only when the whole pack has no mistake."""
    for path in pack.files(entries.FOLDER, ".yaml"):
        kit = generic.kit(pack, path)
        for version in entries.read(pack, path).versions:
            made = generic.definition(kit, path, version.entry) if kit is not None else None
            publish_entry(version.definition, version.valid_from, version.valid_to, made)
    guide(synonyms.read(pack).told, events.told(pack), suffixes.told(pack))


def _common(pack: Pack, versions: list[entries.Version]) -> list[Mistake]:
    """Mistakes of the common form, as the procedures of each field use it."""
    by_file: dict[str, list[Entry]] = {path: [] for path in pack.files(entries.FOLDER, ".yaml")}
    for version in versions:
        by_file[version.file].append(version.entry)
    return generic.check(pack, by_file)
