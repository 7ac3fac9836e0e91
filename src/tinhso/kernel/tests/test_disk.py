"""A full disk in the middle of writing: here a limit of the operating system (EFBIG), in `make proof` a real small
file system (ENOSPC)."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest

from tinhso.config import ROOT
from tinhso.kernel.disk import is_full, writing
from tinhso.kernel.errors import NoRoom
from tinhso.kernel.problems import fault

#: A process that may write 100,000 bytes to a file, storing twice as much in a home of its own.
SMALL = """
import json, os, resource, sys
import django
django.setup()
from tinhso.kernel import spool
from tinhso.kernel.errors import NoRoom
from tinhso.kernel.files import storage
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
def refused(act):
    try:
        act()
    except NoRoom as problem:
        return [problem.status, str(problem.detail)]
    return None
stored = refused(lambda: storage.draw(b"x" * 200_000, 1_000_000))
small = storage.draw(b"x" * 1_000, 1_000_000)
kept = 0
while (noted := refused(lambda: spool.append(spool.DISCLOSURES, {"n": kept, "filler": "y" * 30_000}))) is None:
    kept += 1
print(json.dumps({"stored": stored, "noted": noted, "kept": kept, "draft": str(small.path)}))
"""


@pytest.fixture
def limited(tmp_path: Path) -> tuple[dict[str, object], Path]:
    """What the small process said, and its home."""
    environment = {**os.environ, "TINHSO_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SMALL], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), tmp_path


def test_a_file_that_does_not_fit_is_refused_in_words_and_leaves_nothing_half_written(
    limited: tuple[dict[str, object], Path],
) -> None:
    said, home = limited
    assert said["stored"] == [507, str(NoRoom().detail)]
    assert [str(path) for path in (home / "files").rglob("*") if path.is_file()] == [said["draft"]]


def test_a_line_that_does_not_fit_leaves_only_whole_lines(limited: tuple[dict[str, object], Path]) -> None:
    said, home = limited
    (spool,) = (home / "spool" / "disclosures").glob("*.jsonl")
    lines = spool.read_bytes().split(b"\n")
    assert said["noted"] == [507, str(NoRoom().detail)]
    assert said["kept"] == 3
    assert lines.pop() == b""
    assert [json.loads(line)["n"] for line in lines] == [0, 1, 2]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_apart_from_other_faults(number: int) -> None:
    with pytest.raises(NoRoom), writing():
        raise OSError(number, "full")
    with pytest.raises(PermissionError), writing():
        raise PermissionError(errno.EACCES, "not allowed")
    assert not is_full(OSError(errno.EIO, "broken"))


def test_a_disk_that_fills_while_an_upload_is_read_is_no_fault_without_words() -> None:
    request = HttpRequest()
    request.path, request.method = "/api/v1/drafts/x/files", "POST"
    try:
        raise OSError(errno.ENOSPC, "full")
    except OSError:
        answer = fault(request)
    assert answer.status_code == 507
    assert "Kho lưu của hệ thống đang đầy" in json.loads(answer.content)["detail"]
