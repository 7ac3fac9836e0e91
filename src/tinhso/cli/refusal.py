"""What stops a command: one sentence that says what happened and what to do."""

import shlex
import sys
from pathlib import Path

from tinhso.config import ROOT, Instance


class Refusal(Exception):
    """Raised by any command; `tinhso` prints the Vietnamese sentence, then the English one, and exits with 1."""

    def __init__(self, vietnamese: str, english: str) -> None:
        self.vietnamese, self.english = vietnamese, english
        super().__init__(english)

    def __str__(self) -> str:
        return f"{self.vietnamese}\n{self.english}"


def to_paste(words: str, home: Path) -> str:
    """`tinhso <words>` as a shell takes it from any folder: this clone's own program, and the home unless usual."""
    program = shlex.quote(str(Path(sys.prefix) / "bin" / "tinhso"))
    return " ".join(([] if home == ROOT / "var" else [f"TINHSO_HOME={shlex.quote(str(home))}"]) + [program, words])


def refuse_production(here: Instance, instead: str) -> None:
    """`up`, `status` and `down` are for a trial; in production systemd does it. Raises Refusal saying ``instead``."""
    if here.production:
        raise Refusal(
            f"{here.home} là hệ thống vận hành thật, do systemd trông coi: hãy dùng {instead}",
            f"{here.home} is in production and kept by systemd: use {instead}",
        )
