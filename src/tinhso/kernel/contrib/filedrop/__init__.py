"""SMS on one machine: each message becomes a file in `sms/` of the home, as a gateway's outbox would hold it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinhso.config import instance


@dataclass(frozen=True)
class FileDrop:
    folder: Path

    def send(self, number: str, text: str, key: str) -> None:
        """Write one file a message; offered again it overwrites itself."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f".{key}"
        draft.write_text(json.dumps({"to": number, "text": text, "key": key}, ensure_ascii=False) + "\n")
        draft.replace(self.folder / f"{key}.json")


def make(settings: dict[str, Any]) -> FileDrop:
    """``folder``, unless it is the home's."""
    return FileDrop(Path(settings.get("folder", instance().home / "sms")))
