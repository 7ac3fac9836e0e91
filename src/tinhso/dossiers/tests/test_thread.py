"""Applicant and agency write to each other: both are told, nobody else reads, and the thread ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier, Message, MessageFile
from tinhso.dossiers.pack import thread_rules
from tinhso.dossiers.tests.conftest import actor_of, now_at, picture
from tinhso.kernel import clock, disclosure, notify
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Invalid, NotFound, TooMany
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import EventRecord
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people.models import Account

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def test_a_question_and_its_answer_are_told_and_marked_when_opened(
    sent: Dossier, mother: Actor, receiver: Actor
) -> None:
    run_waiting()
    actions.write(mother, sent.id, text="Tôi nộp thiếu bản sao?", papers=[("anh.png", picture())])
    run_waiting()
    (told, *_rest) = notify.inbox(receiver)
    assert told.title == f"Người nộp viết về hồ sơ {sent.code}"
    assert told.url == f"/ban-lam-viec/ho-so/{sent.id}/trao-doi"
    assert queries.dossier(receiver, sent.id).messages_unread == 1
    assert actions.read_thread(receiver, sent.id) == 1
    assert queries.dossier(receiver, sent.id).messages_unread == 0
    actions.write(receiver, sent.id, text="Đủ rồi.")
    run_waiting()
    assert notify.inbox(mother)[0].title == f"Cơ quan viết cho bạn về hồ sơ {sent.code}"
    thread = queries.thread(mother, sent.id)
    assert [(m.from_office, m.mine, m.text) for m in thread.messages] == [
        (False, True, "Tôi nộp thiếu bản sao?"),
        (True, False, "Đủ rồi."),
    ]
    assert [f.name for f in thread.messages[0].files] == ["anh.png"]
    assert thread.messages[0].read_at is not None
    assert thread.messages[1].read_at is None


def test_what_leaves_the_house_says_neither_words_nor_names(sent: Dossier, mother: Actor, receiver: Actor) -> None:
    actions.write(receiver, sent.id, text="Bệnh án của chị Nguyễn")
    run_waiting()
    (letter,) = [letter for letter in mail.outbox if "trao-doi" in letter.body]
    assert "Bệnh" not in letter.body + letter.subject
    assert mother.name not in letter.body + letter.subject
    assert sent.code in letter.subject


def test_a_stranger_and_another_agency_find_nothing(sent: Dossier, mother: Actor, stranger: Actor) -> None:
    actions.write(mother, sent.id, text="Riêng", papers=[("anh.png", picture())])
    file = MessageFile.objects.get()
    elsewhere = actor_of("rachgia.tiepnhan")
    for other in (stranger, elsewhere, SYSTEM):
        with pytest.raises(NotFound):
            queries.thread(other, sent.id)
        with pytest.raises(NotFound):
            actions.write(other, sent.id, text="x")
        with pytest.raises(NotFound):
            actions.read_thread(other, sent.id)
        with pytest.raises(NotFound):
            queries.message_file(other, sent.id, file.id)
    assert queries.unread_threads(elsewhere)[0] == []


def test_a_file_of_one_thread_is_not_in_another(sent: Dossier, mother: Actor, fill: Any, stranger: Actor) -> None:
    actions.write(mother, sent.id, text="", papers=[("anh.png", picture())])
    other = actions.submit(stranger, fill(stranger).id, "other")
    with pytest.raises(NotFound):
        queries.message_file(stranger, other.id, MessageFile.objects.get().id)


def test_the_same_message_sent_twice_is_one(sent: Dossier, mother: Actor, receiver: Actor) -> None:
    first = actions.write(mother, sent.id, text="Một", key="k")
    assert actions.write(mother, sent.id, text="Một", key="k").id == first.id
    actions.write(receiver, sent.id, text="Hai", key="k")  # another sender's mark is another message
    assert Message.objects.count() == 2


def test_so_many_an_hour(sent: Dossier, mother: Actor) -> None:
    for n in range(thread_rules().an_hour):
        actions.write(mother, sent.id, text=str(n))
    with pytest.raises(TooMany):
        actions.write(mother, sent.id, text="thêm")


def test_it_closes_some_days_after_the_end_and_can_still_be_read(sent: Dossier, mother: Actor, receiver: Actor) -> None:
    actions.withdraw(mother, sent.id, version=now_at(sent))
    end = queries.thread(mother, sent.id).closes_at
    assert end == clock.now() + timedelta(days=30)
    with clock.pinned((end - timedelta(seconds=1)).isoformat()):
        actions.write(receiver, sent.id, text="Còn kịp")
    with clock.pinned(end.isoformat()):
        with pytest.raises(Conflict):
            actions.write(mother, sent.id, text="muộn")
        assert [m.text for m in queries.thread(mother, sent.id).messages] == ["Còn kịp"]
        assert queries.thread(mother, sent.id).verified is False


@pytest.mark.parametrize(
    "paper",
    [("virus.pdf", b"%PDF-1.4\n" + EICAR), ("anh.png", b"MZ not a picture"), ("trang.html", b"<script>1</script>")],
)
def test_a_file_that_may_not_come_in_takes_the_message_with_it(sent: Dossier, mother: Actor, paper: Any) -> None:
    with pytest.raises(Invalid):
        actions.write(mother, sent.id, text="kèm", papers=[paper])
    assert not Message.objects.exists()


def test_an_official_who_reads_is_in_the_log_and_no_words_are_in_events(
    sent: Dossier, mother: Actor, receiver: Actor
) -> None:
    actions.write(mother, sent.id, text="Tôi ốm nặng")
    queries.thread(receiver, sent.id)
    take_disclosures()
    assert any(list(row.fields) == ["messages"] for row in disclosure.seen_by_others(mother.subject, limit=10))
    assert not EventRecord.objects.filter(data__icontains="ốm").exists()


def test_markup_is_shown_as_text_and_the_pages_say_that_it_is_no_formal_act(
    sent: Dossier, mother: Actor, receiver: Actor, client: Client
) -> None:
    actions.write(mother, sent.id, text="<script>alert(1)</script>\n{{ 7 }}")
    for login, page in (("hontre.tiepnhan", "/ban-lam-viec/ho-so"), ("me.hontre@vidu.vn", "/ho-so")):
        client.force_login(Account.objects.get(login=login))
        html = client.get(f"{page}/{sent.id}/trao-doi").content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "không phải văn bản" in html


def test_nobody_answers_their_own_dossier_from_the_desk(sent: Dossier, mother: Actor, receiver: Actor) -> None:
    both = Actor(account=mother.account, subject=mother.subject, assured=True, grants=receiver.grants, name="Hai vai")
    assert actions.write(both, sent.id, text="tôi").from_office is False
    assert queries.unread_threads(both)[0] == []
    assert [row.code for row in queries.unread_threads(receiver)[0]] == [sent.code]


def test_a_thread_costs_few_queries(
    sent: Dossier, mother: Actor, receiver: Actor, django_assert_max_num_queries: Any
) -> None:
    for n in range(5):
        actions.write(mother, sent.id, text=str(n), papers=[("anh.png", picture())])
    queries.unread_threads(receiver)
    with django_assert_max_num_queries(8):
        assert len(queries.thread(receiver, sent.id).messages) == 5
    with django_assert_max_num_queries(3):
        assert len(queries.unread_threads(receiver)[0]) == 1
