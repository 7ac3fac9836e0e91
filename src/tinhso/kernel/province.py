"""How this instance's province names itself: `province.yaml` of its pack. What is missing is left out, not invented."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import yaml
from django.conf import settings


@dataclass(frozen=True)
class Province:
    """Words for headers and footers."""

    name: str = ""  #: "Kiên Giang"
    authority: str = ""  #: "Ủy ban nhân dân tỉnh Kiên Giang"
    operator: str = ""  #: who runs this site
    hotline: str = ""  #: a telephone number people may call; shown only when the pack gives it


@cache
def province() -> Province:
    """Read once; a pack is loaded with a restart."""
    path = settings.HERE.pack / "province.yaml"
    if not path.is_file():
        return Province()
    read: dict[str, Any] = yaml.safe_load(path.read_text()) or {}
    known = {field.name for field in fields(Province)}
    return Province(**{key: str(value) for key, value in read.items() if key in known and isinstance(value, str | int)})
