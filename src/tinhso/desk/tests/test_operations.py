"""The operators' pages: for the province's administrator, to be read by the auditor, for nobody else."""

import time

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from tinhso.dossiers.tests.conftest import agency, cast, monday, mother  # noqa: F401  fixtures
from tinhso.kernel.models import EventRecord, ServiceNotice
from tinhso.kernel.operating import banner
from tinhso.kernel.tests.test_operating import failed_job, parked, status_of
from tinhso.people.models import Account
from tinhso.vault import requests

NOTICE = {
    "kind": "incident",
    "severity": "degraded",
    "title_vi": "Nộp hồ sơ chậm",
    "starts_at": "07:30 09/11/2026",
    "ends_at": "",
}


@pytest.fixture(autouse=True)
def nothing_remembered():
    yield
    banner._kept, banner._looked = (), float("inf")


def browser(login: str, *, strong: bool = True) -> Client:
    """Signed in, with a second factor when ``strong``."""
    client = Client()
    account = Account.objects.get(login=login)
    client.force_login(account)
    if strong:
        session = client.session
        session["account_authentication_methods_user"] = user_id_to_str(account)
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session.save()
    return client


@pytest.fixture
def chief(cast):  # noqa: F811
    return browser("tinh.quantri")


@pytest.fixture
def auditor(cast):  # noqa: F811
    return browser("tinh.kiemtra")


PAGES = ("/van-hanh/", "/van-hanh/thong-bao", "/api/v1/operations/state", "/api/v1/operations/notices")


@pytest.mark.parametrize("login", ["hontre.quantri", "hontre.phochutich", "hontre.tiepnhan", "me.hontre@vidu.vn"])
def test_others_are_turned_away(cast, login):  # noqa: F811
    client = browser(login)
    assert {client.get(address).status_code for address in PAGES} == {403}


def test_without_a_second_factor_the_administrator_is_nobody(cast):  # noqa: F811
    assert browser("tinh.quantri", strong=False).get("/api/v1/operations/state").status_code == 403


def test_the_administrator_sees_what_to_do_and_tries_again(chief):
    job, delivery = failed_job(), parked()
    page = chief.get("/van-hanh/").content.decode()
    assert "thu.viec" in page
    assert "Cần làm gì" in page
    assert "091198004127" not in page
    answer = chief.post("/van-hanh/thu-lai", {"job": [job, "x"], "parked": [str(delivery.id), "x"]}, follow=True)
    assert "Đã cho thử lại 2 việc." in answer.content.decode()
    assert status_of(job) == "todo"
    again = chief.post("/van-hanh/thu-lai", {"job": [job]}, follow=True).content.decode()
    assert "đã được thử lại hoặc đã xong" in again


def test_the_api_tries_again_and_names_who_did(chief):
    job = failed_job()
    answer = chief.post("/api/v1/operations/retries", {"jobs": [job]}, content_type="application/json")
    assert (answer.status_code, answer.json()["jobs"]) == (201, [job])
    assert EventRecord.objects.get(type="vn.tinhso.kernel.work-retried").actor_name == "Lâm Chí Bền"


def test_the_auditor_reads_and_cannot_act(auditor):
    job = failed_job()
    assert {auditor.get(address).status_code for address in PAGES} == {200}
    assert "Thử lại</button>" not in auditor.get("/van-hanh/").content.decode()
    assert auditor.post("/van-hanh/thu-lai", {"job": [job]}).status_code == 403
    assert auditor.post("/van-hanh/thong-bao/moi", NOTICE).status_code == 403
    assert status_of(job) == "failed"
    assert not ServiceNotice.objects.exists()


def test_the_page_costs_a_bounded_number_of_queries(chief, django_assert_max_num_queries):
    for _ in range(30):
        failed_job()
    with django_assert_max_num_queries(30):
        chief.get("/van-hanh/")


def test_a_notice_is_written_published_and_ended_by_hand(chief, client):
    assert chief.get("/van-hanh/thong-bao/moi").status_code == 200
    made = chief.post("/van-hanh/thong-bao/moi", NOTICE)
    row = ServiceNotice.objects.get()
    assert made["Location"] == f"/van-hanh/thong-bao/{row.id}"
    chief.post(f"/van-hanh/thong-bao/{row.id}/cong-bo", {"version": row.version})
    assert "Nộp hồ sơ chậm" in client.get("/").content.decode()
    row.refresh_from_db()
    chief.post(f"/van-hanh/thong-bao/{row.id}/ket-thuc", {"version": row.version})
    assert "Nộp hồ sơ chậm" not in client.get("/").content.decode()
    assert "Đã kết thúc" in chief.get("/van-hanh/thong-bao").content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": ""},
        {"starts_at": "hôm qua"},
        {"title_vi": ""},
        {"ends_at": "07:00 09/11/2026"},
        {"starts_at": "11/09/2026 7:30 AM"},
    ],
)
def test_what_was_typed_is_still_there_after_a_mistake(chief, change):
    answer = chief.post("/van-hanh/thong-bao/moi", {**NOTICE, "text_vi": "Vẫn tra cứu được.", **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Vẫn tra cứu được." in page
    assert 'role="alert"' in page


def test_an_older_version_does_not_overwrite_a_newer_one(chief):
    chief.post("/van-hanh/thong-bao/moi", NOTICE)
    row = ServiceNotice.objects.get()
    first = {**NOTICE, "version": row.version, "title_vi": "Bản một"}
    assert chief.post(f"/van-hanh/thong-bao/{row.id}", first).status_code == 302
    late = chief.post(f"/van-hanh/thong-bao/{row.id}", {**first, "title_vi": "Bản hai"})
    assert late.status_code == 412
    assert "Bản hai" in late.content.decode()
    assert ServiceNotice.objects.get().title_vi == "Bản một"


def test_the_api_changes_a_notice_with_its_version(chief):
    body = {**NOTICE, "starts_at": "2026-11-09T07:30:00+07:00", "ends_at": None}
    made = chief.post("/api/v1/operations/notices", body, content_type="application/json")
    where = f"/api/v1/operations/notices/{made.json()['id']}"
    mark = {"If-Match": made["ETag"]}
    assert chief.post(f"{where}/publish", content_type="application/json").status_code == 428
    told = chief.post(f"{where}/publish", content_type="application/json", headers=mark)
    assert (told.status_code, told.json()["state"]) == (200, "published")
    assert chief.post(f"{where}/end", content_type="application/json", headers=mark).status_code == 412
    bad = chief.post("/api/v1/operations/notices", {**body, "starts_at": "x"}, content_type="application/json")
    assert bad.status_code == 422


def test_an_erasure_is_decided_by_hand_and_words_of_others_stay_words(chief, auditor, mother):  # noqa: F811
    made = requests.ask(mother, "erasure", reason="<script>alert(1)</script>")
    address = f"/van-hanh/xoa-du-lieu/{made.id}"
    assert auditor.get(address).status_code == 403
    page = chief.get(address).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert address in chief.get("/van-hanh/xoa-du-lieu").content.decode()
    assert chief.post(address, {"do": "refuse", "answer": ""}).status_code == 422
    assert chief.post(address, {"do": "approve"}).status_code == 302
    assert "đã có người quyết định" in chief.post(address, {"do": "approve"}).content.decode()


def test_the_counter_keeps_what_was_typed_and_says_every_mistake(cast):  # noqa: F811
    client = browser("hontre.tiepnhan")
    answer = client.post("/ban-lam-viec/du-lieu-ca-nhan", {"number": "", "reason": "Cần xem lại"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cần xem lại" in page
    for words in ("Chọn loại giấy tờ", "Ghi số trên giấy tờ", "Chọn điều người dân cần", "đối chiếu giấy tờ gốc"):
        assert words in page, words
    right = {"kind": "export", "identifier": "cccd", "number": "091198004127", "papers_seen": "1"}
    born = {"birth_date-day": "14", "birth_date-month": "3", "birth_date-year": "1998"}
    right |= {"full_name": "Nguyễn Thị Bé Ba", **born}
    assert client.post("/ban-lam-viec/du-lieu-ca-nhan", right).status_code == 302
    assert browser("tinh.quantri").get("/ban-lam-viec/du-lieu-ca-nhan").status_code == 403


def test_retention_is_shown_with_what_is_not_verified(auditor):
    page = auditor.get("/van-hanh/luu-giu").content.decode()
    assert "chưa xác minh" in page
    assert "Nhật ký kiểm toán" in page
