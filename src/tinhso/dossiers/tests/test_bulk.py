"""Acts on many dossiers: each by its own law, what is refused is said, one event with the list, undone for a while."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.actions.bulk import Pick, With, carry_out, preview, undo
from tinhso.dossiers.events import BulkDone
from tinhso.dossiers.models import BulkAct, Dossier, Draft, Phase, Result, Signature, SigningSession, Step
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.models import EventRecord
from tinhso.kernel.policy import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> list[Dossier]:
    """Received, waiting for a specialist."""
    made = [actions.submit(mother, fill(mother).id, f"bulk-{n}") for n in range(3)]
    for dossier in made:
        actions.receive(receiver, dossier.id, version=now_at(dossier))
    return made


def picks(dossiers: list[Dossier]) -> list[Pick]:
    return [Pick(dossier.id, now_at(dossier)) for dossier in dossiers]


def codes(told: list[dict[str, str]]) -> set[str]:
    return {one["code"] for one in told}


def holder(dossier: Dossier) -> str:
    return Step.objects.get(dossier=dossier, ended_at=None).holder_name


def test_what_one_refuses_the_others_do_not_and_the_reason_is_said(
    three: list[Dossier], specialist: Actor, receiver: Actor
) -> None:
    stale = Pick(three[0].id, 1)
    bulk = carry_out(specialist, uuid4(), "claim", [stale, *picks(three[1:])])
    assert codes(bulk.done) == {three[1].code, three[2].code}
    assert codes(bulk.refused) == {three[0].code}
    assert "tiếp nhận hồ sơ" in bulk.refused[0]["why"]  # who was first, and what they did
    assert [holder(d) for d in three] == ["", specialist.name, specialist.name]


def test_one_event_with_the_list_and_each_dossiers_own(three: list[Dossier], specialist: Actor) -> None:
    bulk = carry_out(specialist, uuid4(), "claim", [*picks(three[:2]), Pick(three[2].id, 1)])
    (told,) = [one.event for one in history(f"bulk:{bulk.id}")]
    assert isinstance(told, BulkDone)
    assert (set(told.done), told.refused) == ({three[0].id, three[1].id}, [three[2].id])
    own = EventRecord.objects.filter(type="vn.tinhso.dossiers.claimed").values_list("subject", flat=True)
    assert set(own) == {f"dossier:{three[0].id}", f"dossier:{three[1].id}"}


def test_a_preview_says_what_would_come_and_changes_nothing(three: list[Dossier], specialist: Actor) -> None:
    before = (EventRecord.objects.count(), [now_at(d) for d in three])
    seen = preview(specialist, "propose", [*picks(three[:2]), Pick(three[2].id, 1)])
    assert (len(seen.done), codes(seen.refused)) == (2, {three[2].code})
    assert (EventRecord.objects.count(), [now_at(d) for d in three]) == before
    assert not BulkAct.objects.exists()


def test_sending_twice_acts_once(three: list[Dossier], specialist: Actor) -> None:
    key, chosen = uuid4(), picks(three)
    first = carry_out(specialist, key, "claim", chosen)
    assert carry_out(specialist, key, "claim", chosen).done == first.done
    assert EventRecord.objects.filter(type=BulkDone.TYPE).count() == 1
    with pytest.raises(NotFound):
        carry_out(actor_of("hontre.tiepnhan"), key, "claim", chosen)


def test_what_was_taken_returns_to_the_queue_unless_somebody_acted_since(
    three: list[Dossier], specialist: Actor
) -> None:
    bulk = carry_out(specialist, uuid4(), "claim", picks(three))
    actions.propose(specialist, three[2].id, version=now_at(three[2]))
    back = undo(specialist, bulk.id)
    assert [holder(d) for d in three[:2]] == ["", ""]
    assert codes(back.kept) == {three[2].code}
    with pytest.raises(Conflict):
        undo(specialist, bulk.id)
    # the control sheet tells both changes of hands
    assert Step.objects.filter(dossier=three[0], outcome="handed-over", holder_name=specialist.name).count() == 1


def test_nothing_is_undone_after_ten_minutes_nor_by_others(three: list[Dossier], specialist: Actor) -> None:
    bulk = carry_out(specialist, uuid4(), "claim", picks(three))
    with pytest.raises(NotFound):
        undo(actor_of("hontre.tiepnhan"), bulk.id)
    with clock.pinned(clock.now() + timedelta(minutes=11)), pytest.raises(Conflict):
        undo(specialist, bulk.id)


def test_signing_in_bulk_orders_each_dossiers_own_signature(
    three: list[Dossier], specialist: Actor, leader: Actor
) -> None:
    carry_out(specialist, uuid4(), "propose", picks(three))
    bulk = carry_out(leader, uuid4(), "sign", picks(three))
    assert len(bulk.done) == 3
    assert Result.objects.filter(dossier__in=three).count() == 3
    assert Signature.objects.filter(result__dossier__in=three, account=leader.account).count() == 3
    assert SigningSession.objects.filter(signature__result__dossier__in=three).count() == 3
    numbers = set(Result.objects.filter(dossier__in=three).values_list("number", flat=True))
    assert len(numbers) == 3


def test_who_may_not_sign_gets_a_refusal_for_each(three: list[Dossier], specialist: Actor) -> None:
    carry_out(specialist, uuid4(), "propose", picks(three))
    bulk = carry_out(specialist, uuid4(), "sign", picks(three))
    assert (bulk.done, len(bulk.refused)) == ([], 3)
    assert not Result.objects.exists()


@pytest.mark.parametrize("act", ["receive", "refuse", "request_supplement", "suspend", "extend", "revoke_result", ""])
def test_what_needs_its_own_words_or_its_own_look_is_not_done_in_bulk(
    three: list[Dossier], leader: Actor, act: str
) -> None:
    with pytest.raises(Invalid):
        carry_out(leader, uuid4(), act, picks(three))


def test_of_another_agencys_dossier_not_even_the_code_is_told(three: list[Dossier], cast: None) -> None:
    elsewhere = actor_of("rachgia.hotich")
    bulk = carry_out(elsewhere, uuid4(), "claim", picks(three))
    assert bulk.done == []
    assert codes(bulk.refused) == {""}
    assert {one["why"] for one in bulk.refused} == {"Không tìm thấy"}
    assert preview(elsewhere, "claim", [Pick(uuid4(), 1)]).refused[0]["why"] == "Không tìm thấy"


def test_handing_over_goes_to_a_colleague_of_the_lane_only(
    three: list[Dossier], specialist: Actor, receiver: Actor
) -> None:
    with pytest.raises(Invalid):
        carry_out(specialist, uuid4(), "hand_over", picks(three))
    wrong = carry_out(specialist, uuid4(), "hand_over", picks(three), With(receiver.account))
    assert wrong.done == []
    right = carry_out(specialist, uuid4(), "hand_over", picks(three), With(specialist.account))
    assert len(right.done) == 3
    assert queries.bulk_act(specialist, right.id).undo


def test_too_many_and_none_are_refused(three: list[Dossier], specialist: Actor) -> None:
    with pytest.raises(Invalid):
        carry_out(specialist, uuid4(), "claim", [])
    with pytest.raises(Invalid):
        carry_out(specialist, uuid4(), "claim", [Pick(uuid4(), 1)] * 101)
    assert set(Dossier.objects.values_list("phase", flat=True)) == {Phase.RECEIVED}
