"""A disk that fills while the province runs: whoever acts is told so in words, nothing is lost, nothing is half there,
and once there is room everything goes on. On a real small file system (tmpfs), so as root only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx
import pytest

from tests.filing import FORM, MOTHER, PROCEDURE, agency_of, drafted, picture, sign_in
from tests.running import Running, disposable, until

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system"),
]

RECEIVER = "hontre.tiepnhan"
SENTENCE = "Kho lưu của hệ thống đang đầy"


def mount(folder: Path, *options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(("mode=700", *options)), "tmpfs", folder], check=True)


def fill(out: BinaryIO) -> None:
    while True:
        out.write(b"\0" * 4096)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Inside, a file of rubbish takes all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as out, pytest.raises(OSError, match="No space left"):
        fill(cast(BinaryIO, out))
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """An instance whose files and spool lie on file systems of a few megabytes."""
    with disposable() as instance:
        small = [instance.home / "files", instance.home / "spool" / "disclosures"]
        for folder in small:
            folder.mkdir(parents=True, mode=0o700)
            mount(folder, "size=4m")
        try:
            instance.up()
            yield instance
        finally:
            instance.tinhso("down")
            for folder in small:
                subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture(scope="module")
def mother(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=60) as client:
        sign_in(client, running.accounts(), MOTHER)
        yield client


@pytest.fixture(scope="module")
def receiver(running: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=60) as client:
        sign_in(client, running.accounts(), RECEIVER)
        yield client


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.name != "filler"}


def refused_in_words(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers["Content-Type"]) == (507, "application/problem+json"), answer.text
    assert SENTENCE in answer.json()["detail"]


def upload(http: httpx.Client, draft: str) -> httpx.Response:
    files = {"file": ("giay.png", picture())}
    return http.post(f"/api/v1/drafts/{draft}/files", data={"component": "birth_paper"}, files=files)


def test_an_upload_is_refused_leaves_no_half_file_and_succeeds_when_there_is_room(
    running: Running, mother: httpx.Client
) -> None:
    begun = mother.post("/api/v1/drafts", json={"procedure": PROCEDURE, "agency": agency_of(mother)})
    draft, mark = begun.json()["id"], begun.headers["ETag"]
    before = files_in(running.home / "files")
    with full(running.home / "files"):
        refused_in_words(upload(mother, draft))
        saved = mother.put(f"/api/v1/drafts/{draft}/topics/child", json=FORM["child"], headers={"If-Match": mark})
        assert saved.status_code == 200, "the form is kept by the database and needs no room for files"
    assert files_in(running.home / "files") == before
    kept: dict[str, Any] = mother.get(f"/api/v1/drafts/{draft}").json()
    assert (kept["papers"], kept["data"]["child"]["given_name"]) == ([], "Khôi")
    assert upload(mother, draft).status_code == 201


def test_a_reading_that_cannot_be_noted_does_not_happen_and_is_noted_once_when_it_does(
    running: Running, mother: httpx.Client, receiver: httpx.Client
) -> None:
    draft = drafted(mother, agency_of(mother))
    dossier = mother.post(f"/api/v1/drafts/{draft}/submit").json()["id"]
    with full(running.home / "spool" / "disclosures"):
        answer = receiver.get(f"/api/v1/dossiers/{dossier}")
        refused_in_words(answer)
        assert "Khôi" not in answer.text
    assert receiver.get(f"/api/v1/dossiers/{dossier}").status_code == 200

    def noted() -> int:
        rows = mother.get("/api/v1/disclosures").json()["items"]
        return sum(row["record"] == f"dossier:{dossier}" for row in rows)

    until(lambda: noted() > 0, 120, "the reading is in the log of the person read")
    assert noted() == 1
    for spool in (running.home / "spool" / "disclosures").glob("*.jsonl"):
        assert spool.read_bytes()[-1:] in (b"", b"\n"), "only whole lines"


def test_a_paper_is_drawn_when_there_is_room_again(
    running: Running, mother: httpx.Client, receiver: httpx.Client
) -> None:
    draft = drafted(mother, agency_of(mother))
    sent = mother.post(f"/api/v1/drafts/{draft}/submit").json()
    before = files_in(running.home / "files")
    path = f"/api/v1/dossiers/{sent['id']}"
    with full(running.home / "files"):
        received = receiver.post(f"{path}/reception", headers={"If-Match": f'"{sent["version"]}"'})
        assert received.status_code == 200
        assert receiver.post(f"{path}/receipt-requests").status_code == 202
        (made,) = mother.get(f"{path}/issued-papers").json()
        paper = f"/api/v1/issued-papers/{made['id']}"
        assert mother.get(paper).status_code == 507
        assert files_in(running.home / "files") == before
    until(lambda: mother.get(paper).status_code == 200, 120, "the receipt is there")
    assert mother.get(paper).content.startswith(b"%PDF")
