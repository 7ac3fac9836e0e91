"""The pages and the API of officials: found, acted on, refused in words; nothing typed is lost."""

import json
from datetime import date

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.people import actors
from tinhso.people.models import Account, Official, OfficialImport, Post, Role, SigningAuthority
from tinhso.people.tests.conftest import SECRET, make_account, totp_now
from tinhso.people.tests.test_imports import code as code
from tinhso.people.tests.test_imports import line, sheet  # noqa: F401  fixture
from tinhso.places import queries as places

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def desk(agency, monkeypatch):
    """A browser of the agency's administrator, signed in with two factors."""
    return browser_of(Role.AGENCY_ADMIN, agency, "hontre.qt", monkeypatch)


def browser_of(role: Role, agency, login: str, monkeypatch) -> Client:
    account = make_account(login)
    official = Official.objects.create(account=account, full_name=f"Quản trị {login}", title="Quản trị", home_id=agency)
    Post.objects.create(official=official, agency_id=agency, role=role, valid_from=date(2020, 1, 1))
    TOTP.activate(account, SECRET)
    browser = Client()
    browser.post("/dang-nhap/", {"login": login, "password": "biển xanh hòn tre"})
    answer = browser.post("/dang-nhap/ma/", {"code": totp_now()})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return browser


@pytest.fixture
def official(agency) -> Official:
    made = Official.objects.create(
        account=make_account("hontre.nv"), full_name="Danh Hoàng Phúc", title="Công chức", home_id=agency
    )
    Post.objects.create(official=made, agency_id=agency, role=Role.SPECIALIST, valid_from=date(2025, 7, 1))
    return made


@pytest.fixture
def stranger(monkeypatch) -> Client:
    elsewhere = places.agency_of_unit("30742", clock.today()).pk
    return browser_of(Role.AGENCY_ADMIN, elsewhere, "rachgia.qt", monkeypatch)


def at(official: Official, rest: str = "") -> str:
    return f"/can-bo/nguoi/{official.pk}/{rest}"


def test_every_page_of_an_official_is_404_to_another_agencys_admin(stranger, official):
    for rest in ("", "quyen.csv", "vai-tro/", "dieu-chuyen/", "nghi/", "quyen-ky/", "thoi-viec/"):
        assert stranger.get(at(official, rest)).status_code == 404, rest
    for rest in ("vai-tro/", "thoi-viec/", "mat-khau", "dang-xuat"):
        assert stranger.post(at(official, rest), {"version": "1"}).status_code == 404, rest
    post = official.posts.get()
    assert stranger.post(at(official, f"ket-thuc/vai-tro/{post.pk}"), {"version": "1"}).status_code == 404
    assert "Danh Hoàng Phúc" not in stranger.get("/can-bo/").content.decode()


def test_every_operation_on_an_official_is_404_to_another_agencys_admin(stranger, official, agency):
    post = official.posts.get()
    base = f"{API}/officials/{official.pk}"
    tries = [
        ("get", base, None),
        ("get", f"{base}/rights", None),
        ("get", f"{base}/sessions", None),
        ("post", f"{base}/sessions/revocation", {}),
        ("post", f"{base}/posts", {"agency_id": str(agency), "role": "clerk"}),
        ("post", f"{base}/leaves", {"valid_from": "2030-01-01", "valid_to": "2030-01-02"}),
        ("post", f"{base}/end-of-service", {}),
        ("post", f"{API}/posts/{post.pk}/end", {}),
        (
            "post",
            f"{base}/transfer",
            {"from_agency": str(agency), "to_agency": str(agency), "role": "clerk"},
        ),
        (
            "post",
            f"{base}/signing-authorities",
            {"agency_id": str(agency), "form": "chinh_danh", "position": "CHỦ TỊCH", "valid_from": "2030-01-01"},
        ),
    ]
    for method, path, body in tries:
        answer = (
            getattr(stranger, method)(
                path,
                json.dumps(body) if body is not None else None,
                content_type="application/json",
                HTTP_IF_MATCH='"1"',
            )
            if body is not None
            else stranger.get(path)
        )
        assert answer.status_code == 404, (path, answer.content)
    assert stranger.get(f"{API}/officials").json()["items"][0]["full_name"].startswith("Quản trị rachgia")


def test_an_agency_admin_gives_a_role_on_the_page(desk, official, agency):
    answer = desk.post(at(official, "vai-tro/"), {"agency_id": str(agency), "role": "clerk", "version": "1"})
    assert answer.status_code == 302
    assert official.posts.filter(role="clerk").exists()


def test_the_page_offers_no_role_above_the_agency_and_takes_none(desk, official, agency):
    page = desk.get(at(official, "vai-tro/")).content.decode()
    assert "Quản trị cấp tỉnh" not in page
    answer = desk.post(at(official, "vai-tro/"), {"agency_id": str(agency), "role": "province_admin", "version": "1"})
    assert answer.status_code == 422
    assert desk.get("/can-bo/de-nghi/").status_code == 403


def test_what_was_typed_survives_a_refusal_that_says_what_to_do(desk, official, agency):
    answer = desk.post(
        at(official, "quyen-ky/"),
        {
            "agency_id": str(agency),
            "form": "tuq",
            "position": "PHÓ CHỦ TỊCH",
            "on_behalf_of": "CHỦ TỊCH",
            "valid_from": "1/7/2026",
            "version": "1",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "PHÓ CHỦ TỊCH" in page
    assert "ngày hết hạn" in page
    assert "số và ngày của văn bản" in page


@pytest.mark.parametrize("typed", ["32/13/2026", "hôm nay", "0" * 500])
def test_a_day_that_is_none_is_refused_in_words(desk, official, typed):
    answer = desk.post(at(official, "thoi-viec/"), {"last_day": typed, "version": "1"})
    assert answer.status_code == 422
    page = desk.post(
        at(official, f"ket-thuc/vai-tro/{official.posts.get().pk}"), {"last_day": typed, "version": "1"}, follow=True
    )
    assert "05/09/2025" in page.content.decode()


def test_the_second_of_two_tabs_is_told_and_keeps_its_words(desk, official, agency):
    body = {"agency_id": str(agency), "role": "clerk", "version": "1"}
    desk.post(at(official, "vai-tro/"), body)
    answer = desk.post(at(official, "vai-tro/"), {**body, "role": "receiver", "basis": "Quyết định 9"})
    assert answer.status_code == 422
    assert "Có người vừa thay đổi" in answer.content.decode()
    assert "Quyết định 9" in answer.content.decode()
    assert not official.posts.filter(role="receiver").exists()


def test_a_new_official_gets_a_password_that_is_shown_once(desk, agency):
    answer = desk.post(
        "/can-bo/moi/",
        {
            "login": "hontre.moi",
            "full_name": "Lâm Văn Mới",
            "title": "Công chức",
            "agency_id": str(agency),
            "role": "clerk",
        },
    )
    page = answer.content.decode()
    password = page.split('text-lg break-all">')[1].split("<")[0]
    assert Account.objects.get(login="hontre.moi").check_password(password)
    assert answer["Cache-Control"] == "no-store"
    assert Official.objects.get(account__login="hontre.moi").posts.get().role == "clerk"


def test_a_post_is_ended_and_undone_on_the_page(desk, official):
    post = official.posts.get()
    desk.post(at(official, f"ket-thuc/vai-tro/{post.pk}"), {"version": "1", "last_day": ""})
    act = official.acts.get()
    desk.post(at(official, f"hoan-tac/{act.pk}"), {"version": "2"})
    assert official.posts.filter(ended_at=None).count() == 1


def test_a_list_goes_through_the_pages(desk, line):  # noqa: F811
    content = sheet(line(1), line(2))
    answer = desk.post("/can-bo/danh-sach/", {"file": SimpleUploadedFile("can-bo.xlsx", content)})
    address = answer["Location"]
    assert "Đang kiểm tra" in desk.get(address).content.decode()
    assert desk.get(address)["Refresh"] == "3"
    run_waiting()
    page = desk.get(address)
    assert "Đúng cả" in page.content.decode()
    assert not page.has_header("Refresh")
    version = OfficialImport.objects.get().version
    desk.post(f"{address}nhap", {"version": version})
    assert "Đang nhập" in desk.get(address).content.decode()
    run_waiting()
    assert "Hiện mật khẩu đầu" in desk.get(address).content.decode()
    version = OfficialImport.objects.get().version
    slips = desk.post(f"{address}mat-khau", {"version": version})
    assert slips.content.decode().count("Lần đăng nhập đầu phải đổi") == 2
    assert slips["Cache-Control"] == "no-store"
    assert "Hiện mật khẩu đầu" not in desk.get(address).content.decode()


def test_a_wrong_list_says_where_and_what_and_hands_it_out_as_a_file(desk, line):  # noqa: F811
    content = sheet(line(1, role="=cmd()"), line(2, full_name=""))
    address = desk.post("/can-bo/danh-sach/", {"file": SimpleUploadedFile("x.xlsx", content)})["Location"]
    run_waiting()
    page = desk.get(address).content.decode()
    assert "Cột E:" in page
    assert "Hãy ghi họ và tên." in page
    assert "Nhập danh sách" not in page
    assert "2,E,Vai trò" in desk.get(f"{address}can-sua.csv").content.decode()


@pytest.mark.parametrize("content", [None, b"", b"MZ\x90 not a table"])
def test_an_upload_that_is_no_list_is_refused_in_words(desk, content):
    body = {} if content is None else {"file": SimpleUploadedFile("x.xlsx", content)}
    answer = desk.post("/can-bo/danh-sach/", body)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_a_list_is_404_to_everybody_elses_admin(desk, stranger, line):  # noqa: F811
    address = desk.post("/can-bo/danh-sach/", {"file": SimpleUploadedFile("x.xlsx", sheet(line(1)))})["Location"]
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}can-sua.csv").status_code == 404
    for act in ("nhap", "bo", "hoan-tac", "mat-khau"):
        assert stranger.post(f"{address}{act}", {"version": "1"}).status_code == 404, act
    batch = OfficialImport.objects.get().pk
    assert stranger.get(f"{API}/official-lists/{batch}").status_code == 404
    assert stranger.get(f"{API}/official-lists/{batch}/lines").status_code == 404


def test_a_list_over_the_api(desk, line):  # noqa: F811
    sent = desk.post(f"{API}/official-lists", {"file": SimpleUploadedFile("x.xlsx", sheet(line(1)))})
    assert sent.status_code == 202, sent.content
    path = f"{API}/official-lists/{sent.json()['id']}"
    run_waiting()
    read = desk.get(path)
    assert (read.json()["state"], read.json()["counts"]["new"]) == ("ready", 1)
    assert desk.get(f"{path}/lines").json()["items"][0]["effect"] == "new"
    assert desk.post(f"{path}/confirmation").status_code == 428
    assert desk.post(f"{path}/confirmation", HTTP_IF_MATCH='"1"').status_code == 412
    assert desk.post(f"{path}/confirmation", HTTP_IF_MATCH=read["ETag"]).status_code == 202
    run_waiting()
    assert desk.post(f"{path}/undo", HTTP_IF_MATCH=desk.get(path)["ETag"]).status_code == 202
    run_waiting()
    assert desk.get(path).json()["state"] == "undone"


def test_acts_over_the_api_need_the_version_that_was_read(desk, official, agency):
    base = f"{API}/officials/{official.pk}"
    body = {"agency_id": str(agency), "role": "clerk"}
    read = desk.get(base)
    assert desk.post(f"{base}/posts", body, content_type="application/json").status_code == 428
    made = desk.post(f"{base}/posts", body, content_type="application/json", HTTP_IF_MATCH=read["ETag"])
    assert made.status_code == 201, made.content
    late = desk.post(
        f"{base}/posts", {**body, "role": "receiver"}, content_type="application/json", HTTP_IF_MATCH=read["ETag"]
    )
    assert late.status_code == 412
    ended = desk.post(
        f"{API}/posts/{made.json()['id']}/end",
        {},
        content_type="application/json",
        HTTP_IF_MATCH=desk.get(base)["ETag"],
    )
    assert ended.status_code == 204
    acts = desk.get(base).json()["acts"]
    assert [act["kind"] for act in acts] == ["post_ended", "post_granted"]
    assert desk.post(f"{API}/staff-acts/{acts[0]['id']}/undo", HTTP_IF_MATCH=desk.get(base)["ETag"]).status_code == 204


def test_the_matrix_is_a_page_and_a_file_without_formulas(desk, official):
    assert "people.manage_officials" in desk.get("/can-bo/quyen/").content.decode()
    table = desk.get("/can-bo/quyen/ai-duoc-lam-gi.csv").content.decode()
    assert table.startswith("\ufeff")
    Official.objects.filter(pk=official.pk).update(full_name="=1+1")
    assert "'=1+1" in desk.get(at(official, "quyen.csv")).content.decode()


def test_a_receiver_has_no_part_in_any_of_it(client, official):
    client.force_login(Account.objects.get(pk=official.account_id))
    for path in ("/can-bo/", "/can-bo/danh-sach/", "/can-bo/quyen/", "/can-bo/quyen-ky/", "/can-bo/de-nghi/"):
        assert client.get(path).status_code == 403, path
    for path in ("officials", "official-lists", "signing-authorities", "role-proposals"):
        assert client.get(f"{API}/{path}").status_code == 403, path


def test_markup_in_a_name_is_only_text(desk, official):
    Official.objects.filter(pk=official.pk).update(full_name="<script>alert(1)</script>", title="<b>x</b>")
    for path in ("/can-bo/", at(official)):
        assert "<script>alert(1)" not in desk.get(path).content.decode()


def test_directory_and_record_stay_within_their_queries(desk, official, agency, django_assert_max_num_queries):
    for number in range(5):
        other = Official.objects.create(
            account=make_account(f"hontre.n{number}"), full_name=f"Người {number}", title="Công chức", home_id=agency
        )
        Post.objects.create(official=other, agency_id=agency, role=Role.CLERK, valid_from=date(2025, 7, 1))
    SigningAuthority.objects.create(
        official=official, agency_id=agency, form="chinh_danh", position="CHỦ TỊCH", valid_from=date(2025, 7, 1)
    )
    desk.get("/can-bo/")
    with django_assert_max_num_queries(10):
        desk.get("/can-bo/")
    with django_assert_max_num_queries(18):
        desk.get(at(official))


def test_ones_own_sessions_over_the_api(desk):
    sessions = desk.get(f"{API}/sessions").json()
    assert [session["current"] for session in sessions] == [True]
    assert desk.delete(f"{API}/sessions/999999").status_code == 404


def test_strong_roles_are_those_that_give_and_sign():
    assert {Role.LEADER, Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN} == actors.STRONG_ROLES


def test_the_template_is_handed_out(desk):
    assert desk.get("/can-bo/danh-sach/mau.xlsx").content.startswith(b"PK")
