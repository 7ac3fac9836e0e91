"""How often a stranger may ask: budgets of an address, and what they never take from anybody else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.dossiers import actions, allowance, verification
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries import tracking
from tinhso.dossiers.tests.conftest import picture
from tinhso.kernel.errors import Invalid, TooMany
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency

API = "/api/v1"
GARBAGE = b"%PDF-1.7\n" + b"1 0 obj << /Type " * 20
HERE, NEXT_DOOR, ELSEWHERE = "2001:db8:5:6::1", "2001:db8:5:6:abcd::9", "2001:db8:5:7::1"


def checked(path: str, address: str, content: bytes = b"no document") -> Any:
    return Client().post(path, {"file": SimpleUploadedFile("giay.pdf", content)}, REMOTE_ADDR=address)


def tracked(code: str, address: str, last4: str = "5678") -> Any:
    return (
        Client()
        .post(f"{API}/tracking", {"code": code, "last4": last4}, "application/json", REMOTE_ADDR=address)
        .status_code
    )


@pytest.mark.django_db
def test_an_address_has_so_many_files_checked_an_hour_by_page_and_api_together(monkeypatch: Any) -> None:
    monkeypatch.setattr(verification, "CHECKS_AN_ADDRESS", 2)
    assert checked("/kiem-tra", "203.0.113.7").status_code == 200
    assert checked(f"{API}/verifications", "203.0.113.7").status_code == 200
    page, answer = checked("/kiem-tra", "203.0.113.7"), checked(f"{API}/verifications", "203.0.113.7")
    assert page.status_code == answer.status_code == 429
    for said in (page.content.decode(), answer.json()["detail"]):
        assert "Hãy đợi 60 phút rồi gửi lại tệp này" in said
    assert "Chọn tệp PDF bạn nhận được" in page.content.decode()
    assert checked("/kiem-tra", "203.0.113.8").status_code == 200


@pytest.mark.django_db
def test_files_that_the_reader_gives_up_on_are_fewer_an_hour_and_others_cost_none_of_these(monkeypatch: Any) -> None:
    monkeypatch.setattr(verification, "UNREADABLE_AN_ADDRESS", 1)
    for _time in range(2):
        assert checked("/kiem-tra", HERE).status_code == 200
    assert checked(f"{API}/verifications", HERE, GARBAGE).json()["codes"] == ["unreadable"]
    assert checked(f"{API}/verifications", HERE, GARBAGE).status_code == 429
    assert checked(f"{API}/verifications", ELSEWHERE, GARBAGE).status_code == 200


@pytest.mark.django_db
def test_the_addresses_of_one_household_are_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(verification, "CHECKS_AN_ADDRESS", 1)
    assert checked("/kiem-tra", HERE).status_code == 200
    assert checked("/kiem-tra", NEXT_DOOR).status_code == 429
    assert checked("/kiem-tra", ELSEWHERE).status_code == 200


def test_who_has_tried_too_many_codes_shuts_no_further_one(sent: Dossier, monkeypatch: Any) -> None:
    monkeypatch.setattr(tracking, "TRIES_AN_ADDRESS", 1)
    assert tracked("H33.99-260101-9999", HERE) == 404
    assert [tracked(sent.code, NEXT_DOOR, "0000") for _try in range(6)] == [429] * 6
    assert tracked(sent.code, ELSEWHERE) == 200


def test_the_page_says_whose_tries_are_used_up(sent: Dossier, monkeypatch: Any) -> None:
    def page(address: str) -> str:
        form = {"code": sent.code, "last4": "0000"}
        return str(Client().post("/tra-cuu", form, REMOTE_ADDR=address).context["problem"])

    for number in range(5):
        page(f"203.0.113.{number}")
    assert "Mã này đã được thử 5 lần" in page("203.0.113.9")
    monkeypatch.setattr(tracking, "TRIES_AN_ADDRESS", 1)
    assert "Bạn đã thử quá nhiều lần" in page("203.0.113.1")


def test_an_account_that_nobody_verified_opens_so_many_forms_a_day_and_keeps_them(
    stranger: Actor, mother: Actor, agency: Agency, monkeypatch: Any
) -> None:
    monkeypatch.setattr(allowance, "DRAFTS_A_DAY", 2)
    kept = [actions.start_draft(stranger, "1.001193", agency.id) for _draft in range(2)]
    with pytest.raises(TooMany) as refused:
        actions.start_draft(stranger, "1.001193", agency.id)
    assert "Hãy điền tiếp tờ khai đã có" in str(refused.value.detail)
    assert actions.save_topic(stranger, kept[0].id, "child", {"given_name": "Khôi"}, 1).version == 2
    for _draft in range(3):
        actions.start_draft(mother, "1.001193", agency.id)


def test_taking_papers_out_gives_an_unverified_account_no_further_room(
    stranger: Actor, agency: Agency, monkeypatch: Any
) -> None:
    monkeypatch.setattr(allowance, "PAPERS_A_DAY", 2)
    draft = actions.start_draft(stranger, "1.001193", agency.id)
    for number in range(2):
        paper = actions.attach(stranger, draft.id, "birth_paper", name=f"{number}.png", content=picture())
        actions.detach(stranger, draft.id, paper.id)
    with pytest.raises(TooMany) as refused:
        actions.attach(stranger, draft.id, "birth_paper", name="3.png", content=picture())
    assert "quá nhiều tệp" in str(refused.value.detail)


def test_texts_kept_beside_newer_ones_and_long_topics_fill_no_disk(
    stranger: Actor, agency: Agency, monkeypatch: Any
) -> None:
    monkeypatch.setattr(allowance, "COPIES_A_DAY", 1)
    draft = actions.start_draft(stranger, "1.001193", agency.id)
    version = actions.save_topic(stranger, draft.id, "child", {"given_name": "Khôi"}, 1).version
    with pytest.raises(actions.StaleTopic):
        actions.save_topic(stranger, draft.id, "child", {"given_name": "Khoa"}, 1)
    with pytest.raises(TooMany):
        actions.save_topic(stranger, draft.id, "child", {"given_name": "Khải"}, 1)
    with pytest.raises(Invalid):
        actions.save_topic(stranger, draft.id, "child", {"given_name": ["a" * 9_000] * 40}, version)
    assert draft.side_copies.count() == 1
