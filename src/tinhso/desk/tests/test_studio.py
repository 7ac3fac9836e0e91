"""The pages of the studio: two administrators, a hostile upload, somebody else's save, markup shown as text."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.dossiers.models import ProcessTrial
from tinhso.dossiers.trials.reporting import Case, LoadLine, Report, Spread
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.people import samples
from tinhso.people.models import Account, Post, Role
from tinhso.procedures.models import ProcessDraft

AT = "/ban-lam-viec/quy-trinh"
CODE = "1.001193"


@pytest.fixture
def september(db: None) -> Iterator[None]:
    with clock.pinned("2025-09-15T08:00:00+07:00"):
        samples.load()
        Post.objects.filter(official__account__login="tinh.kiemtra").update(role=Role.PROVINCE_ADMIN)
        yield


def client_of(login: str) -> Client:
    client, account = Client(), Account.objects.get(login=login)
    client.force_login(account)
    session = client.session
    session["account_authentication_methods_user"] = user_id_to_str(account)
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session.save()
    return client


def sent(draft: ProcessDraft, **more: Any) -> dict[str, Any]:
    roles = {f"role:{lane}": role for lane, role in draft.roles.items()}
    return {"version": draft.version, "bpmn": draft.bpmn, "fees": draft.fees, **roles, **more}


def test_from_the_list_to_the_law_by_two_people(september: None) -> None:
    first, second = client_of("tinh.quantri"), client_of("tinh.kiemtra")
    assert f"{AT}/{CODE}" in first.get(AT).content.decode()
    assert f"{AT}/{CODE}" in first.get(AT, {"q": "khai sinh"}).content.decode()
    assert first.post(f"{AT}/{CODE}/ban-thao").status_code == 302
    draft = ProcessDraft.objects.get()
    at = f"{AT}/ban-thao/{draft.id}"
    longer = draft.bpmn.replace('kind="check" hours="2"', 'kind="check" hours="3"', 1)
    marked = longer.replace('name="Thẩm định hồ sơ"', 'name="&lt;img src=x onerror=alert(1)&gt;"', 1)
    assert first.post(f"{at}/sua", sent(draft, bpmn=marked)).status_code == 302
    page = first.get(at).content.decode()
    assert "2 giờ làm việc → 3 giờ làm việc" in page
    assert "<img src=x" not in page
    stale = second.post(f"{at}/sua", sent(draft, bpmn=longer))
    assert stale.status_code == 412
    assert "chưa mất gì" in stale.content.decode()
    assert "đổi tên thành “Thẩm định hồ sơ”" in stale.content.decode()
    draft.refresh_from_db()
    assert first.post(f"{at}/trinh", {"version": draft.version, "valid_from": "x", "basis": "QĐ"}).status_code == 422
    words = {"version": draft.version, "valid_from": "01/10/2025", "basis": "Quyết định thử"}
    assert first.post(f"{at}/trinh", words).status_code == 302
    draft.refresh_from_db()
    seen = {"version": draft.version}
    first.post(f"{at}/duyet", seen)
    assert ProcessDraft.objects.get().state == "proposed"
    second.post(f"{at}/duyet", seen)
    assert ProcessDraft.objects.get().state == "published"
    with clock.pinned("2025-10-02T08:00:00+07:00"):
        official = client_of("hontre.tiepnhan")
        assert "3 giờ" in official.get(f"{AT}/{CODE}").content.decode()
        assert official.get(at).status_code == 403
        assert official.get(f"{AT}/{CODE}/goi.yaml").status_code == 403
        assert first.get(f"{AT}/{CODE}/goi.yaml")["Content-Type"].startswith("text/yaml")
    first.post(f"{at}/chay-thu", {"version": ProcessDraft.objects.get().version})
    run_waiting(1000)
    trial = first.get(at).content.decode().split(f"{AT}/chay-thu/", 1)[1].split('"', 1)[0]
    assert "Năm qua chưa có hồ sơ nào xong" in first.get(f"{AT}/chay-thu/{trial}").content.decode()
    assert client_of("rachgia.phochutich").get(f"{AT}/chay-thu/{trial}").status_code == 403


def test_a_trial_that_says_something_is_laid_out(september: None) -> None:
    client = client_of("tinh.quantri")
    client.post(f"{AT}/{CODE}/ban-thao")
    draft = ProcessDraft.objects.get()
    before, after = Spread(6.0, 7.5, 5.25), Spread(7.0, 8.0, 6.5)
    line = LoadLine("specialist", "specialist", 3, 4, 6.25, 8.0, 0, 1)
    report = Report(
        dossiers=3, timed=3, before=before, after=after, late_before=1, late_after=2, same=3, guessed=1, unended=0,
        newly_late=[Case("H33.1", "Xã Thử", 5.0, 6.0, 0.5)], newly_late_total=1, newly_in_time=[],
        newly_in_time_total=0, roles=[line], steps=[line], without_measure=[],
    )  # fmt: skip
    days = {"first_day": "2024-09-15", "last_day": "2025-09-14", "code": CODE, "draft_version": draft.version}
    trial = ProcessTrial.objects.create(draft=draft, state="done", report=report.as_json(), **days)
    page = client.get(f"{AT}/chay-thu/{trial.id}").content.decode()
    assert "33,3%" in page
    assert "H33.1" in page


BOMB = "<!DOCTYPE d [<!ENTITY a '0123456789'><!ENTITY b '&a;&a;&a;&a;'>]><d x='&b;'/>"


@pytest.mark.parametrize("content", [BOMB.encode(), b"\xff\xfe\x00", b"<a/>", b" " * 2_100_000, b"{}"])
def test_a_hostile_upload_is_refused_in_words_and_nothing_typed_is_lost(september: None, content: bytes) -> None:
    client = client_of("tinh.quantri")
    client.post(f"{AT}/{CODE}/ban-thao")
    draft = ProcessDraft.objects.get()
    body = sent(draft, bpmn_file=SimpleUploadedFile("x.bpmn", content), fees="Tôi đã gõ")
    answer = client.post(f"{AT}/ban-thao/{draft.id}/sua", body)
    assert answer.status_code == 422
    assert "Tôi đã gõ" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.version == 1


def test_lists_cost_the_same_for_every_number_of_drafts(september: None, django_assert_max_num_queries: Any) -> None:
    client = client_of("tinh.quantri")
    client.get(AT)
    for code in ("1.001193", "2.000635", "1.000894"):
        client.post(f"{AT}/{code}/ban-thao")
    with django_assert_max_num_queries(14):
        assert client.get(AT).content.decode().count("Đang soạn") == 3
