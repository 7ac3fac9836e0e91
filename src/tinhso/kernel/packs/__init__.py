"""The frame of a province pack: files read with their lines, mistakes that name the remedy, all-or-nothing loading.

Each app registers its part in ``pack.py``::

    register(PackPart("places", "units", check, load))

``check(pack)`` returns mistakes (or raises `Unreadable`), ``load(pack)`` writes rows; it runs only when no part has a
mistake, inside one transaction with all other parts, after the parts of lower floors.
"""

from tinhso.kernel.packs.frame import Pack, PackPart, PackRefused, check_pack, load_pack, parts, register
from tinhso.kernel.packs.mistakes import Mistake, Unreadable
from tinhso.kernel.packs.shapes import Fact, line_at, read_as, shaped
from tinhso.kernel.packs.table import Line
from tinhso.kernel.packs.yaml import Items, Mapping

__all__ = [
    "Fact",
    "Items",
    "Line",
    "Mapping",
    "Mistake",
    "Pack",
    "PackPart",
    "PackRefused",
    "Unreadable",
    "check_pack",
    "line_at",
    "load_pack",
    "parts",
    "read_as",
    "register",
    "shaped",
]
