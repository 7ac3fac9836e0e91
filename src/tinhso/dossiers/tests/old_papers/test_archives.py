"""What comes in: an archive or a folder, a list, cells; evil ones are refused in words."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.dossiers import actions
from tinhso.dossiers.digitising import archive, lines
from tinhso.dossiers.models import BatchState
from tinhso.dossiers.tests.old_papers.scans import evil, row, scan, zipped
from tinhso.kernel import files
from tinhso.kernel.errors import Invalid
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account
from tinhso.places.models import Agency


@pytest.mark.parametrize(
    "content",
    [
        evil(**{"../../etc/passwd.pdf": (b"x", 0)}),
        evil(**{"/etc/x.pdf": (b"x", 0)}),
        evil(**{"C:\\x.pdf": (b"x", 0)}),
        evil(**{"link.pdf": (b"/etc/passwd", 0o120777 << 16)}),
        evil(**{"bom.pdf": (b"\0" * (40 * files.MB), 0)}),
        evil(**{"a.csv": (b"x", 0), "b.csv": (b"x", 0)}),
        evil(**{"x/a.pdf": (b"x", 0), "y/A.PDF": (b"x", 0), "l.csv": (b"", 0)}),
        evil(**{f"{n}.pdf": (b"x", 0) for n in range(502)}),
        b"PK\x03\x04 not a zip",
    ],
)
def test_an_evil_archive_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid), archive.opened(io.BytesIO(content)):
        pass


def test_an_archive_that_lies_about_a_size_is_read_no_further_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_SCAN", 1000)
    content = bytearray(evil(**{"l.csv": (b"x", 0), "a.pdf": (b"\0" * 5000, 0)}))
    at = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[at + 24 : at + 28] = struct.pack("<I", 10)  # the directory says ten bytes
    with archive.opened(io.BytesIO(bytes(content))) as opened:
        try:
            read = opened.scan("a.pdf")
        except Invalid:
            read = b""
    assert len(read) <= 1000


def test_a_cell_like_a_formula_is_text_and_leaves_as_text(upload: Any, holder: Any, client: Client) -> None:
    bad = row(holder, "=HYPERLINK(1)", "", kind='=cmd|"" /C calc""!A0', holder_name="<script>1</script>")
    batch = upload(zipped([bad], {}))
    client.force_login(Account.objects.get(login="hontre.tiepnhan"))
    html = client.get(f"/ban-lam-viec/so-hoa/{batch.id}").content.decode()
    assert "<script>1" not in html
    text = client.get(f"/ban-lam-viec/so-hoa/{batch.id}/can-sua.csv").content.decode("utf-8-sig")
    assert not any(cell.startswith(("=", '"=')) for line in text.splitlines() for cell in line.split(","))


def test_a_folder_sent_as_files_is_the_same_batch(agency: Agency, receiver: Actor, holder: Any) -> None:
    text = zipfile.ZipFile(io.BytesIO(zipped([row(holder)], {}, separator=";"))).read("danh-sach.csv")
    sent = [("x/danh-sach.csv", io.BytesIO(text)), ("x/12.pdf", io.BytesIO(scan("a")))]
    batch = actions.upload_batch(receiver, agency.id, sent)
    assert actions.upload_batch(receiver, agency.id, sent).id == batch.id
    run_waiting()
    batch.refresh_from_db()
    assert batch.state == BatchState.READY


def test_the_template_reads_as_itself() -> None:
    with pytest.raises(Invalid) as refused:
        lines.read(lines.template())
    assert "chưa có dòng" in str(refused.value.detail), "its headings are those that are asked for"


def test_the_packs_kinds_are_each_once(tmp_path: Path) -> None:
    from tinhso.dossiers.pack import digitised
    from tinhso.kernel.packs import Pack

    (tmp_path / "digitised.yaml").write_text(
        "kinds:\n  - {kind: a, name: Giấy, unverified: true}\n  - {kind: b, name: giấy, unverified: true}\n"
    )
    (mistake,) = digitised.check(Pack(tmp_path))
    assert mistake.line == 3
