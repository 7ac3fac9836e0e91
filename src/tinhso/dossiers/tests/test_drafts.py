"""Filling in: nothing typed is lost, nothing of another person is shown."""

from collections.abc import Callable
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier, Draft, SideCopy
from tinhso.dossiers.tests.conftest import FORM, picture
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.policy import Actor
from tinhso.people.models import Person
from tinhso.places.models import Agency

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
HOSTILE = "'; DROP TABLE dossiers_dossier; -- <script>alert(1)</script> {{ data }} ${7*7} \u202e"


def test_a_verified_person_finds_the_form_begun_with_the_source_of_each_value(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    assert draft.data["applicant"]["full_name"] == "Nguyễn Thị Bé Ba"
    assert draft.sources["applicant.full_name"]["source"]
    assert draft.sources["applicant.full_name"]["at"].startswith("2026-11-09")
    known = Person.objects.get(id=mother.subject)
    assert draft.sources["applicant.full_name"]["since"] == f"{known.created_at.astimezone(HERE):%Y-%m-%d}"


def test_an_unverified_account_sees_nothing_that_the_state_holds(stranger: Actor, agency: Agency) -> None:
    draft = actions.start_draft(stranger, "1.001193", agency.id)
    assert draft.data == {}
    assert draft.sources == {}


def test_saying_to_be_the_mother_carries_her_name_to_the_parents_page(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    actions.save_topic(mother, draft.id, "applicant", FORM["applicant"], draft.version)
    draft.refresh_from_db()
    assert draft.data["parents"]["mother_name"] == "Nguyễn Thị Bé Ba"


def test_typing_over_a_prefilled_value_drops_its_source(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    typed = {**FORM["applicant"], "full_name": "Nguyễn Thị Khác"}
    actions.save_topic(mother, draft.id, "applicant", typed, draft.version)
    draft.refresh_from_db()
    assert "applicant.full_name" not in draft.sources


def test_a_wrong_topic_is_kept_as_typed_and_says_what_to_put_right(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    saved = actions.save_topic(mother, draft.id, "child", {**FORM["child"], "birth_date": "2031-01-01"}, draft.version)
    draft.refresh_from_db()
    assert draft.data["child"]["birth_date"] == "2031-01-01"
    assert "hôm nay" in saved.errors["/birth_date"]


def test_two_tabs_on_one_topic_keep_both_texts(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    actions.save_topic(mother, draft.id, "child", FORM["child"], draft.version)
    late = {**FORM["child"], "given_name": "Khang"}
    with pytest.raises(actions.StaleTopic) as stale:
        actions.save_topic(mother, draft.id, "child", late, draft.version)
    assert stale.value.current["given_name"] == "Khôi"
    assert SideCopy.objects.get(id=stale.value.side_copy).data["given_name"] == "Khang"
    actions.save_topic(mother, draft.id, "child", late, stale.value.version)
    draft.refresh_from_db()
    assert draft.data["child"]["given_name"] == "Khang"


def test_two_tabs_on_different_topics_do_not_collide(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    actions.save_topic(mother, draft.id, "child", FORM["child"], draft.version)
    actions.save_topic(mother, draft.id, "applicant", FORM["applicant"], draft.version)


def test_a_double_click_on_submit_makes_one_dossier(mother: Actor, fill: Callable[..., Draft]) -> None:
    draft = fill(mother)
    first = actions.submit(mother, draft.id, "once")
    assert actions.submit(mother, draft.id, "once").id == first.id
    assert actions.submit(mother, draft.id, "twice").id == first.id
    assert Dossier.objects.filter(applicant_account_id=mother.account).count() == 1


def test_an_incomplete_form_is_refused_field_by_field_and_stays(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    actions.save_topic(mother, draft.id, "child", {"given_name": "Khôi", "birth_paper": "certificate"}, draft.version)
    with pytest.raises(Invalid) as refused:
        actions.submit(mother, draft.id, "once")
    assert {"/child/family_name", "/applicant/relation", "/papers/birth_paper"} <= refused.value.fields.keys()
    draft.refresh_from_db()
    assert not draft.locked
    assert draft.data["child"]["given_name"] == "Khôi"


def test_a_submitted_draft_is_locked(mother: Actor, sent: Dossier) -> None:
    with pytest.raises(Conflict):
        actions.save_topic(mother, sent.draft_id, "child", FORM["child"], 99)
    with pytest.raises(Conflict):
        actions.attach(mother, sent.draft_id, "birth_paper", name="thêm.png", content=picture())


def test_somebody_elses_draft_is_not_there(mother: Actor, stranger: Actor, receiver: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    for other in (stranger, receiver):
        with pytest.raises(NotFound):
            actions.save_topic(other, draft.id, "child", {}, 1)
        with pytest.raises(NotFound):
            queries.draft(other, draft.id)
        with pytest.raises(NotFound):
            actions.submit(other, draft.id, "x")
    with pytest.raises(NotFound):
        queries.draft(mother, uuid4())


def test_hostile_text_in_every_field_is_kept_or_refused_but_never_run(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    version = draft.version
    for topic in draft.procedure_version.spec.form.topics:
        typed = dict.fromkeys(topic.schema.get("properties", {}), HOSTILE) | {"unknown\x00field": HOSTILE}
        saved = actions.save_topic(mother, draft.id, topic.name, typed, version)
        version = saved.version
    with pytest.raises(Invalid):
        actions.submit(mother, draft.id, HOSTILE)
    draft.refresh_from_db()
    assert "<script>alert(1)</script>" in draft.data["child"]["birth_place"]
    assert "\u202e" not in draft.data["child"]["birth_place"]


@pytest.mark.parametrize("value", [float("nan"), {"a": float("inf")}, "\ud800", "\x00", [[[[[[[[[[1]]]]]]]]]], 10**400])
def test_values_that_no_database_can_hold_are_said_and_do_not_break_the_draft(
    mother: Actor, agency: Agency, value: object
) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    saved = actions.save_topic(mother, draft.id, "child", {"given_name": value}, draft.version)
    assert saved.errors


def test_taking_a_paper_out_makes_room_for_another(mother: Actor, agency: Agency) -> None:
    draft = actions.start_draft(mother, "1.001193", agency.id)
    papers = [actions.attach(mother, draft.id, "birth_paper", name=f"{n}.png", content=picture()) for n in range(5)]
    with pytest.raises(Invalid):
        actions.attach(mother, draft.id, "birth_paper", name="6.png", content=picture())
    actions.detach(mother, draft.id, papers[0].id)
    actions.attach(mother, draft.id, "birth_paper", name="6.png", content=picture())
    assert len(queries.draft(mother, draft.id).papers) == 5


def test_a_version_that_the_draft_never_had_does_not_pass_for_a_newer_one(
    mother: Actor, fill: Callable[..., Draft]
) -> None:
    draft = fill(mother)
    with pytest.raises(Invalid):
        actions.save_topic(mother, draft.id, "child", {"given_name": "Khang"}, 999_999_999)
    draft.refresh_from_db()
    assert draft.data["child"]["given_name"] == FORM["child"]["given_name"]
