"""Trusted time from an authority that may be slow, wrong or away: signing waits, nothing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from tests.peers.tsa import Mode, time_stamp_authority

from tinhso.config import instance
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, signer
from tinhso.kernel.signing.authority import Authority
from tinhso.kernel.signing.tests.conftest import Paper, judged

BAD = [mode for mode in get_args(Mode) if mode not in ("good", "duplicate-nonce")]


@pytest.fixture
def stamped_by() -> Iterator[Callable[[str], None]]:
    """Points this instance at a time-stamp authority for one test."""
    settings = instance().settings
    before = settings.get("signing")

    def point(address: str) -> None:
        settings["signing"] = {"tsa": address, "tsa_timeout": 1}

    yield point
    settings.pop("signing", None)
    if before is not None:
        settings["signing"] = before


def prepared_by(paper: Paper) -> tuple[Prepared, bytes]:
    hand = signer(paper.person)
    prepared = hand.begin(paper.plain, SignatureRequest(Role.PERSON))
    return prepared, hand.sign(prepared)


def test_a_stamp_over_http_is_as_good_as_our_own(paper: Paper, stamped_by: Callable[[str], None]) -> None:
    prepared, signature = prepared_by(paper)
    with time_stamp_authority() as (address, _peer):
        stamped_by(address)
        signed = signer(paper.person).complete(prepared, signature)

    assert judged(signed).signatures[0].refusals == ()


@pytest.mark.parametrize("mode", BAD)
def test_a_misbehaving_authority_is_unavailable_and_signing_goes_on_later(
    mode: Mode, paper: Paper, stamped_by: Callable[[str], None], tmp_path: Path
) -> None:
    prepared, signature = prepared_by(paper)
    kept = prepared.to_bytes()
    with time_stamp_authority(mode, tmp_path / "strangers") as (address, peer):
        stamped_by(address)
        with pytest.raises(Unavailable, match="unavailable") as refused:
            signer(paper.person).complete(prepared, signature)
        assert "ký lại" in str(refused.value.detail)

        peer.mode = "good"
        signed = signer(paper.person).complete(Prepared.from_bytes(kept), signature)

    assert judged(signed).signatures[0].refusals == ()


def test_the_answer_to_an_earlier_question_is_not_taken(paper: Paper, stamped_by: Callable[[str], None]) -> None:
    prepared, signature = prepared_by(paper)
    with time_stamp_authority() as (address, peer):
        stamped_by(address)
        signer(paper.person).complete(prepared, signature)
        peer.mode = "duplicate-nonce"
        with pytest.raises(Unavailable):
            signer(paper.person).complete(prepared, signature)


def test_nobody_at_the_address_is_unavailable(paper: Paper, stamped_by: Callable[[str], None]) -> None:
    prepared, signature = prepared_by(paper)
    with time_stamp_authority() as (address, _peer):
        stamped_by(address)

    with pytest.raises(Unavailable):
        signer(paper.person).complete(prepared, signature)


def test_a_foreign_authority_is_taken_once_its_root_is_in_the_settings(
    paper: Paper, stamped_by: Callable[[str], None], tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "strangers")
    (tmp_path / "root.pem").write_bytes(stranger.root_pem())
    prepared, signature = prepared_by(paper)
    with time_stamp_authority("stranger", stranger.folder) as (address, _peer):
        stamped_by(address)
        instance().settings["signing"]["roots"] = [str(tmp_path / "root.pem")]
        signed = signer(paper.person).complete(prepared, signature)

        assert judged(signed).signatures[0].refusals == ()
