"""The dry run: each fault named at its line, and nobody found out by trying."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import BatchState, Digitised
from tinhso.dossiers.tests.old_papers.scans import faults_of, picture_pdf, row, scan, with_script, zipped
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Disclosure, StoredFile
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account, Identifier, Person


def test_a_scan_that_acts_by_itself_or_cannot_be_read_is_named_in_the_check(upload: Any, holder: Any) -> None:
    scans = {"1.pdf": with_script(), "2.pdf": b"%PDF-1.7\nnothing\n%%EOF", "3.pdf": picture_pdf()[:-40]}
    assert b"/JavaScript" not in scans["1.pdf"], "the test wants it hidden"
    batch = upload(zipped([row(holder, number=name[0], file=name) for name in scans], scans))
    assert faults_of(batch) == {2: ["H"], 3: ["H"], 4: ["H"]}
    words = [one.faults[0]["words"] for one in Digitised.objects.filter(batch=batch).order_by("line")]
    assert "tự chạy" in words[0]
    assert "Không đọc được" in words[1]
    assert "Không đọc được" in words[2]


def test_a_list_does_not_find_out_by_trying_who_holds_a_number(
    upload: Any, holder: Any, mother: Actor, receiver: Actor
) -> None:
    births = [f"{day:02d}/03/1998" for day in range(10, 18)]  # hers is among them
    tried = [row(holder, number=str(n), file="", birth_date=birth) for n, birth in enumerate(births, 1)]
    batch = upload(zipped(tried, {}))
    assert set(faults_of(batch)) == set(range(2, 10))
    words = {fault["words"] for one in Digitised.objects.filter(batch=batch) for fault in one.faults}
    assert all("nhiều người khác nhau" in one for one in words)
    take_disclosures()
    assert not Disclosure.objects.filter(person=mother.subject, actor_account=receiver.account).exists()


def test_behind_twenty_wrong_names_nobody_is_compared(upload: Any, receiver: Actor) -> None:
    known, first = [Person(full_name=f"Người {n}", source="test") for n in range(22)], date(2021, 1, 1)
    Person.objects.bulk_create(known)
    numbers = [f"09119800{n:04}" for n in range(5000, 5022)]
    Identifier.objects.bulk_create(
        Identifier(person=person, kind="cccd", number=number, valid_from=first)
        for person, number in zip(known, numbers, strict=True)
    )
    names = ["Ai Khác"] * 21 + ["Người 21"]
    tried = [row((numbers[n], names[n]), number=str(n + 1), file="") for n in range(22)]
    batch = upload(zipped(tried, {}))
    rows = Digitised.objects.filter(batch=batch).order_by("line")
    words = [fault["words"] for one in rows for fault in one.faults if fault["column"] in "DE"]
    assert ["không khớp" in one for one in words[:20]] == [True] * 20
    assert ["Chưa so dòng này" in one for one in words[20:]] == [True] * 2
    take_disclosures()
    read = set(Disclosure.objects.filter(actor_account=receiver.account).values_list("person", flat=True))
    assert read == {person.pk for person in known[:20]}


def test_each_fault_is_named_at_its_line_and_nothing_wrong_can_be_signed(
    upload: Any, holder: Any, leader: Actor
) -> None:
    scans = {"a.pdf": scan("a"), "anh.pdf": b"MZ no pdf", "b.pdf": scan("b"), "c.pdf": scan("c"), "d.pdf": scan("d")}
    scans["e.pdf"] = scans["c.pdf"]
    batch = upload(
        zipped(
            [
                row(holder, "1", "mat.pdf"),
                row(holder, "2", "anh.pdf"),
                row(("999", "Ai"), "3", "a.pdf"),
                row(holder, "4", "b.pdf"),
                row(holder, "4", ""),
                row((holder[0], "Người Khác"), "6", "d.pdf"),
                row(holder, "7", "c.pdf"),
                row(holder, "8", "", kind="Bằng lái", issued_on="31/02/2011"),
                row(holder, "9", "", issued_on="01/01/2030"),
                row(holder, "10", "", valid_to="01/01/2020"),
                row(holder, "11", "e.pdf"),
            ],
            scans,
        )
    )
    assert batch.state == BatchState.WRONG
    assert faults_of(batch) == {
        2: ["H"],
        3: ["H"],
        4: ["D"],
        5: ["A"],
        6: ["A"],
        7: ["E"],
        8: ["H"],
        9: ["B", "C"],
        10: ["B"],
        11: ["G"],
        12: ["H"],
    }
    with pytest.raises(Conflict):
        actions.sign_batch(leader, batch.id, version=batch.version)
    actions.drop_batch(leader, batch.id, version=batch.version)
    assert not Digitised.objects.exists()
    assert not StoredFile.objects.filter(name="b.pdf").exclude(state="erased").exists()


def test_right_lines_are_signed_and_faulty_ones_wait_for_their_correction(
    upload: Any, holder: Any, leader: Actor, client: Client
) -> None:
    listed = [row(holder), row(holder, "13", "mat.pdf"), row(holder, "14", "")]
    batch = upload(zipped(listed, {"12.pdf": scan("a")}))
    assert (batch.state, faults_of(batch)) == (BatchState.WRONG, {3: ["H"]})
    client.force_login(Account.objects.get(login="hontre.phochutich"))
    actions.sign_batch(leader, batch.id, version=batch.version)
    run_waiting()
    batch.refresh_from_db()
    assert (batch.state, batch.done) == (BatchState.WRONG, 1)
    assert dict(Digitised.objects.values_list("line", "state")) == {2: "signed", 3: "wrong", 4: "listed"}
    assert [line for line, _column, _words in queries.digitised_faults(leader, batch.id)] == [3]
    with pytest.raises(Conflict):
        actions.sign_batch(leader, batch.id)
    corrected = upload(zipped([row(holder, "13", "13.pdf")], {"13.pdf": scan("b")}))
    assert corrected.state == BatchState.READY
    actions.drop_batch(leader, batch.id)
    batch.refresh_from_db()
    assert (batch.state, Digitised.objects.filter(batch=batch).count()) == (BatchState.DONE, 2)


def test_the_same_archive_and_the_same_number_come_once(upload: Any, holder: Any, leader: Actor) -> None:
    content = zipped([row(holder)], {"12.pdf": scan("a")})
    first = upload(content)
    assert upload(content).id == first.id
    actions.sign_batch(leader, first.id)
    run_waiting()
    again = upload(content)
    assert again.id != first.id
    assert faults_of(again) == {2: ["A", "H"]} or faults_of(again) == {2: ["A"]}
    other = upload(zipped([row(holder, "99")], {"12.pdf": scan("a")}))
    assert faults_of(other) == {2: ["H"]}, "one scan is not the paper of two numbers"
