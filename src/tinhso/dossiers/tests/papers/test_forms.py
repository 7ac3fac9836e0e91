"""What must stand on each paper, by the law of the day."""

from datetime import date

import pytest

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Paper
from tinhso.dossiers.pack import Made, form_on, kind_of, kinds
from tinhso.dossiers.tests.conftest import FORM, actor_of, now_at, picture
from tinhso.dossiers.tests.papers.reading import NEW_REASON, POINTS, REASON, STOP, asked, has, paper, printed
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.people import samples as people_samples
from tinhso.places import queries as places


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


def test_every_act_that_the_pack_names_makes_its_paper() -> None:
    made = {kind.made for kind in kinds().values()}
    assert made == set(Made)
