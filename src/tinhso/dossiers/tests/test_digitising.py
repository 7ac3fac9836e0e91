"""Paper results digitised in bulk: a dry run that names each fault, the officer's signature, the vault, the check."""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from tinhso.dossiers import actions, queries
from tinhso.dossiers.digitising import archive, keeping, lines, signing
from tinhso.dossiers.digitising.lines import COLUMNS
from tinhso.dossiers.models import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.dossiers.tests.conftest import actor_of
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock, files, measures
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Disclosure, StoredFile
from tinhso.kernel.pdf.render import render
from tinhso.kernel.policy import Actor
from tinhso.people.actions import SeenIdentity, approve_correction, propose_correction
from tinhso.people.models import Account, Identifier, Person
from tinhso.places.models import Agency
from tinhso.vault.models import Holding, HoldingState

_made: dict[str, bytes] = {}


def scan(words: str) -> bytes:
    """A page of PDF that differs by its words; drawn once."""
    if not _made:
        _made[""] = render("<p>Trang quét</p>", title="Trang quét")
    return _made[""] + f"\n% {words}\n".encode()


def zipped(rows: list[list[str]], scans: dict[str, bytes], name: str = "danh-sach.csv", separator: str = ",") -> bytes:
    out = io.BytesIO()
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in [[str(t) for t in COLUMNS.values()], *rows])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo(name), "\ufeff" + text)
        for one, content in scans.items():
            made.writestr(zipfile.ZipInfo(one), content)
    return out.getvalue()


@pytest.fixture
def holder(mother: Actor) -> tuple[str, str]:
    """The mother's identity number and name."""
    number = Identifier.objects.filter(person=mother.subject).values_list("number", flat=True).first()
    return str(number), mother.name


@pytest.fixture
def upload(agency: Agency, receiver: Actor) -> Callable[..., DigitisedBatch]:
    def send(content: bytes, actor: Actor = receiver) -> DigitisedBatch:
        batch = actions.upload_batch(actor, agency.id, [("so-2011.zip", io.BytesIO(content))])
        run_waiting()
        batch.refresh_from_db()
        return batch

    return send


def row(holder: tuple[str, str], number: str = "12", file: str = "12.pdf", **more: str) -> list[str]:
    said = {"number": number, "issued_on": "05/09/2011", "kind": "Giấy khai sinh", "identity": holder[0]}
    said |= {"holder_name": holder[1], "birth_date": "", "valid_to": "", "scan": file, **more}
    return [said[name] for name in COLUMNS]


def faults_of(batch: DigitisedBatch) -> dict[int, list[str]]:
    rows = Digitised.objects.filter(batch=batch, state=DigitisedState.WRONG)
    return {one.line: [fault["column"] for fault in one.faults] for one in rows}


def picture_pdf() -> bytes:
    """As scanning programs write it: with a cross-reference table that strict readers refuse."""
    made = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(made, "PDF")
    return made.getvalue()


def with_script() -> bytes:
    """A page that runs a script when it is opened, in a compressed object."""
    made = PdfFileWriter(stream_xrefs=True)
    holder = made.prepare_object_stream()
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    page = PageObject(
        contents=made.add_object(StreamObject(stream_data=b"")),
        media_box=ArrayObject(map(NumberObject, (0, 0, 40, 60))),
    )
    made.insert_page(page)
    made.root["/OpenAction"] = made.add_object(action, obj_stream=holder)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def test_an_ordinary_scan_is_signed_however_loosely_its_program_wrote_it(
    upload: Any, holder: Any, leader: Actor
) -> None:
    batch = upload(zipped([row(holder)], {"12.pdf": picture_pdf()}))
    assert batch.state == BatchState.READY, faults_of(batch)
    actions.sign_batch(leader, batch.id, version=batch.version)
    run_waiting()
    paper = Digitised.objects.get(batch=batch)
    assert (paper.state, paper.problem) == (DigitisedState.SIGNED, "")
    assert verify_result(files.read(paper.file_id)).valid


def test_a_scan_that_acts_by_itself_or_cannot_be_read_is_named_in_the_check(upload: Any, holder: Any) -> None:
    scans = {"1.pdf": with_script(), "2.pdf": b"%PDF-1.7\nnothing\n%%EOF", "3.pdf": picture_pdf()[:-40]}
    assert b"/JavaScript" not in scans["1.pdf"], "the test wants it hidden"
    batch = upload(zipped([row(holder, number=name[0], file=name) for name in scans], scans))
    assert faults_of(batch) == {2: ["H"], 3: ["H"], 4: ["H"]}
    words = [one.faults[0]["words"] for one in Digitised.objects.filter(batch=batch).order_by("line")]
    assert "tự chạy" in words[0]
    assert "Không đọc được" in words[1]
    assert "Không đọc được" in words[2]


def test_a_list_does_not_find_out_by_trying_who_holds_a_number(
    upload: Any, holder: Any, mother: Actor, receiver: Actor
) -> None:
    births = [f"{day:02d}/03/1998" for day in range(10, 18)]  # hers is among them
    tried = [row(holder, number=str(n), file="", birth_date=birth) for n, birth in enumerate(births, 1)]
    batch = upload(zipped(tried, {}))
    assert set(faults_of(batch)) == set(range(2, 10))
    words = {fault["words"] for one in Digitised.objects.filter(batch=batch) for fault in one.faults}
    assert all("nhiều người khác nhau" in one for one in words)
    take_disclosures()
    assert not Disclosure.objects.filter(person=mother.subject, actor_account=receiver.account).exists()


def test_behind_twenty_wrong_names_nobody_is_compared(upload: Any, receiver: Actor) -> None:
    known, first = [Person(full_name=f"Người {n}", source="test") for n in range(22)], date(2021, 1, 1)
    Person.objects.bulk_create(known)
    numbers = [f"09119800{n:04}" for n in range(5000, 5022)]
    Identifier.objects.bulk_create(
        Identifier(person=person, kind="cccd", number=number, valid_from=first)
        for person, number in zip(known, numbers, strict=True)
    )
    names = ["Ai Khác"] * 21 + ["Người 21"]
    tried = [row((numbers[n], names[n]), number=str(n + 1), file="") for n in range(22)]
    batch = upload(zipped(tried, {}))
    rows = Digitised.objects.filter(batch=batch).order_by("line")
    words = [fault["words"] for one in rows for fault in one.faults if fault["column"] in "DE"]
    assert ["không khớp" in one for one in words[:20]] == [True] * 20
    assert ["Chưa so dòng này" in one for one in words[20:]] == [True] * 2
    take_disclosures()
    read = set(Disclosure.objects.filter(actor_account=receiver.account).values_list("person", flat=True))
    assert read == {person.pk for person in known[:20]}


def test_a_batch_is_checked_signed_kept_and_verified(
    upload: Any, holder: Any, leader: Actor, mother: Actor, receiver: Actor, agency: Agency, client: Client
) -> None:
    unknown = ("091055001234", "Trần Văn Xưa")
    listed = [row(holder), row(unknown, "13", "13.pdf", issued_on="2012-01-02"), row(unknown, "14", "")]
    batch = upload(zipped(listed, {"thư mục/12.pdf": scan("a"), "13.pdf": scan("b"), "thua.pdf": scan("c")}))
    assert (batch.state, batch.counts["ready"], batch.counts["noted"]) == (BatchState.READY, 2, 1)
    assert (batch.counts["unknown"], batch.counts["unnamed"], batch.file_id) == (1, 1, None)
    assert measures.breakdown("dossiers.digitised", "scope", 2026) == {}
    actions.sign_batch(leader, batch.id, version=batch.version)
    run_waiting()
    batch.refresh_from_db()
    assert (batch.state, batch.done) == (BatchState.DONE, 2)
    held = Holding.objects.get(person=mother.subject)
    assert (held.kind, held.number, clock.local(held.issued_at).date()) == (
        *("birth_certificate", "12"),
        date(2011, 9, 5),
    )
    signed = files.read(held.file_id)
    checked = verify_result(signed)
    assert (checked.valid, [s.role for s in checked.signatures]) == (True, ["person"])
    assert "con dấu" not in checked.words
    assert not verify_result(signed[:-9] + b"x" + signed[-8:]).valid
    figure = measures.breakdown("dossiers.digitised", "scope", 2026)[agency.id]
    assert (figure.numerator, figure.denominator) == (2, 3)
    share = next(one for one in queries.digitised_shares(receiver) if one.agency_name == agency.name)
    assert (share.digitised, share.valid) == (2, 3)
    signing.sign_all(batch.id)
    assert Holding.objects.count() == 1
    client.force_login(Account.objects.get(login="hontre.tiepnhan"))
    html = client.get(f"/ban-lam-viec/so-hoa/{batch.id}").content.decode()
    assert holder[0] not in html
    assert f"••••••••{holder[0][-4:]}" in html


def test_each_fault_is_named_at_its_line_and_nothing_wrong_can_be_signed(
    upload: Any, holder: Any, leader: Actor
) -> None:
    scans = {"a.pdf": scan("a"), "anh.pdf": b"MZ no pdf", "b.pdf": scan("b"), "c.pdf": scan("c"), "d.pdf": scan("d")}
    scans["e.pdf"] = scans["c.pdf"]
    batch = upload(
        zipped(
            [
                row(holder, "1", "mat.pdf"),
                row(holder, "2", "anh.pdf"),
                row(("999", "Ai"), "3", "a.pdf"),
                row(holder, "4", "b.pdf"),
                row(holder, "4", ""),
                row((holder[0], "Người Khác"), "6", "d.pdf"),
                row(holder, "7", "c.pdf"),
                row(holder, "8", "", kind="Bằng lái", issued_on="31/02/2011"),
                row(holder, "9", "", issued_on="01/01/2030"),
                row(holder, "10", "", valid_to="01/01/2020"),
                row(holder, "11", "e.pdf"),
            ],
            scans,
        )
    )
    assert batch.state == BatchState.WRONG
    assert faults_of(batch) == {
        2: ["H"],
        3: ["H"],
        4: ["D"],
        5: ["A"],
        6: ["A"],
        7: ["E"],
        8: ["H"],
        9: ["B", "C"],
        10: ["B"],
        11: ["G"],
        12: ["H"],
    }
    with pytest.raises(Conflict):
        actions.sign_batch(leader, batch.id, version=batch.version)
    actions.drop_batch(leader, batch.id, version=batch.version)
    assert not Digitised.objects.exists()
    assert not StoredFile.objects.filter(name="b.pdf").exclude(state="erased").exists()


def test_right_lines_are_signed_and_faulty_ones_wait_for_their_correction(
    upload: Any, holder: Any, leader: Actor, client: Client
) -> None:
    listed = [row(holder), row(holder, "13", "mat.pdf"), row(holder, "14", "")]
    batch = upload(zipped(listed, {"12.pdf": scan("a")}))
    assert (batch.state, faults_of(batch)) == (BatchState.WRONG, {3: ["H"]})
    client.force_login(Account.objects.get(login="hontre.phochutich"))
    actions.sign_batch(leader, batch.id, version=batch.version)
    run_waiting()
    batch.refresh_from_db()
    assert (batch.state, batch.done) == (BatchState.WRONG, 1)
    assert dict(Digitised.objects.values_list("line", "state")) == {2: "signed", 3: "wrong", 4: "listed"}
    assert [line for line, _column, _words in queries.digitised_faults(leader, batch.id)] == [3]
    with pytest.raises(Conflict):
        actions.sign_batch(leader, batch.id)
    corrected = upload(zipped([row(holder, "13", "13.pdf")], {"13.pdf": scan("b")}))
    assert corrected.state == BatchState.READY
    actions.drop_batch(leader, batch.id)
    batch.refresh_from_db()
    assert (batch.state, Digitised.objects.filter(batch=batch).count()) == (BatchState.DONE, 2)


def test_the_same_archive_and_the_same_number_come_once(upload: Any, holder: Any, leader: Actor) -> None:
    content = zipped([row(holder)], {"12.pdf": scan("a")})
    first = upload(content)
    assert upload(content).id == first.id
    actions.sign_batch(leader, first.id)
    run_waiting()
    again = upload(content)
    assert again.id != first.id
    assert faults_of(again) == {2: ["A", "H"]} or faults_of(again) == {2: ["A"]}
    other = upload(zipped([row(holder, "99")], {"12.pdf": scan("a")}))
    assert faults_of(other) == {2: ["H"]}, "one scan is not the paper of two numbers"


def test_two_batches_with_one_number_at_once_are_signed_once(upload: Any, holder: Any, leader: Actor) -> None:
    one = upload(zipped([row(holder)], {"12.pdf": scan("a")}))
    two = upload(zipped([row(holder)], {"12.pdf": scan("b")}))
    for batch in (one, two):
        actions.sign_batch(leader, batch.id)
    run_waiting()
    assert Digitised.objects.filter(state=DigitisedState.SIGNED).count() == 1
    left = Digitised.objects.get(state=DigitisedState.READY)
    assert "vừa được số hóa" in left.problem
    assert DigitisedBatch.objects.get(id=left.batch_id).state == BatchState.READY


def test_who_may_sign(upload: Any, holder: Any, leader: Actor, receiver: Actor, mother: Actor, agency: Agency) -> None:
    content = zipped([row(holder)], {"12.pdf": scan("a")})
    batch = upload(content, leader)
    with pytest.raises(Denied):
        actions.sign_batch(leader, batch.id)
    with pytest.raises(NotFound):
        actions.sign_batch(receiver, batch.id)
    without = actor_of("hontre.hotich", grants=leader.grants)
    with pytest.raises(Denied):
        actions.sign_batch(without, batch.id)
    elsewhere = actor_of("rachgia.tiepnhan")
    for read in (queries.digitised_batch, queries.digitised_faults):
        with pytest.raises(NotFound):
            read(elsewhere, batch.id)
    with pytest.raises(NotFound):
        actions.upload_batch(elsewhere, agency.id, [("a.zip", io.BytesIO(content))])
    paper = Digitised.objects.get()
    with pytest.raises(NotFound):
        queries.digitised_file(elsewhere, batch.id, paper.id)
    own = Actor(account=receiver.account, subject=mother.subject, grants=leader.grants, name="Hai vai")
    with pytest.raises(Denied):
        actions.sign_batch(own, batch.id)


def test_before_the_signature_all_is_taken_back_and_after_it_one_is_revoked(
    upload: Any, holder: Any, leader: Actor, mother: Actor, agency: Agency
) -> None:
    batch = upload(zipped([row(holder), row(holder, "13", "")], {"12.pdf": scan("a")}))
    actions.sign_batch(leader, batch.id)
    actions.halt_batch(leader, batch.id)
    run_waiting()
    assert not Digitised.objects.filter(state=DigitisedState.SIGNED).exists()
    actions.sign_batch(leader, batch.id)
    run_waiting()
    paper = Digitised.objects.get(state=DigitisedState.SIGNED)
    signed = files.read(paper.file_id)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        actions.revoke_digitised(leader, paper.id, of=batch.id, reason=" ")
    actions.revoke_digitised(leader, paper.id, of=batch.id, reason="Quét nhầm trang.")
    run_waiting()
    assert Holding.objects.get(origin=paper.id).state == HoldingState.REVOKED
    assert "digitised-revoked" in verify_result(signed).codes
    figure = measures.breakdown("dossiers.digitised", "scope", 2026)[agency.id]
    assert (figure.numerator, figure.denominator) == (0, 1)


def test_what_expires_counts_no_more_and_a_scan_replaces_its_paper_line(
    upload: Any, holder: Any, leader: Actor, agency: Agency
) -> None:
    until = {"valid_to": "10/11/2026"}
    first = upload(zipped([row(holder, "12", "", **until)], {}))
    actions.sign_batch(leader, first.id)
    second = upload(zipped([row(holder, **until)], {"12.pdf": scan("a")}))
    actions.sign_batch(leader, second.id)
    run_waiting()
    assert list(Digitised.objects.order_by("id").values_list("state", flat=True)) == ["replaced", "signed"]
    figure = measures.breakdown("dossiers.digitised", "scope", 2026)[agency.id]
    assert (figure.numerator, figure.denominator) == (1, 1)
    with clock.pinned("2026-11-10T23:00:00+07:00"):
        assert keeping.expire() == 0
    with clock.pinned("2026-11-11T00:10:00+07:00"):
        assert keeping.expire() == 1
        run_waiting()
        assert measures.breakdown("dossiers.digitised", "scope", 2026) == {}
        assert Holding.objects.get().state == HoldingState.EXPIRED


def test_a_holder_whom_the_state_comes_to_know_finds_it_in_the_vault(
    upload: Any, leader: Actor, receiver: Actor, agency: Agency
) -> None:
    unknown = ("091161000123", "Danh Thị Sà Phol")
    batch = upload(
        zipped(
            [row(unknown), row(("091161000123", "Người Lạ"), "13", "13.pdf")],
            {"12.pdf": scan("a"), "13.pdf": scan("b")},
        )
    )
    actions.sign_batch(leader, batch.id)
    run_waiting()
    assert not Holding.objects.exists()
    seen = SeenIdentity(
        full_name="DANH THỊ SÀ PHOL", birth_date=date(1961, 4, 12), sex="female", kind="cccd", number=unknown[0]
    )
    presence = actions.identify(receiver, agency.pk, seen, papers_seen=True)
    run_waiting()
    assert [h.number for h in Holding.objects.filter(person=presence.person)] == ["12"], "only under the same name"


def test_a_corrected_name_finds_its_old_papers(upload: Any, leader: Actor, receiver: Actor, agency: Agency) -> None:
    batch = upload(zipped([row(("091161000123", "Danh Thị Sà Phol"))], {"12.pdf": scan("a")}))
    actions.sign_batch(leader, batch.id)
    paper = SeenIdentity("Danh Thị Sà Phol", date(1961, 4, 12), "female", "cccd", "091161000123")
    presence = actions.identify(receiver, agency.pk, replace(paper, full_name="Danh Thị Phol"), papers_seen=True)
    run_waiting()
    assert not Holding.objects.exists()
    made = propose_correction(receiver, agency.pk, paper, reason="Thiếu chữ", papers_seen=True)
    approve_correction(leader, made.pk)
    run_waiting()
    assert [h.number for h in Holding.objects.filter(person=presence.person)] == ["12"]


def evil(**entry: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, (content, attributes) in entry.items():
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = attributes, zipfile.ZIP_DEFLATED
            made.writestr(info, content)
    return out.getvalue()


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
