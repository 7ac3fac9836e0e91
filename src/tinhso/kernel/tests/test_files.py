"""Files come back as they were given, unreadable on disk; what is dangerous or mislabelled is refused in words."""

import io
import os
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from cryptography.exceptions import InvalidTag
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from tinhso.kernel import files
from tinhso.kernel.cipher import PIECE, Content, encrypt
from tinhso.kernel.contrib.clamav import ClamAV
from tinhso.kernel.contrib.eicar import SIGNATURE
from tinhso.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from tinhso.kernel.files import checks, service, storage, upkeep
from tinhso.kernel.files.base import ScannerSilent, Verdict
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import AuditRecord, Blob, StoredFile
from tinhso.kernel.policy import Actor

pytestmark = pytest.mark.django_db
ACTOR = Actor(account=new_id(), name="Lê Văn Bình")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(storage, "root", lambda: tmp_path)
    monkeypatch.setattr(upkeep, "root", lambda: tmp_path)
    with translation.override("vi"):
        yield


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def keep(
    name: str, content: bytes | BinaryIO, allowed: frozenset[str] = files.PAPERS, limit: int = 60 * files.MB
) -> StoredFile:
    return files.store(ACTOR, name=name, content=content, allowed=allowed, limit=limit)


def on_disk(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file() and root / "keys" not in path.parents]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("giấy chứng sinh.pdf", PDF, files.PDF),
        ("ảnh.JPG", picture(), files.JPEG),
        ("ảnh.png", picture("PNG"), files.PNG),
        ("ảnh.webp", picture("WEBP"), files.WEBP),
        ("iphone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", files.HEIC),
        ("không đuôi", PDF, files.PDF),
    ],
)
def test_a_file_is_known_by_its_content_and_comes_back(name: str, content: bytes, kind: str, tmp_path: Path) -> None:
    file = keep(name, content)
    assert (file.name, file.media_type, file.size, file.state) == (name, kind, len(content), files.FileState.CLEAN)
    assert files.read(file.id) == content
    (path,) = on_disk(tmp_path)
    assert content not in path.read_bytes()
    assert file.sha256 not in path.name


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ảnh.jpg", PDF, "Tệp “ảnh.jpg” có đuôi của ảnh JPEG nhưng nội dung là PDF."),
        ("virus.exe", PDF, "có đuôi của .exe nhưng nội dung là PDF"),
        ("thư.pdf", b"<html><script>alert(1)</script>", "không phải loại tệp được nhận"),
        ("rỗng.pdf", b"", "trống, không có gì bên trong"),
        ("cụt.pdf", b"%PDF-1.7\n1 0 obj", "bị cắt cụt hoặc hỏng"),
        ("hỏng.jpg", picture()[:300], "bị hỏng"),
        ("macro.docx", b"PK\x03\x04 not really", "không phải loại tệp được nhận"),
    ],
)
def test_what_is_not_what_it_says_is_refused_in_words(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        keep(name, content)
    assert words in str(refusal.value.detail)
    assert on_disk(tmp_path) == []


def test_a_word_document_is_told_from_other_archives() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert keep("đơn.docx", out.getvalue(), frozenset({files.DOCX})).media_type == files.DOCX
    with pytest.raises(Invalid, match="invalid") as refusal:
        keep("đơn.docx", out.getvalue())
    assert "chỗ này chỉ nhận: PDF, ảnh JPEG" in str(refusal.value.detail)


@pytest.mark.parametrize("side", [8_000, 14_000])
def test_a_decompression_bomb_is_refused(side: int) -> None:
    bomb = io.BytesIO()
    Image.new("1", (side, side)).save(bomb, "PNG")
    with pytest.raises(Invalid) as refusal:
        keep("bom.png", bomb.getvalue())
    assert "quá nhiều điểm ảnh" in str(refusal.value.detail)


def test_pictures_unfold_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = checks._one_at_a_time
    seen: list[bool] = []

    def load(picture: Image.Image) -> None:
        free = turns.acquire(blocking=False)
        seen.append(free)
        if free:
            turns.release()

    small = io.BytesIO()
    Image.new("RGB", (2, 2)).save(small, "PNG")
    monkeypatch.setattr(PngImageFile, "load", load)
    checks.check("anh.png", small, files.PAPERS)
    assert seen == [False]
    assert turns.acquire(blocking=False)
    turns.release()


class Endless(io.RawIOBase):
    """An upload without an end that counts how much was asked of it."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"x" * size


def test_an_upload_over_the_limit_is_stopped_while_reading(tmp_path: Path) -> None:
    upload = Endless()
    with pytest.raises(TooLarge) as refusal:
        keep("to.pdf", upload, limit=5 * files.MB)  # type: ignore[arg-type]
    assert "5 MB" in str(refusal.value.detail)
    assert upload.given < 6 * files.MB
    assert on_disk(tmp_path) == []


def test_fifty_megabytes_pass_through_little_memory(tmp_path: Path) -> None:
    source = tmp_path.parent / "big.pdf"
    with source.open("wb") as out:
        out.write(PDF)
        for _piece in range(50):
            out.write(os.urandom(files.MB))
        out.write(b"\n%%EOF\n")
    tracemalloc.start()
    with source.open("rb") as upload:
        file = keep("lớn.pdf", upload)
    with files.open_file(file.id) as content:
        total = sum(len(piece) for piece in iter(lambda: content.read(PIECE), b""))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == source.stat().st_size
    assert peak < 4 * files.MB


@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "in an archive"])
def test_malware_is_quarantined_and_its_sender_told(wrapped: bool) -> None:
    content = SIGNATURE
    if wrapped:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", SIGNATURE * 3)
        content = out.getvalue()
    with pytest.raises(Invalid) as refusal:
        keep("eicar.pdf", content)
    assert "mã độc (EICAR-Test-File)" in str(refusal.value.detail)
    upkeep.enter_quarantined()
    file = StoredFile.objects.get(name="eicar.pdf")
    assert (file.state, file.stored_by) == (files.FileState.QUARANTINE, ACTOR.account)
    assert AuditRecord.objects.filter(act="kernel.file-quarantined", subject=f"file:{file.id}").exists()
    with pytest.raises(NotFound):
        files.read(file.id)


def test_while_the_scanner_is_silent_a_file_waits_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "scanner", lambda: ClamAV("127.0.0.1", 1))
    file = keep("giấy.pdf", PDF)
    assert file.state == files.FileState.PENDING
    with pytest.raises(Conflict) as refusal:
        files.read(file.id)
    assert "thử lại" in str(refusal.value.detail)
    upkeep.scan_waiting()
    assert files.read(file.id) == PDF


def test_the_same_content_lies_once_and_stays_until_its_last_file_is_erased(
    tmp_path: Path, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    first, second = keep("một.pdf", PDF), keep("hai.pdf", PDF)
    assert first.blob_id == second.blob_id
    assert len(on_disk(tmp_path)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        files.erase(ACTOR, first.id)
    assert files.read(second.id) == PDF
    with django_capture_on_commit_callbacks(execute=True):
        files.erase(ACTOR, second.id)
    assert on_disk(tmp_path) == []
    assert Blob.objects.get().wrapped_key is None
    with pytest.raises(NotFound):
        files.read(second.id)
    assert files.read(keep("ba.pdf", PDF).id) == PDF


def test_a_changed_file_is_not_read_as_if_it_were_whole(tmp_path: Path) -> None:
    file = keep("giấy.pdf", PDF)
    (path,) = on_disk(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(InvalidTag):
        files.read(file.id)


def test_names_lose_folders_and_what_cannot_be_shown() -> None:
    assert keep("C:\\Users\\lan\\\x00giấy\u202e.pdf", PDF).name == "giấy.pdf"
    assert keep("x" * 400 + ".pdf", PDF).name.endswith(".pdf")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    size=st.one_of(st.integers(0, 300), st.sampled_from([PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])),
    pieces=st.integers(1, 90_000),
    start=st.integers(0, 200_000),
)
def test_any_content_comes_back_from_any_place(tmp_path: Path, size: int, pieces: int, start: int) -> None:
    content, path, key = os.urandom(size), tmp_path / "content", os.urandom(32)
    with path.open("wb") as out:
        encrypt(key, (content[at : at + pieces] for at in range(0, size, pieces)), out)
    # as `plain_content` hands it out: a raw read may end with a piece
    with io.BufferedReader(Content(key, path, size)) as plain:
        assert plain.read() == content
        plain.seek(start)
        assert plain.read(100) == content[start : start + 100]


class Counting:
    """A scanner that answers late."""

    def scan(self, content: BinaryIO) -> Verdict:
        raise ScannerSilent


def test_waiting_files_go_on_waiting_while_the_scanner_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "scanner", Counting)
    monkeypatch.setattr(upkeep, "scanner", Counting)
    file = keep("giấy.pdf", PDF)
    upkeep.scan_waiting()
    assert StoredFile.objects.get(id=file.id).state == files.FileState.PENDING


def test_an_erased_file_is_not_read_from_an_old_row_and_an_old_copy_of_its_content(tmp_path: Path):
    kept = keep("giấy.pdf", PDF)
    row = StoredFile.objects.get(id=kept.id)
    blob = Blob.objects.get(id=row.blob_id)
    [content] = on_disk(tmp_path)
    copy = content.read_bytes()
    share = storage.share_of(blob.id)
    assert share.is_file()
    files.erase(ACTOR, kept.id)
    service.destroy(content.name, str(blob.id))
    assert not share.exists()
    assert not content.exists()

    row.save()
    blob.save()  # the database of yesterday, and the disk of yesterday
    content.write_bytes(copy)

    with pytest.raises(NotFound):
        files.read(kept.id)


def test_a_key_goes_only_with_the_last_file_of_its_content():
    first, second = keep("một.pdf", PDF), keep("hai.pdf", PDF)
    files.erase(ACTOR, first.id)
    assert files.read(second.id) == PDF
    assert storage.share_of(second.blob_id).is_file()


def test_a_key_kept_before_there_were_shares_still_opens():
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from tinhso.kernel import keys

    blob, key, nonce = new_id(), os.urandom(32), os.urandom(12)
    old = nonce + AESGCM(keys.key("files.master")).encrypt(nonce, key, blob.bytes)
    assert storage.unwrap(old, blob) == key


def test_what_the_house_made_itself_is_kept_like_any_file(tmp_path: Path):
    kept = files.store_own(ACTOR, name="dữ liệu.json", media_type="application/json", content=b'{"a": 1}')
    assert files.read(kept.id) == b'{"a": 1}'
    assert b'"a"' not in on_disk(tmp_path)[0].read_bytes()
