"""Checking a restored instance, in a process of its own that sees nothing but its home."""

import json
import subprocess
import sys
from dataclasses import dataclass, field

from tinhso.cli.backups.manifest import Counts, Manifest, shortfalls
from tinhso.cli.refusal import Refusal
from tinhso.cli.supervisor import environment_of
from tinhso.config import ROOT, Instance


@dataclass(frozen=True)
class Checked:
    """What a restored instance holds. ``faults``: one line for each thing that is not as it should be."""

    counts: Counts
    seals: int
    rows: int
    files: int
    signed: int
    spooled: int  #: lines of the spool that wait to be taken
    set_aside: int  #: seals of the book that are younger than the restored database
    faults: list[str] = field(default_factory=list)


def check(here: Instance, manifest: Manifest, missing: list[str]) -> Checked:
    """Settle the book of seals and the spool, then verify trail, files and signatures. The database must run."""
    done = subprocess.run(
        [sys.executable, "-m", "tinhso.cli.backups.settling", manifest.stamp],
        cwd=ROOT,
        env=environment_of(here),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Refusal(
            f"Không kiểm tra được hệ thống đã khôi phục ({reason}).",
            f"The restored instance could not be checked ({reason}).",
        )
    found = Checked(**json.loads(done.stdout.strip().splitlines()[-1]))
    found.faults[:0] = [f"files/{path}: không có trong bản sao lưu / is not in the backup" for path in missing]
    found.faults.extend(shortfalls(manifest, found.counts))
    return found
