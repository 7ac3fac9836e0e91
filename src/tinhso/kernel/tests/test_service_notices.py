"""What the public is told about the service: drafted, published, seen on every page, ended, kept; never as markup."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, Stale
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import EventRecord, ServiceNotice
from tinhso.kernel.operating import banner, notices
from tinhso.kernel.operating.notices import Words
from tinhso.kernel.policy import SYSTEM, Actor

MONDAY = "2026-11-09T08:00:00+07:00"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def nothing_remembered():
    banner.forget()
    yield
    banner._kept, banner._looked = (), float("inf")


@pytest.fixture
def words():
    with clock.pinned(MONDAY):
        now = clock.now()
        yield Words(
            kind="planned",
            severity="down",
            title_vi=f"Tạm ngừng nộp hồ sơ {MARKUP}",
            title_en=f"No filing {MARKUP}",
            text_vi=f"Nâng cấp {MARKUP}",
            services=f"nộp hồ sơ {MARKUP}",
            starts_at=now + timedelta(days=14),
            ends_at=now + timedelta(days=14, hours=3),
        )


def published(words: Words) -> ServiceNotice:
    made = notices.draft(SYSTEM, words)
    return notices.publish(SYSTEM, made.id, made.version)


@pytest.mark.django_db
def test_a_draft_is_nobodys_business_and_a_published_one_is_on_every_page(client, words):
    draft = notices.draft(SYSTEM, words)
    assert "Tạm ngừng nộp" not in client.get("/").content.decode()
    assert client.get("/api/v1/service-notices").json()["items"] == []
    notices.publish(SYSTEM, draft.id, draft.version)
    for address in ("/", "/tinh-trang", "/dang-nhap/", "/khong-co-trang-nay"):
        page = client.get(address).content.decode()
        assert "Tạm ngừng nộp hồ sơ" in page, address
        assert MARKUP not in page
    assert client.get("/api/v1/service-notices").json()["items"][0]["standing"] == "announced"


@pytest.mark.django_db
def test_the_feed_is_well_formed_and_carries_no_markup(client, words):
    from xml.etree import ElementTree

    published(words)
    answer = client.get("/tinh-trang/rss")
    item = ElementTree.fromstring(answer.content).find("channel/item")
    assert answer["Content-Type"].startswith("application/rss+xml")
    assert item.findtext("title") == f"Sắp diễn ra: {words.title_vi}"
    assert "<script" not in item.findtext("description")


@pytest.mark.django_db
def test_the_reader_of_english_reads_english(client, words):
    published(words)
    client.cookies["django_language"] = "en"
    assert "No filing" in client.get("/").content.decode()


@pytest.mark.django_db
def test_pages_ask_the_database_once_however_many_there_are(client, words, django_assert_num_queries):
    published(words)
    client.get("/tra-cuu")
    with django_assert_num_queries(0):
        assert "Tạm ngừng" in client.get("/tra-cuu").content.decode()


@pytest.mark.django_db
def test_an_ended_notice_leaves_the_pages_and_stays_in_the_history(client, words):
    row = published(words)
    notices.end(SYSTEM, row.id, row.version)
    assert "Tạm ngừng nộp" not in client.get("/").content.decode()
    assert client.get("/api/v1/service-notices").json()["items"][0]["standing"] == "over"
    acts = EventRecord.objects.filter(subject=f"service-notice:{row.id}").order_by("position")
    assert [event.data["act"] for event in acts] == ["drafted", "published", "ended"]
    with pytest.raises(Conflict):
        notices.change(SYSTEM, row.id, words, row.version + 1)


@pytest.mark.django_db
def test_time_alone_takes_a_notice_off_the_pages(client, words):
    published(words)
    with clock.pinned(words.ends_at + timedelta(minutes=1)):
        assert "Tạm ngừng nộp" not in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title_vi": "  "}, "title_vi"),
        ({"title_vi": "x" * 201}, "title_vi"),
        ({"kind": "holiday"}, "kind"),
        ({"severity": ""}, "severity"),
        ({"ends_at": None}, "ends_at"),
    ],
)
def test_bad_words_are_refused_at_their_field(words, change, field):
    with pytest.raises(Invalid) as refused:
        notices.draft(SYSTEM, replace(words, **change))
    assert list(refused.value.fields) == [field]
    assert not ServiceNotice.objects.exists()


@pytest.mark.django_db
def test_times_out_of_order_or_out_of_the_world_are_refused(words):
    for starts, ends in (
        (words.ends_at, words.starts_at),
        (words.starts_at.replace(year=1), words.ends_at),
        (words.starts_at, words.ends_at.replace(year=9999)),
    ):
        with pytest.raises(Invalid):
            notices.draft(SYSTEM, replace(words, starts_at=starts, ends_at=ends))


@pytest.mark.django_db
def test_a_suspension_is_announced_seven_working_days_ahead_or_the_operator_is_warned(words):
    """From Monday 9 November the 7th working day is Wednesday the 18th."""
    late = notices.draft(SYSTEM, replace(words, starts_at=clock.parse("2026-11-17T22:00")))
    in_time = notices.draft(SYSTEM, replace(words, starts_at=clock.parse("2026-11-18T22:00")))
    assert "6 ngày làm việc" in notices.caution(late)
    assert "224/2026" in notices.caution(late)
    assert notices.caution(in_time) == ""
    notices.publish(SYSTEM, late.id, late.version)
    assert EventRecord.objects.filter(subject=f"service-notice:{late.id}").order_by("-position")[0].data["short"]


@pytest.mark.django_db
def test_only_operators_write_notices(words):
    with pytest.raises(Denied):
        notices.draft(Actor(account=new_id()), words)


def test_of_two_operators_at_once_one_publishes(own_database, words):
    made = notices.draft(SYSTEM, words)
    came: list[str] = []

    def go() -> None:
        try:
            with clock.pinned(MONDAY):
                notices.publish(SYSTEM, made.id, made.version)
            came.append("published")
        except Stale:
            came.append("stale")
        finally:
            connection.close()

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["published", "stale"]


@pytest.mark.django_db
def test_a_strangers_browser_cannot_publish(words):
    made = notices.draft(SYSTEM, words)
    answer = Client().post(f"/van-hanh/thong-bao/{made.id}/cong-bo", {"version": made.version})
    assert answer.status_code in {302, 401}
    assert ServiceNotice.objects.get().state == "draft"


@pytest.mark.django_db
def test_the_status_page_is_not_quiet_while_a_process_still_remembers_the_time_before(client, words, monkeypatch):
    published(words)
    monkeypatch.setattr(banner, "_kept", ())
    monkeypatch.setattr(banner, "_looked", float("inf"))
    page = client.get("/tinh-trang").content.decode()
    assert "Tạm ngừng nộp" in page
    assert "Lúc này không có sự cố" not in page
