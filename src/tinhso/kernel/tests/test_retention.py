"""Things are kept as long as the pack says: in portions, on record; what no verified rule names stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from tinhso.kernel import audit, clock, disclosure, keys
from tinhso.kernel.appending import append_audit
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import AuditRecord, Disclosure, EventRecord, KeptAnswer, Notification
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.retention import apply, applying, outlook, rules
from tinhso.kernel.retention.months import drop_oldest_month
from tinhso.kernel.retention.rules import Rule, check
from tinhso.kernel.sealing import statements

READER = Actor(account=new_id(), name="Cán bộ")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"


def told(age: int) -> Notification:
    return Notification.objects.create(
        account=new_id(), kind="thu", created_at=clock.now() - timedelta(days=age), subject="thu"
    )


def outcome(name: str, found):
    return next(one for one in found if one.subject == name)


@pytest.fixture
def ruled(monkeypatch):
    """Rules of this test alone."""

    def set_(*given: Rule) -> None:
        monkeypatch.setattr(applying, "rules", lambda: {rule.subject: rule for rule in given})

    return set_


@pytest.mark.django_db
def test_the_dry_run_counts_and_removes_nothing(ruled):
    ruled(Rule(subject="kernel.notifications", days=10, source="thử"))
    told(11), told(9)
    assert outcome("kernel.notifications", outlook()).due == 1
    assert Notification.objects.count() == 2


@pytest.mark.django_db
def test_what_is_due_goes_in_portions_and_one_event_says_how_much(ruled, monkeypatch):
    monkeypatch.setattr(applying, "PORTION", 2)
    ruled(Rule(subject="kernel.notifications", days=10, source="thử"))
    for _ in range(5):
        told(11)
    kept = told(9)
    assert outcome("kernel.notifications", apply()).removed == 5
    assert list(Notification.objects.values_list("id", flat=True)) == [kept.id]
    event = EventRecord.objects.get(type="vn.tinhso.kernel.retention-applied")
    assert (event.data["of"], event.data["removed"], event.data["source"]) == ("kernel.notifications", 5, "thử")
    assert apply()
    assert EventRecord.objects.filter(type="vn.tinhso.kernel.retention-applied").count() == 1


@pytest.mark.django_db
def test_an_unverified_rule_counts_and_never_removes(ruled):
    ruled(Rule(subject="kernel.notifications", days=10, unverified=True, source="chưa rõ điều nào"))
    told(400)
    found = outcome("kernel.notifications", apply())
    assert (found.due, found.removed, found.applied) == (1, 0, False)
    assert Notification.objects.count() == 1


@pytest.mark.django_db
def test_trail_and_events_have_no_door_whatever_a_pack_says(ruled):
    ruled(*(Rule(subject=name, days=1, source="thử") for name in ("kernel.audit", "kernel.events")))
    with clock.pinned("2020-01-01"):
        audit.record(SYSTEM, "thu", subject="thu", data={})
    assert outcome("kernel.audit", apply()).removed == 0
    assert AuditRecord.objects.filter(act="thu").exists()


@pytest.mark.django_db
def test_the_provinces_own_rules_name_every_subject_and_delete_no_record_of_law():
    known = rules()
    assert set(known) == {one.subject for one in outlook()}
    assert not known["kernel.disclosures"].applied
    assert known["kernel.audit"].forever
    assert known["kernel.events"].forever


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("rules:\n  - subject: khong.co\n    days: 3\n    source: x\n", 2),
        (
            "rules:\n"
            "  - {subject: kernel.audit, days: 3, source: x}\n"
            "  - {subject: kernel.audit, days: 4, source: x}\n",
            3,
        ),
    ],
)
def test_a_rule_for_nothing_and_a_second_rule_are_mistakes_with_their_line(tmp_path: Path, text, line):
    (tmp_path / "retention.yaml").write_text(text)
    assert [mistake.line for mistake in check(Pack(tmp_path))] == [line]


def test_a_rule_says_days_or_for_ever_and_its_source():
    for wrong in (
        {"days": 3, "forever": True, "source": "x"},
        {"source": "x"},
        {"days": 3},
        {"days": 0, "source": "x"},
    ):
        with pytest.raises(ValueError):
            Rule(subject="kernel.audit", **wrong)


def looked(day: str) -> None:
    with clock.pinned(day):
        disclosure.note(READER, person=new_id(), record="thu", fields=["full_name"], purpose="thử")


def test_an_old_month_of_disclosures_goes_and_the_trail_still_verifies(own_database, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(statements, "folder", lambda: tmp_path / "book")
    monkeypatch.setattr(keys, "folder", lambda: tmp_path)
    looked("2021-03-10T03:00:00Z")
    with clock.pinned("2021-03-10T03:01:00Z"):
        take_disclosures()
    looked("2021-03-31T23:59:50Z"), looked("2021-04-01T00:00:05Z")
    with clock.pinned("2021-04-01T00:00:10Z"):
        take_disclosures()
    audit.seal()
    assert audit.verify().intact
    assert drop_oldest_month(clock.parse("2021-03-15")) == 0
    assert drop_oldest_month(clock.parse("2022-01-01")) == 2
    assert Disclosure.objects.count() == 1
    audit.seal()
    assert audit.verify().findings == ()
    assert AuditRecord.objects.get(act="kernel.month-dropped").data["rows"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parent", "month", "why"),
    [
        ("kernel_audit", "2021-03-01", "nothing is ever dropped"),
        ("kernel_event", "2021-03-01", "nothing is ever dropped"),
        ("kernel_disclosure", "2021-03-01", "does not tell"),
    ],
)
def test_the_owners_door_opens_for_nothing_else(parent, month, why):
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT kernel_drop_month(%s, %s)", [parent, month])


@pytest.mark.django_db
def test_a_young_month_is_refused_even_when_the_trail_tells_it():
    month = clock.real().replace(day=1)

    def drop() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            append_audit(SYSTEM, "kernel.month-dropped", subject=f"kernel_disclosure:{month:%Y-%m}", data={})
            cursor.execute("SELECT kernel_drop_month('kernel_disclosure', %s)", [month])

    with pytest.raises(DatabaseError, match="younger"):
        drop()


@pytest.mark.django_db
def test_the_app_still_cannot_drop_a_partition_itself():
    with clock.pinned("2021-03-10"):
        audit.record(SYSTEM, "thu", subject="thu", data={})
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE kernel_disclosure_2021_03")


@pytest.mark.django_db
def test_answers_sessions_and_codes_have_a_subject():
    KeptAnswer.objects.create(
        account=new_id(),
        key="k",
        address="/",
        fingerprint="f",
        status=200,
        body=b"",
        created_at=clock.parse("2020-01-01"),
    )
    assert outcome("kernel.answers", apply()).removed == 1
