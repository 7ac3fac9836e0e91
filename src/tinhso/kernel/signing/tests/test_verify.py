"""What is refused, and in which words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import BoundedSemaphore
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer
from pyhanko.sign.timestamps import TimeStamper

from tinhso.kernel.errors import Unavailable
from tinhso.kernel.signing import Refusal, Role, SignatureRequest, cell, revoke, seal_key, sign_as, verify
from tinhso.kernel.signing.authority import Authority, authority
from tinhso.kernel.signing.cell import check_apart
from tinhso.kernel.signing.check import inspect
from tinhso.kernel.signing.tests.conftest import Paper, forge, judged, key_of, sign_around_us, subject_of
from tinhso.kernel.signing.tests.strangers import stranger_stamper

Make = Callable[[], Paper]


def signed_ranges(pdf: bytes) -> list[tuple[int, int]]:
    """Every stretch of the file that the last signature covers."""
    ranges = list(PdfFileReader(BytesIO(pdf)).embedded_regular_signatures)[-1].byte_range
    return [(ranges[0], ranges[0] + ranges[1]), (ranges[2], ranges[2] + ranges[3])]


def changed(pdf: bytes) -> bytes:
    """One more thing written after the last revision."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/UserUnit"] = NumberObject(1)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_every_refusal_says_what_to_do() -> None:
    for refusal in Refusal:
        assert len(str(refusal.sentence)) > 40


def test_an_uploaded_original_is_valid(paper: Paper) -> None:
    assert verify(paper.sealed).valid


@pytest.mark.proof
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_of_what_is_signed_can_change(paper: Paper, data: st.DataObject) -> None:
    start, end = data.draw(st.sampled_from(signed_ranges(paper.sealed)))
    place = data.draw(st.integers(start, end - 1))
    flipped = bytearray(paper.sealed)
    flipped[place] ^= data.draw(st.integers(1, 255))

    verdict = judged(bytes(flipped))

    assert not verdict.intact
    assert not verdict.valid


def test_a_flipped_byte_is_said_to_be_a_change(paper: Paper) -> None:
    at = paper.sealed.index(b"%", 5) + 2  # in a comment: the reader notices nothing, the signature does

    verdict = judged(paper.sealed[:at] + bytes([paper.sealed[at] ^ 1]) + paper.sealed[at + 1 :])

    assert verdict.refusals == (Refusal.CHANGED,)
    assert not verdict.intact


def test_without_its_last_revision_the_seal_is_missing(paper: Paper) -> None:
    assert judged(paper.by_person).refusals == (Refusal.SEAL_MISSING,)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_anywhere_is_refused(paper: Paper, data: st.DataObject) -> None:
    assert not judged(paper.sealed[: data.draw(st.integers(0, len(paper.sealed) - 1))]).valid


def test_a_file_with_something_added_is_refused(paper: Paper) -> None:
    assert Refusal.ADDED_TO in verify(changed(paper.sealed)).refusals
    assert not judged(paper.sealed + b"\n%hidden").valid


def test_a_change_between_the_person_and_the_seal_is_refused(paper: Paper) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(paper.by_person))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(writer.prev.root["/Pages"]["/Kids"][0]["/Contents"])
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)

    verdict = judged(sign_as(paper.seal, out.getvalue(), SignatureRequest(Role.SEAL)))

    assert verdict.signatures[0].refusals == (Refusal.ADDED_TO,)
    assert not verdict.valid


def test_a_self_made_certificate_of_the_same_name_is_not_trusted(paper: Paper, stamper: TimeStamper) -> None:
    forged = forge(subject_of(paper))
    pdf = sign_as(paper.seal, sign_around_us(paper.plain, forged, "person", stamper), SignatureRequest(Role.SEAL))

    verdict = verify(pdf)

    assert verdict.intact
    assert not verdict.trusted
    assert verdict.refusals == (Refusal.UNTRUSTED,)
    assert verdict.signatures[0].signer == "Trần Văn Bảy"


def test_an_authority_of_the_same_name_is_not_trusted(paper: Paper, tmp_path) -> None:
    assert (
        Refusal.UNTRUSTED
        in inspect(paper.sealed, trust=Authority(tmp_path / "twin").trust(), at=datetime.now(UTC)).refusals
    )


def test_a_certificate_revoked_before_signing_is_refused(make_paper: Make, stamper: TimeStamper) -> None:
    paper = make_paper()
    thief = key_of(paper.person)
    revoke(paper.person, at=datetime.now(UTC) - timedelta(hours=1))
    pdf = sign_as(paper.seal, sign_around_us(paper.plain, thief, "person", stamper), SignatureRequest(Role.SEAL))

    assert judged(pdf).refusals == (Refusal.REVOKED,)


def test_a_certificate_revoked_after_signing_leaves_the_document_valid(make_paper: Make) -> None:
    paper = make_paper()
    revoke(paper.person, at=datetime.now(UTC) + timedelta(seconds=1))

    assert judged(paper.sealed).valid


def test_a_certificate_that_ended_before_signing_is_refused(paper: Paper, stamper: TimeStamper) -> None:
    ended = forge(subject_of(paper), by_our_ca=True, ends=timedelta(days=-1))
    pdf = sign_as(paper.seal, sign_around_us(paper.plain, ended, "person", stamper), SignatureRequest(Role.SEAL))

    assert judged(pdf).refusals == (Refusal.EXPIRED,)


def test_a_document_outlives_its_certificates(paper: Paper) -> None:
    assert judged(paper.sealed, datetime.now(UTC) + timedelta(days=365 * 5)).valid


def test_a_signature_without_time_stamp_is_refused(paper: Paper) -> None:
    unstamped = sign_around_us(paper.plain, key_of(paper.person), "person")
    pdf = sign_as(paper.seal, unstamped, SignatureRequest(Role.SEAL))

    assert judged(pdf).refusals == (Refusal.UNSTAMPED,)


def test_the_stamp_of_a_stranger_is_no_stamp(paper: Paper, tmp_path) -> None:
    stamped = sign_around_us(paper.plain, key_of(paper.person), "person", stranger_stamper(tmp_path))
    pdf = sign_as(paper.seal, stamped, SignatureRequest(Role.SEAL))

    assert judged(pdf).refusals == (Refusal.UNSTAMPED,)


def test_no_list_of_revocations_means_nobody_can_tell(paper: Paper) -> None:
    verdict = inspect(paper.sealed, trust=replace(authority().trust(), lists=()), at=datetime.now(UTC))

    assert verdict.refusals == (Refusal.UNCHECKED,)


def test_the_seal_of_another_agency_does_not_make_it_its_own(paper: Paper) -> None:
    other = seal_key(agency_id=str(uuid4()), agency="Ủy ban nhân dân phường Rạch Giá")

    assert judged(sign_as(other, paper.by_person, SignatureRequest(Role.SEAL))).refusals == (Refusal.UNAUTHORISED,)


def test_a_stand_in_out_of_period_is_refused(paper: Paper) -> None:
    asked = []

    def never(account: str, agency: str, at: datetime) -> bool:
        asked.append((account, agency))
        return False

    verdict = verify(paper.sealed, was_authorised=never)

    assert asked == [(paper.account, paper.agency_id)]
    assert verdict.refusals == (Refusal.UNAUTHORISED,)
    assert verdict.intact
    assert not verdict.valid


def test_an_unsigned_document_is_said_to_be_so(paper: Paper) -> None:
    assert judged(paper.plain).refusals == (Refusal.UNSIGNED,)


def test_a_locked_document_is_said_to_be_so(paper: Paper) -> None:
    writer: PdfFileWriter = copy_into_new_writer(PdfFileReader(BytesIO(paper.plain)))
    writer.encrypt("owner", "user")
    out = BytesIO()
    writer.write(out)

    assert judged(out.getvalue()).refusals == (Refusal.ENCRYPTED,)


HOSTILE = {
    "empty": b"",
    "picture": b"\xff\xd8\xff\xe0JFIF",
    "html": b"<html>%PDF</html>",
    "header-only": b"%PDF-1.7",
    "no-xref": b"%PDF-1.7\nstartxref\n99999999\n%%EOF",
    "self-xref": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f\ntrailer<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "deep": b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"\ntrailer<</Root 1 0 R>>startxref\n9\n%%EOF",
    "negative": b"%PDF-1.7\nstartxref\n-5\n%%EOF",
    "broken-utf8": b"%PDF-1.7\n\xc3\x28\xa0\xa1" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_an_answer(name: str) -> None:
    verdict = verify(HOSTILE[name]) if name == "deep" else judged(HOSTILE[name])

    assert verdict.refusals[0] in {Refusal.NOT_PDF, Refusal.UNREADABLE}
    assert not verdict.intact


def test_a_huge_file_is_not_read() -> None:
    assert verify(b"%PDF-1.7" + b"\0" * (20 * 1024 * 1024)).refusals == (Refusal.TOO_LARGE,)


def test_a_checker_that_takes_too_long_is_ended(paper: Paper) -> None:
    trust = authority().trust()
    assert check_apart(paper.sealed, trust=trust, at=datetime.now(UTC), require=frozenset(Role), seconds=0) is None


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_after_the_header_are_only_unreadable(body: bytes) -> None:
    assert judged(b"%PDF-1.7\n" + body).refusals == (Refusal.UNREADABLE,)


def test_a_machine_too_busy_to_finish_says_nothing_against_the_file(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell, "PATIENCE", -cell.SECONDS)  # no time at all
    with pytest.raises(Unavailable) as busy:
        verify(paper.sealed)
    assert "chưa bị từ chối" in str(busy.value.detail)


def test_strangers_files_do_not_take_every_thread_of_a_web_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "_places", BoundedSemaphore(1))
    with cell._places, pytest.raises(Unavailable):
        verify(b"%PDF-1.7\n")
    assert not verify(b"%PDF-1.7\n").valid
