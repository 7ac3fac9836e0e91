"""Keys of this instance: files that neither the database nor its server process can read.

They lie in ``TINHSO_HOME/keys`` (0700), or where ``TINHSO_KEYS`` or ``[keys] folder`` of config.toml says, for
example on a disk of its own. Who loses them loses the files; who backs them up keeps them apart from the database.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from tinhso.config import instance
from tinhso.kernel.ids import new_id


def folder() -> Path:
    """The key folder; made on first use."""
    here = instance()
    chosen = os.environ.get("TINHSO_KEYS") or here.settings.get("keys", {}).get("folder")
    path = Path(chosen) if chosen else here.home / "keys"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def key(name: str, make: Callable[[], bytes] = lambda: secrets.token_bytes(32)) -> bytes:
    """The key of that name; made once, whichever process comes first."""
    path = folder() / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    draft = path.with_name(f"{name}.{new_id()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()
