"""Copies of the province's pack, for tests that make a mistake in one."""

import shutil
from pathlib import Path

from tinhso.config import ROOT

KIEN_GIANG = ROOT / "provinces" / "kien_giang"
#: Three quarters of the time of a check go to these.
PROCEDURES = {"procedures", "catalogue", "generic", "joined"}


def without_procedures(to: Path) -> Path:
    """A copy that has no mistake and no procedure: enough for a mistake in any other part."""
    at_the_top = {KIEN_GIANG: PROCEDURES}
    return Path(shutil.copytree(KIEN_GIANG, to, ignore=lambda at, _names: at_the_top.get(Path(at), set())))
