"""Whatever the order in which the parts' events arrive, and however often: the same end.

The pure function against a model that knows nothing of it; then the real filing, its reactions run late, twice and in
another order.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.dossiers import actions
from tinhso.dossiers.joined import moving
from tinhso.dossiers.joined.standing import SETTLED, Begin, State, following
from tinhso.dossiers.models import Dossier, Joint, JointPart
from tinhso.dossiers.tests import joined
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency

FATES = (State.DONE, State.REFUSED, State.WITHDRAWN)


@st.composite
def orders(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Up to six parts, each after some of the earlier ones."""
    names: list[str] = []
    found = []
    for n in range(draw(st.integers(2, 6))):
        after = draw(st.lists(st.sampled_from(names), unique=True, max_size=3)) if names else []
        names.append(f"p{n}")
        found.append((names[-1], after))
    return found


def expected(order: Sequence[tuple[str, list[str]]], fates: dict[str, State]) -> dict[str, State]:
    """By the meaning of the words: a part runs when all before it came to a result, else it never begins."""
    end: dict[str, State] = {}
    for key, after in order:
        end[key] = fates[key] if all(end[one] is State.DONE for one in after) else State.DROPPED
    return end


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_order_of_events_ends_in_the_same_state(data: st.DataObject) -> None:
    order = data.draw(orders())
    fates = {key: data.draw(st.sampled_from(FATES)) for key, _after in order}
    states = {key: State.WAITING if after else State.OPEN for key, after in order}
    while any(state not in SETTLED for state in states.values()):
        happens = data.draw(st.sampled_from([key for key, state in states.items() if state is State.OPEN]))
        states[happens] = fates[happens]
        for _again in range(data.draw(st.integers(1, 3))):  # an event is told at least once
            for move in following(order, states):
                states[move.part] = State.OPEN if isinstance(move, Begin) else State.DROPPED
            assert following(order, states) == []
    assert states == expected(order, fates)


@pytest.mark.parametrize("fate", ["done", "refused", "withdrawn"])
@pytest.mark.parametrize("sides", [("removal", "funeral"), ("funeral", "removal")])
def test_a_real_filing_ends_alike_whichever_part_ends_first_and_however_often_it_is_moved_on(
    mother: Actor, receiver: Actor, agency: Agency, fate: str, sides: tuple[str, str]
) -> None:
    joint = joined.sent(mother, joined.death(mother, agency))
    joined.receive(joined.dossier(joint, "death"))
    joined.issue(joined.dossier(joint, "death"))
    for side in sides:
        _end(mother, receiver, joint, side, fate)
        for _again in range(2):
            moving.advance(joint.id)
    assert joined.states(joint) == {"death": "done", "removal": "done", "funeral": fate}
    joined.hand_out(joined.dossier(joint, "death"))
    moving.advance(joint.id)
    joint.refresh_from_db()
    assert joint.closed_at is not None
    assert Dossier.objects.count() == 2, "no part began twice"
    assert JointPart.objects.filter(joint=joint).count() == 3


def _end(mother: Actor, receiver: Actor, joint: Joint, side: str, fate: str) -> None:
    if side == "removal":
        part = joined.part(joint, "removal")
        actions.send_outside(receiver, part.id)
        actions.answer_outside(receiver, part.id, done=True, reference="15/TB-CA")
        return
    funeral = joined.dossier(joint, "funeral")
    if fate == "done":
        joined.issue(funeral)
    elif fate == "refused":
        joined.refuse(funeral)
    else:
        actions.withdraw_part(mother, joint.id, "funeral")


def test_a_fault_in_the_middle_leaves_nothing_half_begun_and_the_next_time_begins_it_once(
    mother: Actor, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    joint = joined.sent(mother, joined.death(mother, agency))
    joined.receive(joined.dossier(joint, "death"))
    with monkeypatch.context() as broken:
        broken.setattr(moving, "_carry_papers", _fault)
        joined.issue(joined.dossier(joint, "death"))
        assert Dossier.objects.count() == 1, "what the fault interrupted was taken back whole"
    for _again in range(2):
        moving.advance(joint.id)
    assert Dossier.objects.count() == 2
    assert joined.states(joint) == {"death": "done", "removal": "open", "funeral": "open"}


def _fault(*_args: object) -> None:
    raise OSError("the worker was killed here")
