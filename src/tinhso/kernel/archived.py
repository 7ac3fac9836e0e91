"""How far the database's log is copied into the backup place: what the archiver of this home says, for all who look.

The backup place is closed to the service; so the archiver notes the same instant in the home, where web, worker and
`tinhso status` read it. It says nothing of whether the place is whole: `tinhso doctor` and `tinhso backup --verify` do.
"""

import os
import secrets
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

from tinhso.kernel import clock

#: The archiver looks every two seconds. Copied less far than this, a lost machine takes too much along.
LIMIT = timedelta(minutes=5)


def wanted(home: Path) -> bool:
    """Whether config.toml of this home says now that the log is copied; one that cannot be read just now says no."""
    try:
        return bool(tomllib.loads((home / "config.toml").read_text()).get("backup", {}).get("continuous", False))
    except (OSError, ValueError):
        return False


def note(home: Path, instant: datetime) -> None:
    """Everything committed before this real instant is in the backup place. Anybody of the house may read it."""
    path = _mark(home)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    # the archiver is root, the folder is the service's: nothing that lies there already is written through
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(instant.isoformat())
    draft.replace(path)


def until(home: Path) -> datetime | None:
    """Up to which real instant all is copied; None when the archiver never said so here."""
    try:
        return datetime.fromisoformat(_mark(home).read_text())
    except (OSError, ValueError):
        return None


def lag(home: Path) -> timedelta | None:
    """How long ago that was; None when the archiver never said so here."""
    said = until(home)
    return None if said is None else max(clock.real() - said, timedelta())


def late(home: Path) -> bool:
    """Whether the log should be copied and is not, for longer than LIMIT."""
    if not wanted(home):
        return False
    behind = lag(home)
    return behind is None or behind > LIMIT


def _mark(home: Path) -> Path:
    return home / "run" / "archived"
