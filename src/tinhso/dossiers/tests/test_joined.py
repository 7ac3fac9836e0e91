"""A joined filing: one form, one code, one receipt, one return; each part with a clock of its own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.filing import FORM

from tinhso.dossiers import actions, queries
from tinhso.dossiers.joined import moving
from tinhso.dossiers.models import Attachment, Dossier, Joint, JointPart, Paper, Phase
from tinhso.dossiers.tests import joined
from tinhso.dossiers.tests.conftest import MONDAY, actor_of, now_at
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency


@pytest.fixture
def born(mother: Actor, agency: Agency) -> Joint:
    """Birth, residence and health card, sent."""
    return joined.sent(mother, joined.birth(mother, agency))


@pytest.fixture
def died(mother: Actor, agency: Agency) -> Joint:
    """Death, removal of residence and funeral support, sent."""
    return joined.sent(mother, joined.death(mother, agency))


def test_what_one_part_was_told_no_other_part_asks(mother: Actor, agency: Agency) -> None:
    joint = joined.birth(mother, agency)
    draft = queries.draft(mother, queries.joint(mother, joint.id).drafts["residence"])
    assert [topic.name for topic in draft.spec.form.topics] == ["dwelling", "papers"]
    assert "relation_proof" not in {component.code for component in draft.spec.components}, "the birth gives it"
    assert draft.data["person"] == {
        "full_name": "Trần Minh Khôi",
        "birth_date": "2026-11-02",
        "sex": "male",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "old_address": "Chưa có, trẻ mới sinh",
    }
    assert draft.data["applicant"]["relation"] == "parent", "a mother registers her child"
    assert draft.whole is not None
    assert [page.topic for page in draft.whole.pages] == [*FORM, "papers", "dwelling", "papers"]


def test_a_mended_answer_is_mended_everywhere(mother: Actor, agency: Agency) -> None:
    joint = joined.birth(mother, agency)
    drafts = queries.joint(mother, joint.id).drafts
    joined.save(mother, drafts["birth"], "child", {**FORM["child"], "given_name": "Khang"})
    assert queries.draft(mother, drafts["residence"]).data["person"]["full_name"] == "Trần Minh Khang"


def test_a_shared_answer_that_another_part_cannot_take_is_wrong_where_it_was_given(
    mother: Actor, agency: Agency
) -> None:
    joint = joined.birth(mother, agency)
    drafts = queries.joint(mother, joint.id).drafts
    joined.save(mother, drafts["birth"], "applicant", {**FORM["applicant"], "phone": ""})
    joined.save(mother, drafts["residence"], "dwelling", {**joined.DWELLING, "host_agrees": "no"})
    with pytest.raises(Invalid) as refused:
        actions.submit_joint(mother, joint.id)
    assert set(refused.value.fields) == {"/birth/applicant/phone", "/residence/dwelling/host_agrees"}
    assert Dossier.objects.count() == 0


def test_a_part_is_not_sent_alone(mother: Actor, agency: Agency) -> None:
    joint = joined.birth(mother, agency)
    draft = queries.joint(mother, joint.id).drafts["birth"]
    with pytest.raises(Conflict):
        actions.submit(mother, draft, "alone")
    assert queries.my_drafts(mother)[0] == [], "the whole form stands in the list, not its parts"


def test_it_is_sent_once_under_one_code_and_only_what_waits_for_nothing_begins(mother: Actor, born: Joint) -> None:
    again = actions.submit_joint(mother, born.id)
    first = joined.dossier(born, "birth")
    assert (again.first, born.code) == (first.id, first.code)
    assert joined.states(born) == {"birth": "open", "residence": "waiting", "card": "waiting"}
    assert Dossier.objects.count() == 1


def test_a_part_begins_when_the_part_before_is_in_force_with_its_result_and_a_clock_of_its_own(
    mother: Actor, died: Joint
) -> None:
    death = joined.dossier(died, "death")
    joined.receive(death)
    run_waiting()
    with clock.pinned("2026-11-09T10:30:00+07:00"):
        joined.issue(death)
    funeral = joined.dossier(died, "funeral")
    death.refresh_from_db()
    assert funeral.received_at is not None
    assert clock.local(funeral.received_at).strftime("%H:%M") == "10:30"
    assert death.received_at is not None
    assert clock.local(death.received_at).strftime("%H:%M") == "08:00"
    assert funeral.phase == Phase.RECEIVED, "the counter received the whole once"
    number = death.results.get().number
    assert funeral.data["deceased"]["death_record"] == number
    paper = Attachment.objects.get(dossier=funeral, component="death_certificate")
    assert paper.file_id == death.results.get().file_id
    assert joined.states(died) == {"death": "done", "removal": "open", "funeral": "open"}


def test_a_supplement_that_mended_an_answer_mends_the_parts_that_have_yet_to_begin(
    mother: Actor, died: Joint, specialist: Actor
) -> None:
    death = joined.dossier(died, "death")
    joined.receive(death)
    actions.request_supplement(specialist, death.id, [actions.Point("Sửa tên")], version=now_at(death))
    deceased = {**joined.DEAD["death"]["deceased"], "full_name": "Trần Văn Mật"}
    actions.answer_supplement(mother, death.id, text="Đã sửa", topics={"deceased": deceased}, version=now_at(death))
    run_waiting()
    joined.issue(death)
    assert joined.dossier(died, "funeral").data["deceased"]["full_name"] == "Trần Văn Mật"


def test_one_receipt_names_every_part(mother: Actor, died: Joint) -> None:
    joined.receive(joined.dossier(died, "death"))
    joined.issue(joined.dossier(died, "death"))
    receipt = Paper.objects.get(kind="receipt", dossier__joint_part__joint=died)
    assert receipt.values["code"] == died.code
    assert [part["name"] for part in receipt.values["parts"]] == [
        "Đăng ký khai tử",
        "Xóa đăng ký thường trú",
        "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
    ]
    assert receipt.values["parts"][2]["due"] == "sau khi có kết quả: Đăng ký khai tử"


def test_a_refusal_closes_what_needs_the_part_says_why_and_offers_it_by_itself(mother: Actor, died: Joint) -> None:
    death = joined.dossier(died, "death")
    joined.receive(death)
    joined.refuse(Dossier.objects.get(id=death.id))
    facts = {part.key: part for part in queries.joint(mother, died.id).parts}
    assert {key: part.state for key, part in facts.items()} == {
        "death": "refused",
        "removal": "dropped",
        "funeral": "dropped",
    }
    assert "Đăng ký khai tử" in facts["funeral"].reason
    assert "từ chối" in facts["funeral"].reason
    assert (facts["funeral"].acts, facts["removal"].acts) == (["file_separately"], [])
    draft = queries.draft(mother, actions.file_separately(mother, died.id, "funeral").id)
    assert draft.data["deceased"]["full_name"] == "Trần Văn Mất"
    assert draft.joint is None
    died.refresh_from_db()
    assert died.closed_at is not None


def test_a_refusal_undoes_nothing_that_was_done(mother: Actor, died: Joint) -> None:
    joined.receive(joined.dossier(died, "death"))
    run_waiting()
    joined.issue(joined.dossier(died, "death"))
    joined.refuse(joined.dossier(died, "funeral"))
    assert joined.states(died) == {"death": "done", "removal": "open", "funeral": "refused"}
    assert joined.dossier(died, "death").phase == Phase.SIGNED


def test_all_results_come_at_once_unless_the_applicant_chose_each(mother: Actor, clerk: Actor, died: Joint) -> None:
    death = joined.dossier(died, "death")
    joined.receive(death)
    run_waiting()
    joined.issue(death)
    with pytest.raises(Conflict) as early:
        actions.return_result(clerk, death.id, version=now_at(death))
    assert "mai táng" in str(early.value.detail)
    assert "return_result" not in queries.dossier(clerk, death.id).acts
    actions.choose_return(mother, died.id, each=True)
    assert "return_result" in queries.dossier(clerk, death.id).acts
    actions.return_result(clerk, death.id, version=now_at(death))


def test_handing_out_the_first_hands_out_all(mother: Actor, receiver: Actor, died: Joint) -> None:
    death = joined.dossier(died, "death")
    joined.receive(death)
    run_waiting()
    joined.issue(death)
    funeral = joined.dossier(died, "funeral")
    joined.issue(funeral)
    actions.send_outside(receiver, joined.part(died, "removal").id)
    actions.answer_outside(receiver, joined.part(died, "removal").id, done=True, reference="15/TB-CA")
    with pytest.raises(Conflict):
        joined.hand_out(funeral)
    joined.hand_out(death)
    died.refresh_from_db()
    assert set(Dossier.objects.values_list("phase", flat=True)) == {Phase.RETURNED}
    assert died.closed_at is not None


def test_an_outside_part_is_handed_over_and_its_answer_recorded_by_the_office(
    mother: Actor, receiver: Actor, specialist: Actor, born: Joint
) -> None:
    joined.receive(joined.dossier(born, "birth"))
    with pytest.raises(Conflict):
        actions.send_outside(receiver, joined.part(born, "residence").id)
    run_waiting()
    joined.issue(joined.dossier(born, "birth"))
    residence = joined.part(born, "residence")
    assert {row.party for row in queries.outside_rows(receiver)[0]} == {
        "Công an cấp xã nơi đăng ký thường trú",
        "Cơ quan bảo hiểm xã hội",
    }
    assert queries.outside_rows(replace(receiver, subject=mother.subject, assured=True))[0] == []  # one's own filing
    told = {row["label"]: row["words"] for row in queries.outside_part(receiver, residence.id).told}
    assert told["Địa chỉ xin đăng ký"] == joined.DWELLING["new_address"]
    card = {row["label"]: row["words"] for row in queries.outside_part(receiver, joined.part(born, "card").id).told}
    assert card["Tên"] == "Khôi"
    assert "Địa chỉ xin đăng ký" not in card
    with pytest.raises(NotFound):
        queries.outside_part(actor_of("rachgia.tiepnhan"), residence.id)
    with pytest.raises(Conflict):
        actions.answer_outside(receiver, residence.id, done=True, reference="1/CT")
    actions.send_outside(receiver, residence.id, note="Chuyển qua bưu chính")
    with pytest.raises(Invalid):
        actions.answer_outside(receiver, residence.id, done=True)
    with pytest.raises(Invalid):
        actions.answer_outside(receiver, residence.id, done=False)
    actions.answer_outside(receiver, residence.id, done=False, text="Thiếu ý kiến chủ hộ")
    assert joined.states(born) == {"birth": "done", "residence": "refused", "card": "open"}


def test_withdrawing_a_part_leaves_the_others_and_closes_what_needs_it(mother: Actor, died: Joint) -> None:
    actions.withdraw_part(mother, died.id, "removal")
    assert joined.states(died) == {"death": "open", "removal": "withdrawn", "funeral": "waiting"}
    actions.withdraw_part(mother, died.id, "death", reason="Nộp nơi khác")
    assert joined.states(died) == {"death": "withdrawn", "removal": "withdrawn", "funeral": "dropped"}
    with pytest.raises(Conflict):
        actions.withdraw_joint(mother, died.id)


def test_what_was_handed_over_or_signed_is_not_withdrawn(mother: Actor, receiver: Actor, died: Joint) -> None:
    joined.receive(joined.dossier(died, "death"))
    run_waiting()
    joined.issue(joined.dossier(died, "death"))
    actions.send_outside(receiver, joined.part(died, "removal").id)
    for key in ("death", "removal"):
        with pytest.raises(Conflict):
            actions.withdraw_part(mother, died.id, key)
    actions.withdraw_joint(mother, died.id, reason="Thôi")
    assert joined.states(died) == {"death": "done", "removal": "open", "funeral": "withdrawn"}


def test_an_officer_sees_where_the_other_parts_stand_and_nothing_else(
    mother: Actor, specialist: Actor, stranger: Actor, died: Joint
) -> None:
    seen = queries.dossier(specialist, joined.dossier(died, "death").id)
    assert [(part.name, part.state) for part in seen.parts] == [
        ("Xóa đăng ký thường trú", "waiting"),
        ("Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội", "waiting"),
    ]
    assert seen.joint is None
    assert "payment" not in seen.data
    for somebody in (specialist, stranger):
        with pytest.raises(NotFound):
            queries.joint(somebody, died.id)
    with pytest.raises(NotFound):
        actions.withdraw_joint(stranger, died.id)


def test_one_code_follows_every_part(mother: Actor, died: Joint) -> None:
    tracked = queries.track(died.code, "5678")
    assert [(part.name, part.state_words) for part in tracked.parts] == [
        ("Đăng ký khai tử", "Mới nộp"),
        ("Xóa đăng ký thường trú", "Chờ xong: Đăng ký khai tử"),
        ("Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội", "Chờ xong: Đăng ký khai tử"),
    ]


def test_what_must_be_there_is_not_left_out(mother: Actor, agency: Agency) -> None:
    for without in (["death"], ["nothing"], ["removal", "funeral"]):
        with pytest.raises(Invalid):
            actions.start_joint(mother, joined.DEATH, agency.id, without=without)
    with pytest.raises(NotFound):
        actions.start_joint(mother, "khong-co", agency.id)
    joint = joined.sent(mother, joined.death(mother, agency, without=["removal"]))
    assert set(joined.states(joint)) == {"death", "funeral"}


def test_a_page_costs_the_same_however_many_parts_it_has(
    mother: Actor, died: Joint, receiver: Actor, django_assert_max_num_queries: Any
) -> None:
    joined.receive(joined.dossier(died, "death"))
    run_waiting()
    joined.issue(joined.dossier(died, "death"))
    with django_assert_max_num_queries(6):
        queries.joint(mother, died.id)
    with django_assert_max_num_queries(3):
        queries.my_joints(mother)
    with django_assert_max_num_queries(5):
        queries.outside_rows(receiver)
    assert JointPart.objects.filter(joint=died).count() == 3


def test_moving_on_again_changes_nothing(mother: Actor, died: Joint) -> None:
    death = joined.dossier(died, "death")
    joined.receive(death)
    run_waiting()
    joined.issue(death)
    before = list(Dossier.objects.order_by("id").values()), list(JointPart.objects.order_by("id").values())
    with clock.pinned(MONDAY), clock.pinned(clock.now() + timedelta(hours=1)):
        for _again in range(3):
            moving.advance(died.id)
    assert (list(Dossier.objects.order_by("id").values()), list(JointPart.objects.order_by("id").values())) == before
