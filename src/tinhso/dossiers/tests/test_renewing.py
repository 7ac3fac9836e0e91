"""Between the day on which somebody begins and the day on which it is received the law may change."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from tinhso.dossiers import actions, clocks
from tinhso.dossiers.events import DraftRenewed, LawChanged
from tinhso.dossiers.models import Attachment, Dossier, Draft
from tinhso.dossiers.tests.conftest import now_at, picture
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor
from tinhso.procedures import queries as procedures
from tinhso.procedures.publishing import end_before, publish

CODE, TUESDAY, MORNING = "1.001193", date(2026, 11, 10), "2026-11-10T08:00:00+07:00"
Json = dict[str, Any]


def new_law(change: Callable[[Json], object]) -> None:
    """From Tuesday on the procedure is another."""
    version = procedures.procedure(CODE, clock.today())
    definition = deepcopy(version.definition)
    change(definition)
    end_before(version, TUESDAY)
    publish(definition, TUESDAY, None)


def longer(definition: Json) -> None:
    definition["deadline"] |= {"kind": "working_days", "value": 3}


def asks_more(definition: Json) -> None:
    """The child's weight must be said, its home place no longer; the paper of birth is another."""
    topic = next(topic for topic in definition["form"]["topics"] if topic["name"] == "child")
    topic["groups"][0]["fields"].append({"name": "weight", "label": "Cân nặng", "kind": "integer", "choices": []})
    topic["schema"]["properties"]["weight"] = {"type": "integer", "title": "Cân nặng (gam)"}
    topic["schema"]["required"].append("weight")
    for group in topic["groups"]:
        group["fields"] = [field for field in group["fields"] if field["name"] != "home_place"]
    del topic["schema"]["properties"]["home_place"]
    topic["schema"]["required"].remove("home_place")
    paper = next(one for one in definition["components"] if one["code"] == "birth_paper")
    paper["code"] = "birth_notice"


def law_of(thing: Draft | Dossier) -> date:
    return type(thing).objects.get(id=thing.id).procedure_version.valid_from


def told(subject: str) -> list[type]:
    return [type(one.event) for one in history(subject)]


def test_what_is_begun_under_one_law_is_sent_under_the_next(mother: Actor, fill: Callable[..., Draft]) -> None:
    draft = fill(mother)
    new_law(longer)
    with clock.pinned(MORNING):
        sent = actions.submit(mother, draft.id, "once")
    assert (law_of(sent), law_of(draft)) == (TUESDAY, TUESDAY)
    assert sent.data == draft.data
    assert DraftRenewed in told(f"draft:{draft.id}")


def test_on_the_same_day_and_after_a_mere_correction_it_keeps_what_was_read(
    mother: Actor, fill: Callable[..., Draft]
) -> None:
    draft = fill(mother)
    version = procedures.procedure(CODE, clock.today())
    publish({**version.definition, "summary": "Chữ khác"}, version.valid_from, version.valid_to)
    with clock.pinned(MORNING):
        sent = actions.submit(mother, draft.id, "once")
    assert sent.procedure_version_id == version.id
    assert DraftRenewed not in told(f"draft:{draft.id}")


def test_where_the_new_form_asks_otherwise_its_author_looks_again_and_keeps_the_rest(
    mother: Actor, fill: Callable[..., Draft]
) -> None:
    draft = fill(mother)
    said = draft.data
    new_law(asks_more)
    with clock.pinned(MORNING):
        with pytest.raises(Invalid) as refused:
            actions.submit(mother, draft.id, "once")
        assert "10/11/2026" in str(refused.value.detail)
        draft.refresh_from_db()
        assert law_of(draft) == TUESDAY
        child = {name: value for name, value in said["child"].items() if name != "home_place"}
        assert "home_place" in said["child"]
        assert draft.data == {**said, "child": child}
        assert "child" not in draft.topic_versions, "to be looked at again"
        assert "applicant" in draft.topic_versions
        assert not Attachment.objects.filter(draft=draft, removed_at=None).exists()
        with pytest.raises(Invalid) as lacking:
            actions.submit(mother, draft.id, "once")
        assert len(lacking.value.fields) == 2
        assert all("weight" in of or "birth_notice" in of for of in lacking.value.fields), lacking.value.fields
        actions.save_topic(mother, draft.id, "child", {**child, "weight": 3200}, draft.version)
        actions.attach(mother, draft.id, "birth_notice", name="giấy báo sinh.png", content=picture())
        sent = actions.submit(mother, draft.id, "once")
    assert law_of(sent) == TUESDAY


def test_a_procedure_that_is_filed_no_more_is_said_in_words(mother: Actor, fill: Callable[..., Draft]) -> None:
    draft = fill(mother)
    end_before(procedures.procedure(CODE, clock.today()), TUESDAY)
    with clock.pinned(MORNING), pytest.raises(Conflict) as refused:
        actions.submit(mother, draft.id, "once")
    assert "không còn được nộp" in str(refused.value.detail)
    draft.refresh_from_db()
    assert draft.submitted_at is None


def test_sent_under_one_law_it_is_received_under_the_next(sent: Dossier, receiver: Actor) -> None:
    new_law(longer)
    with clock.pinned(MORNING):
        actions.receive(receiver, sent.id, version=now_at(sent))
    assert law_of(sent) == TUESDAY
    found = Dossier.objects.get(id=sent.id)
    assert clock.local(clocks.due_at(found) or found.submitted_at).date() == date(2026, 11, 13)
    assert LawChanged in told(f"dossier:{sent.id}")


def another_way(definition: Json) -> None:
    definition["process"]["steps"] = {**definition["process"].get("steps", {}), "propose": "Trình ký theo luật mới"}


@pytest.mark.parametrize("change", [asks_more, another_way])
def test_a_dossier_whose_form_or_way_is_another_ends_as_it_was_begun(
    sent: Dossier, receiver: Actor, change: Callable[[Json], object]
) -> None:
    before = law_of(sent)
    new_law(change)
    with clock.pinned(MORNING):
        actions.receive(receiver, sent.id, version=now_at(sent))
    assert law_of(sent) == before
    assert LawChanged not in told(f"dossier:{sent.id}")
