"""People are told inside the house; outside it they hear only that there is something to read."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import translation

from tinhso.kernel import clock, jobs
from tinhso.kernel.contrib.filedrop import FileDrop
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import Event, emit
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Channel, NotificationSending, SendingState
from tinhso.kernel.notify import (
    OUTSIDE,
    Contact,
    Notice,
    Telling,
    choices,
    choose,
    every_notice,
    every_topic,
    failed_sendings,
    inbox,
    mark_read,
    notify,
    notify_each,
    sending,
    told_of,
    unread,
)
from tinhso.kernel.notify import words as words_of_packs
from tinhso.kernel.notify.base import GatewayFault
from tinhso.kernel.notify.kinds import _notices
from tinhso.kernel.packs import Pack, Unreadable
from tinhso.kernel.policy import Actor, Grant

pytestmark = pytest.mark.django_db
LAN, BINH = Actor(account=new_id()), Actor(account=new_id())
CONTEXT = {"code": "H33-1", "name": "<b>Nguyễn Văn A</b>", "dossier": "d1"}


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A kind of notification, known addresses, and SMS dropped into a folder."""
    kind = Notice(
        "test.done",
        title="Hồ sơ %(code)s xong",
        body="%(name)s được cấp giấy.",
        outside="Hồ sơ %(code)s đã có kết quả.",
        url="/ho-so/%(dossier)s",
        sms=True,
    )
    _notices.register(kind.name, kind)
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn", "0912345678"))
    monkeypatch.setattr(sending, "sms_gateway", lambda: FileDrop(tmp_path))
    with translation.override("vi"):
        yield tmp_path
    del _notices._things[kind.name]


def tell(*accounts: UUID | None) -> None:
    notify([a for a in accounts if a], "test.done", CONTEXT, subject="dossier:d1")


def test_an_account_reads_its_own_notifications() -> None:
    tell(LAN.account)
    (told,) = inbox(LAN)
    assert (told.title, told.url, told.read) == ("Hồ sơ H33-1 xong", "/ho-so/d1", False)
    assert inbox(BINH) == []


def test_reading_is_counted_and_only_ones_own() -> None:
    tell(LAN.account, BINH.account)
    (told,) = inbox(LAN)
    with pytest.raises(NotFound):
        mark_read(BINH, told.id)
    assert unread(LAN) == 1
    mark_read(LAN, told.id)
    assert (unread(LAN), unread(BINH)) == (0, 1)


def test_mail_and_sms_name_no_person(house: Path) -> None:
    tell(LAN.account)
    jobs.run_waiting()
    (letter,) = mail.outbox
    assert letter.subject == "Hồ sơ H33-1 đã có kết quả."
    (text,) = (json.loads(path.read_text())["text"] for path in house.glob("*.json"))
    assert text == "Ho so H33-1 da co ket qua."
    assert "Nguyễn" not in letter.body
    assert "/ho-so/d1" in letter.body


def test_a_context_with_a_line_break_makes_no_mail_header() -> None:
    notify([new_id()], "test.done", {**CONTEXT, "code": "1\nBcc: x@example.vn"}, subject="dossier:d1")
    jobs.run_waiting()
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["lan@example.vn"]


def test_an_account_chooses_its_channels(house: Path) -> None:
    choose(LAN, Channel.SMS, False)
    choose(LAN, Channel.EMAIL, False)
    tell(LAN.account)
    jobs.run_waiting()
    assert (mail.outbox, list(house.iterdir())) == ([], [])
    assert unread(LAN) == 1


@dataclass(frozen=True)
class Bloomed(Event):
    TYPE: ClassVar[str] = "vn.tinhso.kernel.test-bloomed"


class Deaf:
    def send(self, number: str, text: str, key: str) -> None:
        raise GatewayFault


def test_a_gateway_that_does_not_answer_is_asked_again_and_then_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "sms_gateway", Deaf)
    tell(LAN.account)
    row = NotificationSending.objects.get(channel=Channel.SMS)
    sending.send(sending=str(row.id), attempt=1)
    row.refresh_from_db()
    assert (row.state, row.fault) == (SendingState.WAITING, "GatewayFault")
    with pytest.raises(GatewayFault):  # the job fails, and lies before the operators
        sending.send(sending=str(row.id), attempt=sending.TRIES)
    row.refresh_from_db()
    assert row.state == SendingState.WAITING


def waiting(task: str) -> list[dict[str, object]]:
    """The arguments of the jobs of that name that wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args - 'request_id' FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id",
            [task],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_what_is_told_at_once_is_sent_by_one_job(house: Path) -> None:
    tell(*(new_id() for _account in range(10)))
    (job,) = waiting("kernel.send_together")
    assert len(job["sendings"]) == 20
    tell(*(new_id() for _account in range(11)))
    assert [len(job["sendings"]) for job in waiting("kernel.send_together")] == [20, 20, 2]
    jobs.run_waiting()
    assert (len(mail.outbox), len(list(house.glob("*.json")))) == (21, 21)


def test_behind_a_gateway_that_does_not_answer_nobody_waits(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(*(new_id() for _account in range(3)))
    (job,) = waiting("kernel.send_together")
    monkeypatch.setattr(sending, "sms_gateway", Deaf)
    sending.send_together(sendings=job["sendings"])
    tries = [(job["sending"], job["attempt"]) for job in waiting("kernel.send_notification")]
    text = next(n for n, one in enumerate(job["sendings"]) if channel_of(one) == Channel.SMS)
    assert tries == [(job["sendings"][text], 2), *((one, 1) for one in job["sendings"][text + 1 :])]
    assert len(mail.outbox) == text, "what came before it is sent"


def test_what_breaks_goes_alone_and_takes_nobody_along(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(*(new_id() for _account in range(2)))
    (job,) = waiting("kernel.send_together")

    class Broken:
        def send(self, number: str, text: str, key: str) -> None:
            raise ValueError  # an adapter that keeps no promise

    monkeypatch.setattr(sending, "sms_gateway", Broken)
    sending.send_together(sendings=job["sendings"])
    alone = [(job["sending"], job["attempt"]) for job in waiting("kernel.send_notification")]
    text = next(n for n, one in enumerate(job["sendings"]) if channel_of(one) == Channel.SMS)
    assert alone == [(one, 1) for one in job["sendings"][text:]]


def test_behind_a_slow_server_other_work_gets_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(*(new_id() for _account in range(3)))
    (job,) = waiting("kernel.send_together")
    monkeypatch.setattr(sending, "SENDS_FOR", -1.0)
    sending.send_together(sendings=job["sendings"])
    assert [one["sendings"] for one in waiting("kernel.send_together")] == [job["sendings"]] * 2
    assert mail.outbox == []


def channel_of(sending: str) -> str:
    return NotificationSending.objects.get(id=sending).channel


def test_who_has_no_address_keeps_nobody_back(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(*(new_id() for _account in range(3)))
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn", ""))
    jobs.run_waiting()
    assert (len(mail.outbox), len(failed_sendings())) == (3, 3)


def test_what_is_told_late_stands_where_it_happened() -> None:
    assert LAN.account is not None
    with transaction.atomic(), clock.pinned("2026-11-09T08:00:00+07:00"):
        sent = emit(LAN, Bloomed(), subject="dossier:d1")
    time.sleep(0.002)
    tell(LAN.account)
    notify_each([Telling(LAN.account, "test.done", {**CONTEXT, "code": "H33-0"}, "dossier:d1", after=sent)])
    assert [(one.title, one.at == sent.at) for one in inbox(LAN)] == [
        ("Hồ sơ H33-1 xong", False),
        ("Hồ sơ H33-0 xong", True),
    ]


def test_a_message_without_an_address_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(LAN.account)
    row = NotificationSending.objects.get(channel=Channel.SMS)
    monkeypatch.setattr(sending, "contact", lambda account: Contact("lan@example.vn", ""))
    sending.send(sending=str(row.id), attempt=1)
    (failed,) = failed_sendings()
    assert (failed.id, failed.kind, failed.fault) == (row.id, "test.done", "NoAddress")


def test_a_job_that_runs_twice_sends_once() -> None:
    tell(LAN.account)
    row = NotificationSending.objects.get(channel=Channel.EMAIL)
    for _time in range(2):
        sending.send(sending=str(row.id), attempt=1)
    assert len(mail.outbox) == 1


def test_a_missing_value_is_noticed_when_telling_not_when_reading() -> None:
    with pytest.raises(KeyError):
        notify([new_id()], "test.done", {"code": "1"}, subject="dossier:d1")


def official() -> Actor:
    return Actor(account=new_id(), grants=frozenset({Grant("receiver", new_id())}))


def test_a_choice_for_one_topic_leaves_the_others(house: Path) -> None:
    choose(LAN, Channel.EMAIL, False, "general")
    tell(LAN.account)
    notify([a for a in (LAN.account,) if a], "people.password_reset", {}, subject="account:x")
    jobs.run_waiting()
    assert [letter.subject[:8] for letter in mail.outbox] == ["Mật khẩu"]
    assert len(list(house.iterdir())) == 2, "the text messages of both"


def test_what_is_for_ones_own_safety_cannot_be_switched_off() -> None:
    with pytest.raises(Conflict):
        choose(LAN, Channel.EMAIL, False, "security")
    with pytest.raises(Invalid):
        choose(LAN, Channel.EMAIL, False, "no-such-topic")
    fixed = next(one for one in choices(LAN) if one.topic.name == "security")
    assert fixed.topic.fixed
    assert fixed.wanted[Channel.EMAIL]


def test_topics_of_work_are_for_officials(house: Path) -> None:
    assert "dossiers.deadlines" not in {one.topic.name for one in choices(LAN)}
    assert "dossiers.deadlines" in {one.topic.name for one in choices(official())}


def test_an_address_that_nobody_confirmed_gets_only_what_is_for_ones_safety(monkeypatch: pytest.MonkeyPatch) -> None:
    unsure = Contact("lan@example.vn", email_confirmed=False)
    monkeypatch.setattr(sending, "contact", lambda account: unsure)
    tell(LAN.account)
    notify([a for a in (LAN.account,) if a], "people.password_reset", {}, subject="account:x")
    jobs.run_waiting()
    assert [letter.subject[:8] for letter in mail.outbox] == ["Mật khẩu"]


def test_every_notice_has_a_topic_and_says_nothing_personal_outside() -> None:
    topics = {topic.name for topic in every_topic()}
    for name, said in every_notice().items():
        if name.startswith("test."):
            continue
        assert said.topic in topics - {"general"}, name
        assert set(re.findall(r"%\((\w+)\)s", str(said.outside))) <= OUTSIDE, name


def test_how_often_an_account_was_told_of_a_thing() -> None:
    tell(LAN.account, BINH.account)
    tell(LAN.account)
    jobs.run_waiting()
    mark_read(LAN, inbox(LAN)[0].id)
    assert LAN.account is not None
    told = told_of(LAN.account, "dossier:d1")
    assert (told.in_house, told.read, told.email, told.sms) == (2, 1, 2, 2)


def pack(folder: Path, text: str) -> Pack:
    (folder / "notices.yaml").write_text(text, encoding="utf-8")
    return Pack(folder)


@pytest.mark.parametrize(
    ("said", "line", "words"),
    [
        ('  test.none:\n    title: {vi: "a", en: "b"}\n', 2, "Không có thông báo"),
        ('  test.done:\n    title: {vi: "{codes}", en: "b"}\n', 3, "{codes}"),
        ('  test.done:\n    outside: {vi: "{name} xong", en: "b"}\n', 3, "{name}"),
        ('  test.done:\n    title: {vi: "{code", en: "b"}\n', 3, "Ngoặc nhọn"),
        ('  test.done:\n    title: {vi: "{code.__class__}", en: "b"}\n', 3, "Ngoặc nhọn"),
        ('  test.done:\n    outside: {vi: "Xem https://a.vn", en: "b"}\n', 3, "đường dẫn"),
        (f'  test.done:\n    outside: {{vi: "{"a" * 131}", en: "b"}}\n', 3, "131"),
    ],
)
def test_wrong_words_in_a_pack_are_named_with_line_and_remedy(tmp_path: Path, said: str, line: int, words: str) -> None:
    (mistake,) = words_of_packs.check(pack(tmp_path, f"notices:\n{said}"))
    assert (mistake.file, mistake.line) == ("notices.yaml", line)
    assert words in str(mistake)


def test_words_in_one_language_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        words_of_packs.check(pack(tmp_path, 'notices:\n  test.done:\n    title: {vi: "a"}\n'))


def test_the_packs_words_are_read_and_sent(tmp_path: Path, house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        'notices:\n  test.done:\n    title: {vi: "100% xong: {code}", en: "Done: {code}"}\n'
        '    outside: {vi: "Mời xem {code}.", en: "See {code}."}\n'
        '  test.none:\n    title: {vi: "x", en: "x"}\n'
    )
    made = pack(tmp_path, text)
    monkeypatch.setattr(words_of_packs, "Pack", lambda root: made)
    words_of_packs._own_words.cache_clear()
    try:
        tell(LAN.account)
        jobs.run_waiting()
        assert inbox(LAN)[0].title == "100% xong: H33-1"
        assert inbox(LAN)[0].body.startswith("<b>Nguyễn"), "the part that the pack does not name"
        assert mail.outbox[0].subject == "Mời xem H33-1."
        with translation.override("en"):
            assert inbox(LAN)[0].title == "Done: H33-1"
    finally:
        words_of_packs._own_words.cache_clear()
