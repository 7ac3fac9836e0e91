"""The papers of the one-stop shop: what must stand on each, the law of the day, numbers, prints, seals, who may see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from tests.reach.words import MARKUP

from tinhso.dossiers import actions, jobs, queries
from tinhso.dossiers.events import PaperDrawn, PaperIssued, PaperPrinted
from tinhso.dossiers.models import Book, BookEntry, Dossier, Draft, Paper, PaperPrint
from tinhso.dossiers.pack import Made, form_on, kind_of, kinds
from tinhso.dossiers.paperwork import Period, backlog, drawing
from tinhso.dossiers.queries import IssuedFilters
from tinhso.dossiers.tests.conftest import FORM, actor_of, now_at, picture
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.dossiers.tests.test_receipt import text_of
from tinhso.dossiers.tests.test_signing import nobody_stamps  # noqa: F401  the fixture
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor
from tinhso.people import samples as people_samples
from tinhso.places import queries as places
from tinhso.places.models import Agency

REASON, NEW_REASON, STOP = "Ảnh mờ chưa đọc được", "Máy chủ mất điện cả buổi", "Chờ cơ sở y tế xác nhận"
POINTS = ("Chụp rõ trang có chữ ký", "Ghi lại nơi sinh")


@pytest.fixture
def received(mother: Actor, fill: Callable[..., Draft], receiver: Actor) -> Dossier:
    """Received on Monday at eight, with the receipt that the mother ticked."""
    draft = fill(mother, applicant={**FORM["applicant"], "receipt_wanted": True})
    dossier = actions.submit(mother, draft.id, "papers")
    return actions.receive(receiver, dossier.id, version=now_at(dossier))


def paper(dossier: Dossier, kind: str) -> Paper:
    return Paper.objects.get(dossier=dossier, kind=kind)


def printed(made: Paper) -> str:
    """What a reader that is not ours reads in its file."""
    return text_of(drawing.content_of(made)[1])


def asked(dossier: Dossier, specialist: Actor) -> None:
    actions.request_supplement(
        specialist,
        dossier.id,
        [actions.Point(POINTS[0], "birth_paper"), actions.Point(POINTS[1])],
        reason=REASON,
        answer_by=date(2026, 11, 20),
        version=now_at(dossier),
    )


def has(text: str, *wanted: str) -> list[str]:
    """Of what is wanted, what is missing, whatever the case."""
    return [words for words in wanted if words.lower() not in text.lower()]


def test_form_01_has_what_the_notes_on_the_form_name(received: Dossier, receiver: Actor) -> None:
    """tthc_rules.json, forms.fields_note: organisation, code, receiving office, applicant with address and telephone,
    procedure, papers with counts, sets, legal time, received at, due at, fee, result channel, logbook number, the two
    who sign."""
    text = printed(paper(received, "receipt"))
    organisation = ["Ủy ban nhân dân đặc khu Kiên Hải", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"]
    applicant = ["Nguyễn Thị Bé Ba", FORM["applicant"]["phone"], FORM["applicant"]["residence"]]
    assert not has(text, *organisation, received.code, *applicant)
    assert not has(text, "Đăng ký khai sinh", "(1 tệp, bản điện tử)", "01 bộ", "Thời hạn giải quyết", "15 giờ")
    assert not has(text, "08:00, ngày 09/11/2026", "trước 17:00, ngày 09/11/2026", "Phí, lệ phí", "Nơi trả kết quả")
    assert paper(received, "receipt").values["book_number"] == "1/2026"
    assert not has(text, "Sổ theo dõi, số", "Người nộp hồ sơ", "Người tiếp nhận hồ sơ", receiver.name)


def test_form_02_has_every_point_once_and_completely(received: Dossier, specialist: Actor) -> None:
    """Decree 61/2018, art. 15.3, 17, 19.4: once, completely, in writing; the term is counted from the start again."""
    asked(received, specialist)
    text = printed(paper(received, "supplement"))
    assert not has(text, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", received.code, *POINTS, REASON, "20/11/2026")
    assert not has(text, "một lần đầy đủ", "tính lại từ đầu", specialist.name, "Nguyễn Thị Bé Ba")


def test_a_repeated_request_cites_the_day_of_the_first(received: Dossier, specialist: Actor, mother: Actor) -> None:
    asked(received, specialist)
    actions.answer_supplement(mother, received.id, text="Đã chụp", version=now_at(received))
    point = actions.Point("Vẫn chưa rõ chữ ký", number=1)
    actions.request_supplement(specialist, received.id, [point], version=now_at(received))
    second = Paper.objects.filter(dossier=received, kind="supplement").order_by("-number")[0]
    assert second.number == 2
    text = printed(second)
    assert not has(text, "lần thứ 2", "yêu cầu ngày 09/11/2026", "Vẫn chưa rõ chữ ký")
    assert POINTS[1] not in text


def test_form_03_has_reason_article_and_explanation(received: Dossier, specialist: Actor) -> None:
    """Decree 61/2018, art. 19.8: in writing, with the reason."""
    why = "Cha mẹ cư trú ở xã khác"
    actions.refuse(specialist, received.id, "not_competent", text=why, version=now_at(received))
    text = printed(paper(received, "refusal"))
    spec = received.procedure_version.spec
    ground = next(r for r in spec.refusal_reasons if r.code == "not_competent")
    assert not has(text, "Phiếu từ chối", received.code, ground.text, ground.source, why, specialist.name)
    assert "không giải quyết" in text


def test_form_04_apologises_with_the_reason_and_the_new_date(received: Dossier, leader: Actor) -> None:
    """Decree 61/2018, art. 19.9: apology, reason, new date, once."""
    actions.extend(leader, received.id, until=date(2026, 11, 11), reason=NEW_REASON, version=now_at(received))
    text = printed(paper(received, "apology"))
    assert not has(text, received.code, "xin lỗi", NEW_REASON, "17:00, ngày 09/11/2026", "17:00, ngày 11/11/2026")
    assert not has(text, "một lần", leader.name)


def test_the_stop_notice_says_since_when_and_why(received: Dossier, leader: Actor) -> None:
    actions.suspend(leader, received.id, reason=STOP, version=now_at(received))
    text = printed(paper(received, "stop"))
    assert not has(text, "Thông báo dừng giải quyết hồ sơ", received.code, STOP, "08:00, ngày 09/11/2026", leader.name)
    assert "không tính vào thời hạn" in text


def test_a_wait_or_a_payment_is_no_stop_by_the_law_and_makes_no_paper(received: Dossier, receiver: Actor) -> None:
    actions.ask_fee(receiver, received.id, amount=8000, reason="Trích lục", version=now_at(received))
    assert not Paper.objects.filter(dossier=received, kind="stop").exists()


def test_the_control_sheet_names_each_step_who_gave_it_to_whom_and_whether_in_time(
    received: Dossier, receiver: Actor, specialist: Actor, leader: Actor
) -> None:
    with clock.pinned("2026-11-09T08:30:00+07:00"):
        actions.claim(specialist, received.id, version=now_at(received))
    with clock.pinned("2026-11-10T10:00:00+07:00"):  # the step's own two hours are long over
        actions.propose(specialist, received.id, version=now_at(received))
        made = actions.make_control_sheet(leader, received.id)
    first, second, *_between, third = made.values["steps"]
    assert (first["given_by"], first["taken_by"], first["in_time"]) == ("Nguyễn Thị Bé Ba", receiver.name, "đúng hạn")
    assert (second["given_by"], second["taken_by"], second["in_time"]) == (receiver.name, specialist.name, "quá hạn")
    assert (second["taken_at"], second["ended_at"]) == ("08:30, ngày 09/11/2026", "10:00, ngày 10/11/2026")
    assert (third["given_by"], third["taken_by"], third["ended_at"]) == (specialist.name, "", "")
    text = printed(made)
    assert not has(
        text, "Phiếu kiểm soát quá trình giải quyết hồ sơ", received.code, "Chuyên môn", "quá hạn", leader.name
    )
    assert (first["lane"], second["lane"]) == ("Bộ phận một cửa", "Chuyên môn")


def test_a_control_sheet_asked_again_is_the_same_until_something_was_done(received: Dossier, specialist: Actor) -> None:
    first = actions.make_control_sheet(specialist, received.id)
    assert actions.make_control_sheet(specialist, received.id).id == first.id
    actions.claim(specialist, received.id, version=now_at(received))
    assert actions.make_control_sheet(specialist, received.id).number == 2


def test_the_law_of_the_day_says_which_form_it_is() -> None:
    titles = {day: form_on(kind_of("refusal"), day) for day in (date(2025, 9, 14), date(2025, 9, 15))}
    old, new = titles.values()
    assert old is not None
    assert new is not None
    assert (old.law, old.number, old.title) == ("tt01_2018", "03", "Phiếu từ chối tiếp nhận giải quyết hồ sơ")
    assert (new.law, new.number, new.title) == ("tt03_2025", "03", "Phiếu từ chối giải quyết hồ sơ")
    assert "mẫu số 03 của Thông tư 01/2018/TT-VPCP, chưa đối chiếu" in old.standing
    assert form_on(kind_of("stop"), date(2025, 9, 14)) is None
    numbers = {kind.id: [form.number for _a, _b, form in kind.forms] for kind in kinds().values()}
    assert numbers["control"] == ["05", "06"]
    assert numbers["tracking"] == ["06", "07"]
    assert numbers["stop"] == ["05"]


def test_an_unverified_law_is_never_named_on_paper(received: Dossier, leader: Actor) -> None:
    actions.suspend(leader, received.id, reason=STOP, version=now_at(received))
    for made in Paper.objects.filter(dossier=received):
        text = printed(made)
        assert made.law == "tt03_2025"
        assert "03/2025" not in text
        assert "mẫu số" not in text
        assert "chưa đối chiếu với mẫu ban hành" in text


@pytest.mark.django_db
def test_a_dossier_of_2022_gets_the_forms_of_2018_and_no_stop_notice() -> None:
    with clock.pinned("2022-09-05T09:00:00+07:00"):
        people_samples.load()
        mother, receiver = actor_of("me.hontre@vidu.vn"), actor_of("hontre.tiepnhan")
        agency = places.agency_of_unit("31108", clock.today())
        draft = actions.start_draft(mother, "1.001193", agency.id)
        version = draft.version
        for topic, values in {**FORM, "child": {**FORM["child"], "birth_date": "2022-09-01"}}.items():
            version = actions.save_topic(mother, draft.id, topic, values, version).version
        actions.attach(mother, draft.id, "birth_paper", name="giấy.png", content=picture())
        sent = actions.submit(mother, draft.id, "once")
        actions.receive(receiver, sent.id, version=now_at(sent))
        actions.ask_receipt(receiver, sent.id)
        actions.suspend(actor_of("hontre.phochutich"), sent.id, reason=STOP, version=now_at(sent))
        text = printed(paper(sent, "receipt"))
    assert "mẫu số 01 của Thông tư 01/2018/TT-VPCP" in text
    assert [made.kind for made in Paper.objects.filter(dossier=sent)] == ["receipt"]


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


def test_a_paper_of_the_office_alone_is_unsigned_and_says_so_when_checked(received: Dossier, specialist: Actor) -> None:
    made = actions.make_control_sheet(specialist, received.id)
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


def test_the_tracking_book_numbers_every_received_dossier_and_filters(
    received: Dossier, mother: Actor, fill: Any, receiver: Actor, specialist: Actor, agency: Agency
) -> None:
    other = actions.submit(mother, fill(mother).id, "no receipt")
    with clock.pinned("2026-11-10T09:00:00+07:00"):
        actions.receive(receiver, other.id, version=now_at(other))
        actions.refuse(specialist, other.id, "not_competent", text="Sai nơi", version=now_at(other))

        def numbers(**more: Any) -> list[int]:
            return [line.number for line in queries.tracking_book(receiver, Period(agency.id, 2026, **more))[0]]

        assert numbers() == [2, 1]
        assert numbers(until=date(2026, 11, 9)) == [1]
        assert numbers(until=date.max) == [2, 1]
        assert numbers(since=date(2026, 11, 10)) == [2]
        assert numbers(state="late") == numbers(state="open") == [1]
        assert numbers(state="done") == [2]
        assert queries.tracking_book(receiver, Period(agency.id, 2025))[0] == []
        with pytest.raises(Invalid):
            numbers(since=date(2026, 11, 10), until=date(2026, 11, 9))


def test_the_tracking_book_is_exported_by_a_job_and_whoever_stands_in_it_sees_that(
    received: Dossier, mother: Actor, receiver: Actor, agency: Agency
) -> None:
    take_disclosures()
    assert mother.subject is not None
    before = len(seen_by_others(mother.subject))
    made = actions.make_tracking_book(receiver, Period(agency.id, 2026), format="xlsx")
    pdf = actions.make_tracking_book(receiver, Period(agency.id, 2026))
    assert drawing.draw_waiting(100) == 3
    file = queries.issued_file(receiver, made.id)
    assert file.name.endswith(".xlsx")
    assert file.content.startswith(b"PK")
    text = text_of(queries.issued_file(receiver, pdf.id).content)
    assert not has(text, "Sổ theo dõi hồ sơ", received.code, "Nguyễn Thị Bé Ba", "17:00 09/11/2026", "Tổng số: 1 dòng")
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 2
    queries.issued_file(actor_of("hontre.hotich"), pdf.id)  # a colleague opens what another ordered
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 3
    with pytest.raises(Conflict):
        actions.print_paper(receiver, made.id)
    with pytest.raises(Invalid):
        actions.make_tracking_book(receiver, Period(agency.id, 2025))


def test_a_hand_over_list_takes_each_dossier_once(received: Dossier, receiver: Actor, agency: Agency) -> None:
    assert [line.code for line in queries.to_hand_over(receiver, agency.id, date(2026, 11, 9))] == [received.code]
    made = actions.make_hand_over_list(receiver, agency.id, [received.id], to="Bộ phận tư pháp")
    assert queries.to_hand_over(receiver, agency.id, date(2026, 11, 9)) == []
    text = printed(made)
    assert not has(text, "Danh sách bàn giao hồ sơ", received.code, receiver.name, "Bộ phận tư pháp", "1 hồ sơ")
    with pytest.raises(Conflict) as twice:
        actions.make_hand_over_list(receiver, agency.id, [received.id], to="Nơi khác")
    assert "số 1/2026" in str(twice.value.detail)
    with pytest.raises(Invalid):
        actions.make_hand_over_list(receiver, agency.id, [], to="Nơi khác")


def test_somebody_elses_papers_are_not_there(
    received: Dossier, mother: Actor, stranger: Actor, receiver: Actor, specialist: Actor, agency: Agency
) -> None:
    elsewhere = actor_of("rachgia.tiepnhan")
    receipt, sheet = paper(received, "receipt"), actions.make_control_sheet(specialist, received.id)
    book = actions.make_tracking_book(receiver, Period(agency.id, 2026))
    tries: list[Callable[[Actor], object]] = [
        lambda who: queries.issued_file(who, receipt.id),
        lambda who: queries.issued_file(who, sheet.id),
        lambda who: queries.issued_file(who, book.id),
        lambda who: queries.issued_of_dossier(who, received.id),
        lambda who: queries.tracking_book(who, Period(agency.id, 2026)),
        lambda who: queries.to_hand_over(who, agency.id, date(2026, 11, 9)),
        lambda who: actions.print_paper(who, receipt.id),
        lambda who: actions.make_control_sheet(who, received.id),
        lambda who: actions.make_tracking_book(who, Period(agency.id, 2026)),
        lambda who: actions.make_hand_over_list(who, agency.id, [received.id], to="x"),
    ]
    for who in (stranger, elsewhere):
        for attempt in tries:
            with pytest.raises(NotFound):
                attempt(who)
    assert queries.issued(elsewhere, IssuedFilters())[0] == []
    # the applicant has the papers made for her, and none of the office's own
    assert [one.kind for one in queries.issued_of_dossier(mother, received.id)] == ["receipt"]
    for attempt in tries[1:3]:
        with pytest.raises(NotFound):
            attempt(mother)
    mine = places.agency_of_unit("30742", clock.today())
    with pytest.raises(NotFound):  # a list of another agency's dossiers
        actions.make_hand_over_list(elsewhere, mine.id, [received.id], to="x")


def test_papers_of_ones_own_dossier_are_in_no_list_of_the_desk_under_whatever_account(
    received: Dossier, receiver: Actor, mother: Actor, agency: Agency
) -> None:
    same = replace(receiver, subject=mother.subject, assured=True)
    for actor, seen in ((receiver, True), (same, False)):
        assert any(row.dossier == received.id for row in queries.issued(actor, IssuedFilters())[0]) is seen
        assert (
            any(line.dossier == received.id for line in queries.to_hand_over(actor, agency.pk, date(2026, 11, 9)))
            is seen
        )
    actions.make_hand_over_list(receiver, agency.pk, [received.id], to="Phòng chuyên môn")
    assert [row.code for row in queries.issued(same, IssuedFilters())[0]] == [""]  # the office's own list stays


def test_papers_are_found_by_number_kind_day_and_code(
    received: Dossier, specialist: Actor, receiver: Actor, django_assert_num_queries: Any
) -> None:
    asked(received, specialist)

    def kinds_of(**filters: Any) -> list[str]:
        return [row.kind for row in queries.issued(receiver, IssuedFilters(**filters))[0]]

    assert sorted(kinds_of()) == ["receipt", "supplement"]
    assert kinds_of(kind="receipt") == ["receipt"]
    assert len(kinds_of(number="1/2026")) == len(kinds_of(code=received.code.lower())) == 2
    assert kinds_of(number="2") == kinds_of(number="1/2025") == kinds_of(number="x'1") == kinds_of(code="\x00") == []
    assert kinds_of(since=date(2026, 11, 10)) == kinds_of(until=date(2026, 11, 8)) == []
    with django_assert_num_queries(1):
        queries.issued(receiver, IssuedFilters())
    first, cursor = queries.issued(receiver, IssuedFilters(), None, 1)
    second, end = queries.issued(receiver, IssuedFilters(), cursor, 1)
    assert {first[0].kind, second[0].kind} == {"receipt", "supplement"}
    assert end is None


def test_the_api_lists_hands_out_prints_and_notes_the_reading(
    calls: Callable[[Actor], Caller],  # noqa: F811
    received: Dossier,
    mother: Actor,
    receiver: Actor,
    agency: Agency,
) -> None:
    desk, me = calls(receiver), calls(mother)
    take_disclosures()
    assert mother.subject is not None
    before = len(seen_by_others(mother.subject))
    (row,) = desk.get("/issued-papers?kind=receipt&number=1/2026").json()["items"]
    assert (row["code"], row["state"]) == (received.code, "waiting")
    path = f"/issued-papers/{row['id']}"
    assert desk.get(path)["Content-Type"] == me.get(path)["Content-Type"] == "application/pdf"
    assert desk.send("POST", f"{path}/prints").content.startswith(b"%PDF")
    assert me.send("POST", f"{path}/prints").status_code == 403
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 2, "read, and printed"
    sheet = desk.send("POST", f"/dossiers/{received.id}/control-sheets")
    assert (sheet.status_code, sheet.json()["kind"]) == (201, "control")
    body = {"agency": str(agency.id), "dossiers": [str(received.id)], "to": "Chuyên môn"}
    assert desk.send("POST", "/hand-over-lists", body).status_code == 201
    order = {"agency": str(agency.id), "year": 2026, "format": "xlsx"}
    assert desk.send("POST", "/tracking-books", order).status_code == 202
    lines = desk.get(f"/tracking-book?agency={agency.id}&year=2026").json()["items"]
    assert [line["code"] for line in lines] == [received.code]
    assert [one["kind"] for one in me.get(f"/dossiers/{received.id}/issued-papers").json()] == ["receipt"]


def test_every_act_that_the_pack_names_makes_its_paper() -> None:
    made = {kind.made for kind in kinds().values()}
    assert made == set(Made)


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
