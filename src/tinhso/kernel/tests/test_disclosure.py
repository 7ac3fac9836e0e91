"""Who read whose data is never lost and never entered twice, and the person sees it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.kernel import clock, spool, spool_loading
from tinhso.kernel.disclosure import note, seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import AuditRecord, Disclosure
from tinhso.kernel.policy import SYSTEM, Actor

pytestmark = pytest.mark.django_db
OFFICER = Actor(account=new_id(), subject=new_id(), name="Trần Thị Lan")


def look(person: UUID, actor: Actor = OFFICER) -> None:
    note(actor, person=person, record="dossier:1", fields=["full_name", "birth_date"], purpose="Giải quyết hồ sơ")


def test_a_person_sees_who_read_what_and_why() -> None:
    person = new_id()
    with clock.pinned("2022-09-05T08:00:00+07:00"):
        look(person)
    take_disclosures()
    (seen,) = seen_by_others(person)
    assert (seen.reader_name, seen.record, seen.fields, seen.purpose) == (
        "Trần Thị Lan",
        "dossier:1",
        ("birth_date", "full_name"),
        "Giải quyết hồ sơ",
    )
    assert seen.at == clock.parse("2022-09-05T08:00:00+07:00")


def test_reading_ones_own_data_and_work_of_the_house_are_no_disclosures() -> None:
    person = new_id()
    look(person, Actor(account=new_id(), subject=person))
    look(person, SYSTEM)
    assert take_disclosures() == 0


def test_noting_asks_nothing_of_the_database(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(0):
        look(new_id())


def test_taking_twice_enters_once() -> None:
    person = new_id()
    look(person)
    assert (take_disclosures(), take_disclosures()) == (1, 0)
    look(person)
    take_disclosures()
    assert len(seen_by_others(person)) == 2


def test_pages_follow_each_other() -> None:
    person = new_id()
    for _time in range(5):
        look(person)
    take_disclosures()
    first = seen_by_others(person, limit=3)
    rest = seen_by_others(person, after=first[-1].id, limit=3)
    assert [seen.id for seen in first + rest] == sorted((d.id for d in Disclosure.objects.all()), reverse=True)


def test_each_batch_is_vouched_for_in_the_audit_trail() -> None:
    look(new_id())
    look(new_id())
    take_disclosures()
    assert AuditRecord.objects.get(act="kernel.disclosures-taken").data["rows"] == 2


def test_the_reading_of_a_killed_process_is_not_lost(own_spool: Path) -> None:
    person = new_id()
    script = f"""
import os, signal, sys
from pathlib import Path
from uuid import UUID
from tinhso.kernel import spool
spool.folder = lambda kind: Path({str(own_spool)!r}) / kind
for number in range(50):
    spool.append("disclosures", {{"id": "{new_id()}"[:-4] + f"{{number:04d}}", "at": "2022-09-05T01:00:00+00:00",
        "account": None, "name": "x", "request": "", "person": "{person}", "record": str(number), "fields": [],
        "purpose": "x"}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    )
    assert done.returncode == -signal.SIGKILL
    assert take_disclosures() == 50
    assert Disclosure.objects.filter(person=person).count() == 50
    assert list((own_spool / "disclosures").iterdir()) == []


def test_a_loader_that_dies_midway_leaves_the_rest_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_loading, "PORTION", 2000)
    for _time in range(40):
        look(new_id())
    taken: list[int] = []

    def die_on_the_third(lines: list[dict[str, object]]) -> None:
        if len(taken) == 2:
            raise ConnectionError
        taken.append(len(lines))

    with pytest.raises(ConnectionError):
        spool_loading.load(spool.DISCLOSURES, die_on_the_third)
    rest = take_disclosures()
    assert sum(taken) + rest == 40
    assert 0 < sum(taken) < 40


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["note", "take", "new file"]), max_size=30))
def test_whatever_the_order_nothing_is_lost_or_doubled(steps: list[str]) -> None:
    person, noted = new_id(), 0
    for step in steps:
        if step == "note":
            look(person)
            noted += 1
        elif step == "take":
            take_disclosures()
        else:
            spool.close(spool.DISCLOSURES)
    take_disclosures()
    assert Disclosure.objects.filter(person=person).count() == noted


def test_a_half_written_line_waits_for_its_end(own_spool: Path) -> None:
    look(new_id())
    (file,) = (own_spool / "disclosures").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:20])
    assert take_disclosures() == 1
    with connection.cursor() as cursor:
        cursor.execute('SELECT "offset" FROM kernel_spoolmark')
        assert cursor.fetchone() == (len(whole),)
