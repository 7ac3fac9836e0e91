"""Numbers, prints, seals, and papers that wait to be drawn."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from tests.reach.words import MARKUP

from tinhso.dossiers import actions, jobs, queries
from tinhso.dossiers.events import PaperDrawn, PaperIssued, PaperPrinted
from tinhso.dossiers.models import Book, BookEntry, Dossier, Paper, PaperPrint
from tinhso.dossiers.pack import kinds
from tinhso.dossiers.paperwork import Period, backlog, drawing
from tinhso.dossiers.queries import IssuedFilters
from tinhso.dossiers.tests.conftest import FORM, now_at
from tinhso.dossiers.tests.papers.reading import NEW_REASON, asked, paper, printed
from tinhso.dossiers.tests.test_receipt import text_of
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency


def test_an_act_that_fails_gives_its_numbers_back(
    received: Dossier, specialist: Actor, mother: Actor, fill: Any, receiver: Actor
) -> None:
    with transaction.atomic():
        asked(received, specialist)
        transaction.set_rollback(True)
    assert not Paper.objects.filter(kind="supplement").exists()
    draft = fill(mother, applicant={**FORM["applicant"], "receipt_wanted": True})
    other = actions.submit(mother, draft.id, "other")
    actions.receive(receiver, other.id, version=now_at(other))
    asked(received, specialist)
    numbers = Paper.objects.order_by("kind", "number").values_list("kind", "number", "year")
    assert list(numbers) == [("receipt", 1, 2026), ("receipt", 2, 2026), ("supplement", 1, 2026)]


def test_the_first_print_is_the_original_and_each_later_one_says_which(
    received: Dossier, receiver: Actor, specialist: Actor
) -> None:
    made = paper(received, "receipt")
    original = queries.issued_file(receiver, made.id).content
    assert actions.print_paper(receiver, made.id)[1] == original
    again = text_of(actions.print_paper(specialist, made.id)[1])
    third = text_of(actions.print_paper(receiver, made.id)[1])
    assert "Bản in lại" not in text_of(original)
    assert "Bản in lại lần 1" in again
    assert "Bản in lại lần 2" in third
    kept = list(PaperPrint.objects.filter(paper=made).order_by("number").values_list("number", "name", "account_id"))
    people = [
        (receiver.name, receiver.account),
        (specialist.name, specialist.account),
        (receiver.name, receiver.account),
    ]
    assert kept == [(n, *who) for n, who in enumerate(people, 1)]
    assert queries.issued(receiver, IssuedFilters())[0][0].prints == 3
    told = [type(h.event) for h in history(f"dossier:{received.id}")]
    assert [told.count(kind) for kind in (PaperIssued, PaperDrawn, PaperPrinted)] == [1, 1, 3]


def test_anybody_can_check_a_sealed_paper_and_a_changed_byte_is_refused(received: Dossier, mother: Actor) -> None:
    content = queries.issued_file(mother, paper(received, "receipt").id).content
    checked = verify_result(content)
    assert checked.valid, checked.refusals
    assert checked.issued is not None
    assert (checked.issued.number, [s.role for s in checked.signatures]) == ("1/2026", ["seal"])
    place = content.index(b"/Producer")
    changed = content[:place] + b"/Producet" + content[place + 9 :]
    assert not verify_result(changed).valid


def test_numbered_forms_of_the_office_bear_its_seal(received: Dossier, specialist: Actor) -> None:
    sheet = actions.make_control_sheet(specialist, received.id)
    period = Period(received.agency_id, clock.today().year)
    book = actions.make_tracking_book(specialist, period)
    drawing.draw(book.id)
    for made in (sheet, Paper.objects.get(id=book.id)):
        checked = verify_result(drawing.content_of(made)[1])
        assert checked.valid, checked.refusals
        assert [s.role for s in checked.signatures] == ["seal"]
    assert not actions.make_tracking_book(specialist, period, format="xlsx").sealed


def test_a_list_that_both_sides_sign_by_hand_is_unsigned_and_says_so_when_checked(
    received: Dossier, specialist: Actor
) -> None:
    made = actions.make_hand_over_list(specialist, received.agency_id, [received.id], to="Văn thư")
    checked = verify_result(drawing.content_of(made)[1])
    assert not checked.valid
    assert checked.issued is not None
    assert "không ký số" in checked.issued.state_words


def test_while_the_seal_cannot_be_made_a_marked_copy_is_handed_out_and_the_paper_waits(
    received: Dossier, mother: Actor, request: pytest.FixtureRequest
) -> None:
    made = paper(received, "receipt")
    request.getfixturevalue("nobody_stamps")
    assert "Bản chưa ký số" in text_of(queries.issued_file(mother, made.id).content)
    made.refresh_from_db()
    assert made.done_at is None
    assert made.attempts == 1
    assert backlog.waiting().faults == 1
    assert queries.issued_of_dossier(mother, received.id)[0].state == "fault"


def test_the_backlog_drains_by_the_job_and_its_age_is_seen(received: Dossier, specialist: Actor, leader: Actor) -> None:
    asked(received, specialist)
    with clock.pinned("2026-11-09T08:10:00+07:00"):
        waiting = backlog.waiting()
        assert (waiting.count, waiting.oldest, waiting.faults) == (2, 600.0, 0)
        jobs.draw_papers()
        assert backlog.waiting().count == 0
    assert Paper.objects.filter(done_at=None).count() == 0


def queued(job: str) -> int:
    """How many of these jobs wait to be done now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' AND scheduled_at IS NULL",
            [job],
        )
        return int(cursor.fetchone()[0])


def test_a_paper_that_somebody_asks_for_does_not_wait_for_the_next_round(
    received: Dossier, specialist: Actor, receiver: Actor
) -> None:
    run_waiting()
    assert queued("dossiers.draw_papers") == 0
    made = actions.make_control_sheet(specialist, received.id)
    assert queued("dossiers.draw_papers") == 1
    run_waiting()
    made.refresh_from_db()
    assert made.done_at is not None


def test_while_many_wait_a_second_worker_helps(
    received: Dossier, specialist: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(received, specialist)
    assert backlog.waiting().count == 2
    monkeypatch.setattr(drawing, "draw_waiting", lambda: 0)
    monkeypatch.setattr(drawing, "AT_ONCE", 2)
    jobs.draw_papers()
    assert queued("dossiers.help_to_draw") == 0, "one pair of hands takes them all at once"
    monkeypatch.setattr(drawing, "AT_ONCE", 1)
    jobs.draw_papers()
    assert queued("dossiers.help_to_draw") == 1


def test_a_claimed_paper_is_taken_by_no_second_worker_before_its_lease_ends(received: Dossier) -> None:
    Paper.objects.update(try_after=clock.real() + timedelta(minutes=1))
    assert drawing.draw_waiting() == 0
    Paper.objects.update(try_after=clock.real())
    assert drawing.draw_waiting() == 1


def test_markup_in_every_field_stands_on_paper_as_text(
    mother: Actor, fill: Any, receiver: Actor, specialist: Actor, leader: Actor, agency: Agency
) -> None:
    loud = {**FORM["applicant"], "receipt_wanted": True, "residence": f"Ấp 1 {MARKUP}"}
    dossier = actions.submit(mother, fill(mother, applicant=loud).id, "loud")
    Dossier.objects.filter(id=dossier.id).update(applicant_name=f"Bà {MARKUP}", subject_name=f"Bé {MARKUP}")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    point = actions.Point(f"Chụp {MARKUP}", "birth_paper")
    actions.request_supplement(specialist, dossier.id, [point], reason=MARKUP, version=now_at(dossier))
    actions.answer_supplement(mother, dossier.id, text=MARKUP, version=now_at(dossier))
    actions.suspend(leader, dossier.id, reason=MARKUP, version=now_at(dossier))
    actions.resume(leader, dossier.id, note="Tiếp", version=now_at(dossier))
    actions.extend(leader, dossier.id, until=date(2026, 11, 11), reason=MARKUP, version=now_at(dossier))
    actions.make_control_sheet(specialist, dossier.id)
    actions.make_hand_over_list(receiver, agency.id, [dossier.id], to=MARKUP)
    actions.make_tracking_book(receiver, Period(agency.id, 2026))
    actions.refuse(specialist, dossier.id, "not_competent", text=MARKUP, version=now_at(dossier))
    jobs.draw_papers()
    made = {one.kind: printed(one).replace(" ", "") for one in Paper.objects.all()}
    assert set(made) == set(kinds())
    assert [kind for kind, text in made.items() if MARKUP.replace(" ", "") not in text] == []


def test_what_earlier_releases_drew_becomes_papers_with_numbers_in_order(
    received: Dossier, leader: Actor, mother: Actor, fill: Any, receiver: Actor
) -> None:
    """The statements of the migration, on tables as they were: two receipts, one apology, no tracking book."""
    other = actions.submit(mother, fill(mother).id, "other")
    with clock.pinned("2026-11-10T09:00:00+07:00"):
        actions.receive(receiver, other.id, version=now_at(other))
    actions.extend(leader, received.id, until=date(2026, 11, 11), reason=NEW_REASON, version=now_at(received))
    jobs.draw_papers()
    file = paper(received, "receipt").file_id
    Paper.objects.all().delete()
    BookEntry.objects.all().delete()
    Book.objects.all().delete()
    moved = import_module("tinhso.dossiers.migrations.0005_papers")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE TEMP TABLE dossiers_receipt"
            " (id uuid, dossier_id uuid, issued_at timestamptz, values jsonb, file_id uuid)"
        )
        for at, dossier in (("2026-11-10", other.id), ("2026-11-09", received.id)):
            row = [dossier, dossier, at, '{"receiver": "Lý Thị Cẩm Tú", "code": "H33"}', file]
            cursor.execute("INSERT INTO dossiers_receipt VALUES (%s, %s, %s, %s, %s)", row)
        cursor.execute(
            "CREATE TEMP TABLE dossiers_extension AS"
            " SELECT *, NULL::jsonb AS values, NULL::uuid AS file_id FROM dossiers_extension"
        )
        values = '{"title": "Văn bản xin lỗi", "decided_by": "Trương Văn Lễ"}'
        cursor.execute("UPDATE dossiers_extension SET values = %s, file_id = %s", [values, file])
        for name in ("_MOVE_RECEIPTS", "_MOVE_APOLOGIES", "_SERIES", "_BOOKS", "_ENTRIES"):
            cursor.execute(getattr(moved, name))
    kept = Paper.objects.order_by("kind", "number").values_list("kind", "number", "dossier_id", "values__signer")
    assert list(kept) == [
        ("apology", 1, received.id, "Trương Văn Lễ"),
        ("receipt", 1, received.id, "Lý Thị Cẩm Tú"),
        ("receipt", 2, other.id, "Lý Thị Cẩm Tú"),
    ]
    lines = BookEntry.objects.order_by("number").values_list("number", "dossier_id")
    assert list(lines) == [(1, received.id), (2, other.id)]
    assert queries.issued_file(mother, paper(received, "receipt").id).content.startswith(b"%PDF")
    third = actions.submit(mother, fill(mother).id, "third")
    actions.receive(receiver, third.id, version=now_at(third))
    actions.ask_receipt(receiver, third.id)
    assert (paper(third, "receipt").number, paper(third, "receipt").values["book_number"]) == (3, "3/2026")
