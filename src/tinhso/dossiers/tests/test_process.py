"""The process decides who may act; its engine's state is only a cache."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.dossiers import actions, clocks, flow, queries
from tinhso.dossiers.models import Dossier, Draft, EngineState, Step
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel.errors import Denied, Problem
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.procedures import process
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.reading import content_hash


def move_to_lane(bpmn: str, step: str, lane: str) -> str:
    """The drawing with one step moved to another lane, nothing else."""
    ref = f"<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef>"
    assert ref in bpmn
    without = bpmn.replace(ref, "")
    opening = f'name="{lane}">'
    assert opening in without
    return without.replace(opening, opening + ref, 1)


@pytest.fixture
def checked_by_the_receiver(cast: None) -> ProcedureVersion:
    """A version of the procedure in which "check" stands in the receiver's lane."""
    old = ProcedureVersion.objects.filter(code="1.001193", valid_to=None).order_by("-revision").first()
    assert old is not None
    definition: dict[str, Any] = {
        **old.definition,
        "process": {
            **old.definition["process"],
            "bpmn": move_to_lane(old.definition["process"]["bpmn"], "check", "Tiếp nhận"),
        },
    }
    version = ProcedureVersion.objects.get(pk=old.pk)
    version.pk, version.revision = None, old.revision + 1
    version._state.adding = True
    version.definition, version.content_hash = definition, content_hash(definition)
    version.id = ProcedureVersion().id
    version.save()
    return version


def test_moving_a_step_to_another_lane_in_the_drawing_alone_changes_who_may_act(
    checked_by_the_receiver: ProcedureVersion,
    mother: Actor,
    receiver: Actor,
    specialist: Actor,
    fill: Callable[..., Draft],
) -> None:
    sent = actions.submit(mother, fill(mother).id, "once")
    assert sent.procedure_version_id == checked_by_the_receiver.pk
    actions.receive(receiver, sent.id, version=now_at(sent))
    with pytest.raises(Denied):
        actions.claim(specialist, sent.id, version=now_at(sent))
    actions.claim(receiver, sent.id, version=now_at(sent))
    actions.propose(receiver, sent.id, version=now_at(sent))
    waiting = Step.objects.get(dossier=sent, ended_at=None)
    assert (waiting.task, waiting.role) == ("propose", "specialist")


def test_without_any_engine_state_every_open_dossier_continues(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, clerk: Actor, mother: Actor
) -> None:
    way: list[Callable[[], Any]] = [
        lambda: actions.receive(receiver, sent.id, version=now_at(sent)),
        lambda: actions.request_supplement(specialist, sent.id, [actions.Point("Rõ hơn")], version=now_at(sent)),
        lambda: actions.answer_supplement(mother, sent.id, text="Đây", version=now_at(sent)),
        lambda: actions.propose(specialist, sent.id, version=now_at(sent)),
        lambda: actions.sign(leader, sent.id, version=now_at(sent)),
        run_waiting,
        lambda: actions.seal(clerk, sent.id, version=now_at(sent)),
        run_waiting,
        lambda: actions.return_result(clerk, sent.id, version=now_at(sent)),
    ]
    for act in way:
        EngineState.objects.all().delete()
        act()
    sent.refresh_from_db()
    assert sent.closed


def test_an_engine_state_of_an_older_version_is_not_believed(sent: Dossier, receiver: Actor) -> None:
    before = process.start(flow.spec_of(sent), sent.data)
    actions.receive(receiver, sent.id, version=now_at(sent))
    EngineState.objects.filter(dossier=sent).update(state=before, dossier_version=0)
    sent.refresh_from_db()
    ready = process.ready(flow.spec_of(sent), flow.state_of(sent))
    assert [step.step_id for step in ready] == ["check"]


ACTS = ("receive", "claim", "supplement", "answer", "propose", "send_back", "refuse", "withdraw", "hand_over")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), min_size=1, max_size=12))
def test_any_sequence_of_acts_replays_to_the_same_steps_and_the_same_due_time(
    mother: Actor,
    receiver: Actor,
    specialist: Actor,
    leader: Actor,
    fill: Callable[..., Draft],
    acts: list[tuple[str, int]],
) -> None:
    officials = (receiver, specialist, leader, mother)
    sent = actions.submit(mother, fill(mother).id, "")
    for name, who in acts:
        try:
            _act(name, officials[who], sent)
        except Problem:
            continue
    dossier = Dossier.objects.select_related("procedure_version").get(id=sent.id)
    spec = flow.spec_of(dossier)
    kept = {s.step_id for s in process.ready(spec, flow.state_of(dossier))}
    again = {s.step_id for s in process.ready(spec, flow.replayed(dossier))}
    open_rows = {s.task for s in flow.open_steps(dossier)}
    assert kept == again == open_rows
    assert dossier.due_at == clocks.due_at(dossier)
    assert [s.number for s in dossier.steps.order_by("number")] == list(range(1, dossier.steps.count() + 1))
    for actor in officials:
        if actor is mother or not dossier.closed:
            shown = queries.dossier(actor, dossier.id)
            assert shown.version == dossier.version


def _act(name: str, actor: Actor, sent: Dossier) -> None:
    version = now_at(sent)
    match name:
        case "receive":
            actions.receive(actor, sent.id, version=version)
        case "claim":
            actions.claim(actor, sent.id, version=version)
        case "supplement":
            first = sent.supplements.filter(first=None).first()
            number = 1 if first else None
            actions.request_supplement(actor, sent.id, [actions.Point("Thêm", number=number)], version=version)
        case "answer":
            actions.answer_supplement(actor, sent.id, text="Đây", version=version)
        case "propose":
            actions.propose(actor, sent.id, version=version)
        case "send_back":
            actions.send_back(actor, sent.id, note="Xem lại", version=version)
        case "refuse":
            actions.refuse(actor, sent.id, "not_competent", text="Không thuộc thẩm quyền", version=version)
        case "withdraw":
            actions.withdraw(actor, sent.id, version=version)
        case "hand_over":
            actions.hand_over(actor, sent.id, replace(actor).account, version=version)
