"""Who is told that a step or a dossier is close to due, or late: as the pack says, each once."""

from pathlib import Path
from typing import Any

import pytest

from tinhso.dossiers import actions, escalation
from tinhso.dossiers.models import Dossier, Warned
from tinhso.dossiers.pack import escalation as dossiers_pack
from tinhso.dossiers.tests.conftest import actor_of, now_at
from tinhso.kernel import clock
from tinhso.kernel.notify import inbox
from tinhso.kernel.packs import Pack, Unreadable
from tinhso.kernel.policy import Actor


@pytest.fixture
def received(sent: Dossier, receiver: Actor) -> Dossier:
    """Received on Monday at 08:00: the check's own hours and the whole end on Monday."""
    return actions.receive(receiver, sent.id, version=now_at(sent))


def told(actor: Actor) -> list[str]:
    return [note.title for note in inbox(actor)]


def warned_at(instant: str) -> int:
    with clock.pinned(f"2026-11-{instant}:00+07:00"):
        return escalation.warn()


def test_nobody_is_told_while_there_is_time(received: Dossier) -> None:
    Dossier.objects.filter(id=received.id).update(due_at=clock.parse("2026-11-20T17:00:00+07:00"))
    received.steps.filter(ended_at=None).update(
        due_at=clock.parse("2026-11-20T17:00:00+07:00"), sort_at=clock.parse("2026-11-20T17:00:00+07:00")
    )
    assert warned_at("09T09:00") == 0


def test_a_late_dossier_is_told_once_to_the_lane_the_leader_and_the_administrator(
    received: Dossier, specialist: Actor, leader: Actor, clerk: Actor
) -> None:
    assert warned_at("09T17:30") > 0
    late = f"Hồ sơ {received.code} quá hạn trả"
    assert all(late in told(who) for who in (specialist, leader, actor_of("hontre.quantri")))
    assert late not in told(clerk)
    assert told(actor_of("rachgia.phochutich")) == []
    before = (Warned.objects.count(), len(told(leader)))
    assert warned_at("09T17:35") == 0
    assert (Warned.objects.count(), len(told(leader))) == before


def test_who_holds_the_step_is_told_instead_of_the_whole_lane(received: Dossier, specialist: Actor) -> None:
    actions.claim(specialist, received.id, version=now_at(received))
    step = received.steps.get(ended_at=None)
    assert step.due_at is not None
    with clock.pinned(step.due_at):
        escalation.warn()
    assert any("quá giờ" in title for title in told(specialist))


def test_nobody_is_told_of_a_dossier_that_stands(received: Dossier, leader: Actor) -> None:
    actions.suspend(leader, received.id, reason="Chờ", version=now_at(received))
    assert warned_at("20T17:30") == 0


def test_a_new_due_time_is_a_new_matter(received: Dossier, leader: Actor) -> None:
    assert warned_at("09T17:30") > 0
    with clock.pinned("2026-11-10T08:00:00+07:00"):
        day = clock.parse("2026-11-12T00:00:00+07:00").astimezone(clock.LOCAL).date()
        actions.extend(leader, received.id, until=day, reason="Đông", version=now_at(received))
    assert warned_at("12T17:30") > 0
    assert told(leader).count(f"Hồ sơ {received.code} quá hạn trả") == 2


def test_what_was_late_for_weeks_is_no_news(received: Dossier, leader: Actor) -> None:
    assert warned_at("30T17:30") == 0
    assert told(leader) == []


def test_the_words_name_no_applicant(received: Dossier, leader: Actor) -> None:
    warned_at("09T17:30")
    assert all("Bé Ba" not in note.title + note.body for note in inbox(leader))


def test_a_rule_of_unknown_roles_or_a_repeated_name_is_refused(tmp_path: Path, settings: Any) -> None:
    rule = "  - {id: late, of: whole, hours_left: 0, tell: [%s], unverified: true}\n"
    (tmp_path / "escalation.yaml").write_text("rules:\n" + rule % "leader" + rule % "leader")
    (mistake,) = dossiers_pack.check(Pack(tmp_path))
    assert mistake.line == 3
    (tmp_path / "escalation.yaml").write_text("rules:\n" + rule % "mayor")
    with pytest.raises(Unreadable):
        dossiers_pack.check(Pack(tmp_path))
    assert dossiers_pack.check(Pack(settings.HERE.pack)) == []
