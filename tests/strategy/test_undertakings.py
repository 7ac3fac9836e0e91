"""Tasks and duties: who may write, what is refused, what the public sees."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.dossiers.tests.conftest import actor_of, picture
from tinhso.indicators import actions, queries
from tinhso.indicators.models import Comment, Evidence, Plan, Undertaking
from tinhso.kernel import clock
from tinhso.kernel.errors import Denied, Invalid, NotFound, Stale, Unauthenticated
from tinhso.kernel.events import history
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.policy import ANONYMOUS, Actor
from tinhso.people.models import Account, Post

DUTY, FOREIGN, TASK = "2.1-1", "2.3-1", "III.1-1"


@pytest.fixture
def admin(cast: None) -> Actor:
    return actor_of("tinh.quantri")


def test_an_official_of_the_owner_writes_a_plan_and_it_is_an_event(owner: Actor) -> None:
    made = actions.plan(owner, DUTY, text=" Báo cáo hằng năm ", due=date(2026, 12, 31), progress="under_way", after=0)
    found = queries.undertaking(ANONYMOUS, DUTY)
    assert (found.plans[0].text, found.plans[0].due, found.progress) == (
        "Báo cáo hằng năm",
        date(2026, 12, 31),
        "under_way",
    )
    assert found.plans[0].agency == "Sở Thông tin và Truyền thông tỉnh Kiên Giang"
    told = history(f"undertaking:{made.undertaking_id}")[-1]
    assert told.envelope.type == "vn.tinhso.indicators.planned"
    assert AuditRecord.objects.filter(event=told.envelope.id).exists()


@pytest.mark.parametrize("key", [FOREIGN, TASK, "III.6-2"])
def test_what_belongs_to_another_agency_or_to_nobody_is_not_the_owners_to_write(owner: Actor, key: str) -> None:
    for act in (
        lambda: actions.plan(owner, key, text="x", progress="done", after=0),
        lambda: actions.comment(owner, key, text="x"),
        lambda: actions.add_link(owner, key, title="x", url="https://vidu.vn"),
        lambda: actions.add_file(owner, key, title="x", name="x.png", content=picture()),
    ):
        with pytest.raises(Denied):
            act()
    assert not Plan.objects.exists()
    assert not Comment.objects.exists()
    assert not Evidence.objects.exists()


def test_the_province_administrator_writes_about_everything(admin: Actor) -> None:
    for key in (DUTY, TASK, "III.6-2"):
        assert actions.comment(admin, key, text="Đã xem.").undertaking.key == key


@pytest.mark.parametrize("login", ["me.hontre@vidu.vn", "tinh.kiemtra"])
def test_citizens_and_auditors_write_nothing(cast: None, login: str) -> None:
    with pytest.raises((NotFound, Denied)):
        actions.comment(actor_of(login), DUTY, text="x")


def test_a_stranger_is_asked_to_sign_in(cast: None) -> None:
    with pytest.raises((NotFound, Unauthenticated)):
        actions.comment(ANONYMOUS, DUTY, text="x")


def test_of_two_plans_written_from_the_same_reading_the_second_is_told(admin: Actor) -> None:
    actions.plan(admin, TASK, text="Một", progress="not_begun", after=0)
    with pytest.raises(Stale):
        actions.plan(admin, TASK, text="Hai", progress="done", after=0)
    actions.plan(admin, TASK, text="Hai", progress="done", after=1)
    assert [plan.text for plan in queries.undertaking(ANONYMOUS, TASK).plans] == ["Hai", "Một"]


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://vidu.vn/a?b=c", True),
        ("http://vidu.vn", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//vidu.vn", False),
        ("https://", False),
        ("https://vi du.vn", False),
        ("https://[", False),
        ("https://vidu.vn/" + "a" * 500, False),
        ("", False),
    ],
)
def test_a_link_leads_to_the_web_or_is_refused_in_words(admin: Actor, url: str, fine: bool) -> None:
    if fine:
        assert actions.add_link(admin, TASK, title="Quy chế", url=url).url == url
        return
    with pytest.raises(Invalid) as refused:
        actions.add_link(admin, TASK, title="Quy chế", url=url)
    assert "url" in refused.value.fields


def test_evidence_as_a_file_is_public_until_it_is_taken_back(admin: Actor, client: Client) -> None:
    made = actions.add_file(admin, TASK, title="Ảnh chụp", name="ảnh.png", content=picture())
    answer = client.get(f"/chien-luoc/minh-chung/{made.id}")
    assert answer.status_code == 200
    assert answer.content == picture()
    actions.remove_evidence(admin, TASK, made.id)
    assert client.get(f"/chien-luoc/minh-chung/{made.id}").status_code == 404
    assert queries.undertaking(ANONYMOUS, TASK).shown == []
    with pytest.raises(NotFound):
        actions.remove_evidence(admin, TASK, made.id)
    with pytest.raises(NotFound):
        actions.remove_evidence(admin, TASK, uuid4())


def test_a_program_named_as_a_paper_is_refused(admin: Actor) -> None:
    with pytest.raises(Invalid):
        actions.add_file(admin, TASK, title="Giấy", name="giay.pdf", content=b"MZ\x90\x00 program")
    assert not Evidence.objects.exists()


def test_remarks_and_names_are_for_officials_only(admin: Actor, client: Client) -> None:
    actions.comment(admin, TASK, text="Nội bộ: chờ ý kiến.")
    actions.plan(admin, TASK, text="Công khai", progress="under_way", after=0)
    page = client.get(f"/chien-luoc/viec/{TASK}").content.decode()
    assert "Công khai" in page
    assert "Nội bộ" not in page
    assert admin.name not in page
    assert "Nội bộ" not in client.get(f"/api/v1/strategy/undertakings/{TASK}").content.decode()
    client.force_login(Account.objects.get(login="tinh.kiemtra"))
    page = client.get(f"/chien-luoc/viec/{TASK}").content.decode()
    assert "Nội bộ" in page
    assert admin.name in page


def test_what_was_typed_stays_when_the_page_refuses(owner: Actor, client: Client) -> None:
    account = Account.objects.get(pk=owner.account)
    (grant,) = owner.grants
    Post.objects.create(
        official=account.official, agency_id=grant.scope, role="specialist", valid_from=date(2022, 9, 1)
    )
    client.force_login(account)
    address = f"/chien-luoc/viec/{DUTY}/ghi"
    typed = {"do": "plan", "after": "0", "text": "Việc quan trọng <b>", "due": "31/02/2026", "progress": "done"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Việc quan trọng &lt;b&gt;" in page
    assert "Ghi ngày có thật" in page
    for sent in ({"do": "nothing"}, {}, {**typed, "due": "", "after": "nhiều"}, {"do": "evidence", "title": "x"}):
        assert client.post(address, sent).status_code == 422
    assert client.post(address, {"do": "remove", "evidence": "không"}).status_code == 404
    assert not Plan.objects.exists()
    file = SimpleUploadedFile("giay.png", picture(), "image/png")
    assert client.post(address, {"do": "evidence", "title": "Ảnh", "file": file}).status_code == 302
    assert Evidence.objects.count() == 1


def test_lists_are_searched_without_marks_and_filtered(cast: None, client: Client) -> None:
    found = client.get("/api/v1/strategy/tasks?q=tong dai 1022").json()["items"]
    assert [item["id"] for item in found] == ["III.8-7"]
    assert [item["id"] for item in client.get("/api/v1/strategy/tasks?owned=true").json()["items"]] == ["III.6-2"]
    assert len(client.get("/api/v1/strategy/duties?limit=200").json()["items"]) == 11
    assert len(client.get("/api/v1/strategy/tasks?clause=III.5&limit=200").json()["items"]) == 11


def test_a_list_costs_few_queries_whatever_its_length(
    cast: None, client: Client, django_assert_max_num_queries
) -> None:
    client.get("/api/v1/strategy/duties?limit=1")
    with django_assert_max_num_queries(4):
        assert len(client.get("/api/v1/strategy/duties?limit=200").json()["items"]) == 11
    with django_assert_max_num_queries(5):
        client.get("/chien-luoc/nhiem-vu")
    with django_assert_max_num_queries(10):
        client.get(f"/chien-luoc/viec/{DUTY}")


def test_a_duty_of_an_agency_that_is_gone_says_so(cast: None, client: Client) -> None:
    with clock.pinned("2026-11-09T08:00:00+07:00"):
        assert "hoạt động đến 30/06/2025" in client.get(f"/chien-luoc/viec/{DUTY}").content.decode()
    with clock.pinned("2022-09-05T08:00:00+07:00"):
        assert "hoạt động đến" not in client.get(f"/chien-luoc/viec/{DUTY}").content.decode()


def test_every_task_and_duty_has_a_page(cast: None, client: Client) -> None:
    for key in Undertaking.objects.values_list("key", flat=True):
        assert client.get(f"/chien-luoc/viec/{key}").status_code == 200, key
    assert client.get("/chien-luoc/viec/III.99-1").status_code == 404
