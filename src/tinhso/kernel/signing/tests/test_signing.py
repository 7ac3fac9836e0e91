"""Two phases, two signatures, any delay between."""

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from tinhso.kernel.errors import Invalid
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, revoke, sign_as, signer
from tinhso.kernel.signing.authority import NOT_OFFICIAL, Authority, Subject, authority
from tinhso.kernel.signing.tests.conftest import AGENCY, Paper, judged
from tinhso.kernel.signing.waiting import finished


def test_person_then_seal_make_a_valid_document(paper: Paper) -> None:
    verdict = judged(paper.sealed)

    assert verdict.valid
    assert verdict.intact
    assert verdict.trusted
    assert [one.role for one in verdict.signatures] == [Role.PERSON, Role.SEAL]
    assert verdict.signatures[0].signer == "Trần Văn Bảy"
    assert verdict.signatures[0].account == paper.account
    assert verdict.signatures[1].signer == AGENCY
    assert {one.agency_id for one in verdict.signatures} == {paper.agency_id}


def test_each_signature_is_a_revision_after_the_one_before(paper: Paper) -> None:
    assert paper.by_person.startswith(paper.plain)
    assert paper.sealed.startswith(paper.by_person)


def test_the_phases_may_be_a_process_apart(paper: Paper) -> None:
    kept = signer(paper.person).begin(paper.plain, SignatureRequest(Role.PERSON)).to_bytes()

    prepared = Prepared.from_bytes(kept)
    signed = signer(paper.person).complete(prepared, signer(paper.person).sign(prepared))

    assert [one.intact for one in judged(signed).signatures] == [True]


def test_a_signature_of_another_key_is_not_put_in(paper: Paper) -> None:
    prepared = signer(paper.person).begin(paper.plain, SignatureRequest(Role.PERSON))

    with pytest.raises(Invalid):
        signer(paper.person).complete(prepared, signer(paper.seal).sign(prepared))


@pytest.mark.parametrize("wrong", [b"", b"\0" * 256, b"x" * 255])
def test_garbage_for_a_signature_is_not_put_in(paper: Paper, wrong: bytes) -> None:
    prepared = signer(paper.person).begin(paper.plain, SignatureRequest(Role.PERSON))

    with pytest.raises(Invalid):
        signer(paper.person).complete(prepared, wrong)


def test_the_picture_of_a_signature_is_drawn_and_the_marks_of_its_transparency_kept(paper: Paper) -> None:
    drawn = BytesIO()
    Image.new("RGBA", (120, 60), (20, 50, 140, 90)).save(drawn, "PNG")

    signed = sign_as(paper.person, paper.plain, SignatureRequest(Role.PERSON, image=drawn.getvalue()))

    assert [one.intact for one in judged(signed).signatures] == [True]
    assert b"/SMask" in signed[len(paper.plain) :]


def test_a_field_is_signed_once(paper: Paper) -> None:
    with pytest.raises(Invalid):
        signer(paper.person).begin(paper.by_person, SignatureRequest(Role.PERSON))


@pytest.mark.parametrize("pdf", [b"", b"not a pdf", b"%PDF-1.7\nbroken"])
def test_what_is_not_a_pdf_cannot_be_signed(paper: Paper, pdf: bytes) -> None:
    with pytest.raises(Invalid):
        signer(paper.person).begin(pdf, SignatureRequest(Role.PERSON))


def test_a_revoked_key_signs_no_more_and_a_new_one_is_issued(make_paper) -> None:
    paper = make_paper()
    revoke(paper.person)

    with pytest.raises(Invalid):
        signer(paper.person).begin(paper.plain, SignatureRequest(Role.PERSON))

    before = authority().certificate_file(paper.person.removeprefix("file:")).read_bytes()
    authority().issue(
        paper.person.removeprefix("file:"), Subject("Trần Văn Bảy", AGENCY, paper.agency_id, paper.account)
    )
    assert authority().certificate_file(paper.person.removeprefix("file:")).read_bytes() != before
    assert signer(paper.person).begin(paper.plain, SignatureRequest(Role.PERSON))


def test_certificates_say_that_they_are_not_official() -> None:
    for name in ("root", "issuing", "tsa"):
        assert NOT_OFFICIAL in authority().certificate(name).subject.rfc4514_string()


def test_keys_are_readable_by_their_owner_only(paper: Paper) -> None:
    kept = authority().certificate_file(paper.person.removeprefix("file:")).with_suffix(".key")
    for path in [*authority().folder.glob("*.key"), kept]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_open_to_others_is_not_used(make_paper) -> None:
    paper = make_paper()
    authority().certificate_file(paper.seal.removeprefix("file:")).with_suffix(".key").chmod(0o644)

    with pytest.raises(Exception, match="unavailable"):
        signer(paper.seal).begin(paper.by_person, SignatureRequest(Role.SEAL))


@pytest.mark.parametrize("name", ["file:../root", "file:", "file:nobody", "nokind:x", "x"])
def test_unknown_keys_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        signer(name)


def test_many_at_once_make_one_authority_and_one_key(tmp_path: Path) -> None:
    subject = Subject("Lê Thị Sáu", AGENCY, str(uuid4()), str(uuid4()))

    def issue(_n: int) -> tuple[bytes, bytes]:
        own = Authority(tmp_path / "authority")
        own.issue("person-x", subject)
        return own.root_pem(), own.certificate_file("person-x").read_bytes()

    with ThreadPoolExecutor(8) as many:
        assert len(set(many.map(issue, range(8)))) == 1


def test_a_caller_inside_an_event_loop_is_served_too() -> None:
    async def answer() -> int:
        return 42

    async def caller() -> int:
        return finished(answer())

    with ThreadPoolExecutor(1) as apart:  # a browser test before may have left a loop running in this thread
        assert apart.submit(asyncio.run, caller()).result() == finished(answer()) == 42
