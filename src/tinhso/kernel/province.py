"""How this instance's province names itself: `province.yaml` of its pack. What is missing is left out, not invented."""

from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from tinhso.kernel import clock


@dataclass(frozen=True)
class Province:
    """Words for headers and footers."""

    name: str = ""  #: "Kiên Giang"
    authority: str = ""  #: "Ủy ban nhân dân tỉnh Kiên Giang"
    operator: str = ""  #: who runs this site
    hotline: str = ""  #: a telephone number people may call; shown only when the pack gives it


def province() -> Province:
    """As the province is called today. The file is read once: a pack is loaded with a restart."""
    today = clock.today()
    return next(named for since, named in _names(settings.HERE.pack / "province.yaml") if since <= today)


@cache
def _names(path: Path) -> list[tuple[date, Province]]:
    """The names with their first day, newest first; `later` in the file says what changes when."""
    read: dict[str, Any] = (yaml.safe_load(path.read_text()) or {}) if path.is_file() else {}
    found = [(date.min, _words(read))]
    for change in read.get("later", []):
        found.append((change["valid_from"], _words({**read, **change})))
    return sorted(found, key=lambda named: named[0], reverse=True)


def _words(read: dict[str, Any]) -> Province:
    known = {field.name for field in fields(Province)}
    return Province(**{key: str(value) for key, value in read.items() if key in known and isinstance(value, str | int)})
