"""An earlier release as it was: its own sources out of this repository's history, installed as its README says."""

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from tinhso.config import ROOT

#: The last commit of the release of 24 November 2026: a province on one machine, before backups and production.
PREVIOUS = "0186035"

OURS = ("TINHSO_", "DJANGO_", "VIRTUAL_")


@contextmanager
def checkout(commit: str = PREVIOUS) -> Iterator[Path]:
    """Its sources in a folder of their own, with an environment of their own. Skips where the history is cut off."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True)
    if packed.returncode != 0:
        pytest.skip(f"this checkout's history does not reach back to {commit}")
    with tempfile.TemporaryDirectory(prefix="tinhso-release-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("TINHSO_", "DJANGO_", "VIRTUAL_"))
        }
        made = subprocess.run(
            ["python3", "scripts/bootstrap.py"], cwd=folder, env=kept, capture_output=True, text=True, timeout=600
        )
        assert made.returncode == 0, made.stdout + made.stderr
        yield folder
