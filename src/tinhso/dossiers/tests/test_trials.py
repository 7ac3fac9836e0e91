"""Last year's dossiers through a draft: the law of today gives what was; what a draft changes is counted by hand."""

from random import Random
from typing import Any
from uuid import uuid4

import pytest

from tinhso.config import ROOT
from tinhso.dossiers.models import Dossier, ProcessTrial, Step
from tinhso.dossiers.trials import ask_trial, report_of, run, trial
from tinhso.dossiers.trials.going import Pools, Ways
from tinhso.dossiers.trials.measuring import Past, Worked
from tinhso.dossiers.trials.reporting import compare, report_from
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar, national_days
from tinhso.kernel.errors import Conflict, Denied
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import Actor, Grant
from tinhso.procedures import actions as procedures
from tinhso.procedures.pack.reading import read
from tinhso.procedures.spec import ProcedureSpec
from tinhso.procedures.studio.checking import Content

HOUR = 3600.0
AGENCY = uuid4()


@pytest.fixture(scope="module")
def birth() -> ProcedureSpec:
    return read(Pack(ROOT / "provinces" / "kien_giang"), "procedures/1.001193").versions[-1].spec


def ways(birth: ProcedureSpec, *changes: tuple[str, str]) -> Ways:
    text = birth.process.bpmn
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return Ways(text, birth.process.roles)


#: Two dossiers: one straight through in five hours, one that was sent back to be completed and took seven.
STRAIGHT = [
    ("receive", 1 * HOUR, "accept"),
    ("check", 1 * HOUR, "pass"),
    ("propose", 1 * HOUR, "propose"),
    ("sign", 1 * HOUR, "sign"),
    ("seal_return", 1 * HOUR, "return_result"),
]
BACK = [STRAIGHT[0], ("check", 2 * HOUR, "supplement"), ("complete", 0.0, "answer"), *STRAIGHT[1:]]
ROLE = {
    "receive": "receiver",
    "check": "specialist",
    "propose": "specialist",
    "sign": "leader",
    "seal_return": "clerk",
    "complete": "applicant",
}


def pasts() -> list[Past]:
    """The first had two hours left, the second was half an hour late."""
    kept = zip((STRAIGHT, BACK), (2 * HOUR, -0.5 * HOUR), strict=True)
    return [
        Past(f"H-{n}", AGENCY, way, [ROLE[one[0]] for one in way], slack, {}) for n, (way, slack) in enumerate(kept)
    ]


def test_the_law_of_today_gives_back_what_was(birth: ProcedureSpec) -> None:
    law = ways(birth)
    report = compare(pasts(), law, law, {AGENCY: "Xã Thử"}, "seed")
    assert (report.dossiers, report.same, report.guessed, report.unended) == (2, 2, 0, 0)
    assert report.before == report.after
    assert (report.before.mean, report.late_before, report.late_after) == (6.0, 1, 1)
    assert {line.key: line.hours_after for line in report.roles} == {
        "receiver": 2.0, "specialist": 6.0, "leader": 2.0, "clerk": 2.0
    }  # fmt: skip
    assert report_from(report.as_json()) == report


def test_a_shorter_share_of_the_time_makes_steps_late_and_nobody_faster(birth: ProcedureSpec) -> None:
    strict = ways(birth, ('kind="check" hours="2"', 'kind="check" hours="1"'))
    report = compare(pasts(), ways(birth), strict, {}, "seed")
    check = next(line for line in report.steps if line.key == "check")
    assert (check.times_before, check.late_before, check.late_after) == (3, 0, 1)
    assert report.after == report.before


NEW = (
    '<bpmn:userTask id="again" name="Kiểm tra lại"><bpmn:extensionElements><tinhso:step kind="check" hours="4">'
    '<tinhso:outcome name="done" title="Xong"/></tinhso:step></bpmn:extensionElements></bpmn:userTask>'
    '<bpmn:sequenceFlow id="again_sign" sourceRef="again" targetRef="sign"/>'
)


def with_new_step(birth: ProcedureSpec) -> Ways:
    text = birth.process.bpmn
    flow = next(f for f in _flows(birth) if f.target == "sign")
    old = f'sourceRef="{flow.source}" targetRef="sign"'
    assert old in text
    lane = next(name for name, role in birth.process.roles.items() if role == "leader")
    text = text.replace(old, old.replace('"sign"', '"again"'), 1).replace("</bpmn:process>", f"{NEW}</bpmn:process>")
    mark = f'name="{lane}">'
    text = text.replace(mark, f"{mark}<bpmn:flowNodeRef>again</bpmn:flowNodeRef>", 1)
    return Ways(text, birth.process.roles)


def _flows(birth: ProcedureSpec) -> Any:
    from tinhso.procedures import bpmn

    return bpmn.read(birth.process.bpmn).flows


def test_a_new_step_takes_as_long_as_its_role_took_and_makes_dossiers_late(birth: ProcedureSpec) -> None:
    """Leaders took one hour each: 5 → 6 and 7 → 8 hours; the first had two hours left, so it stays in time."""
    report = compare(pasts(), ways(birth), with_new_step(birth), {}, "seed")
    assert (report.before.mean, report.after.mean) == (6.0, 7.0)
    assert (report.late_before, report.late_after) == (1, 1)
    tight = [Past(one.code, one.agency, one.observed, one.roles, 0.5 * HOUR, {}) for one in pasts()]
    again = compare(tight, ways(birth), with_new_step(birth), {AGENCY: "Xã Thử"}, "seed")
    assert (again.late_before, again.late_after, again.newly_late_total) == (0, 2, 2)
    assert [(case.code, case.agency, case.before, case.after) for case in again.newly_late] == [
        ("H-0", "Xã Thử", 5.0, 6.0),
        ("H-1", "Xã Thử", 7.0, 8.0),
    ]


def test_an_outcome_that_the_draft_does_not_have_is_said_to_be_guessed(birth: ProcedureSpec) -> None:
    without = ways(birth, ('<tinhso:outcome name="supplement"', '<tinhso:outcome name="other"'))
    other = ways(birth, ('name="pass"', 'name="fine"'), ("outcome = 'pass'", "outcome = 'fine'"))
    assert compare(pasts(), ways(birth), without, {}, "s").dossiers == 2
    assert compare(pasts(), ways(birth), other, {}, "s").guessed == 2


def test_parallel_branches_count_the_longer_one() -> None:
    ours = 'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:tinhso:bpmn:1"'

    def task(name: str) -> str:
        inner = '<t:step kind="check"><t:outcome name="ok" title="ok"/></t:step>'
        inside = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
        return f'<bpmn:userTask id="{name}" name="{name}">{inside}</bpmn:userTask>'

    arrows = ["s p", "p a", "p b", "a j", "b j", "j e"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{one[0]}" targetRef="{one[2]}"/>' for n, one in enumerate(arrows)
    )
    members = "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in "ab")
    text = (
        f'<bpmn:definitions {ours}><bpmn:process id="x">'
        f'<bpmn:laneSet><bpmn:lane name="L">{members}</bpmn:lane></bpmn:laneSet><bpmn:startEvent id="s"/>'
        f'<bpmn:parallelGateway id="p"/><bpmn:parallelGateway id="j"/><bpmn:endEvent id="e"/>'
        f"{task('a')}{task('b')}{flows}"
        "</bpmn:process></bpmn:definitions>"
    )
    went = Ways(text, {"L": "specialist"}).go([("a", 3.0, "ok"), ("b", 5.0, "ok")], Pools(), Random(1), {})
    assert (went.seconds, went.ended, went.guessed) == (5.0, True, False)


def test_working_seconds_are_those_of_the_calendar() -> None:
    calendar = Calendar(special=national_days(range(2025, 2027), announced_to=2025))
    first, last = clock.parse("2025-08-25T00:00:00").date(), clock.parse("2025-09-20T00:00:00").date()
    worked, random = Worked(calendar, first, last), Random(3)
    for _time in range(300):
        a, b = sorted(clock.parse("2025-08-25T00:00:00") + random.random() * (clock.parse("2025-09-19T23:00:00")
                      - clock.parse("2025-08-25T00:00:00")) for _n in range(2))  # fmt: skip
        assert worked.between(a, b) == pytest.approx(calendar.working_time_between(a, b).total_seconds(), abs=1e-3)


def administrator() -> Actor:
    return Actor(account=uuid4(), strong=True, grants=frozenset({Grant("province_admin", uuid4())}), name="Lan")


def test_a_trial_is_a_job_whose_result_is_kept(issued: Dossier) -> None:
    actor, hours = administrator(), ('kind="check" hours="2"', 'kind="check" hours="9"')
    with clock.pinned(_after(issued)):
        draft = procedures.begin_draft(actor, "1.001193")
        content = Content(draft.bpmn.replace(*hours, 1), dict(draft.roles), draft.fees)
        draft = procedures.save_draft(actor, draft.id, draft.version, content)
        asked = ask_trial(actor, draft.id, draft.version)
        with pytest.raises(Conflict):
            ask_trial(actor, draft.id, draft.version)
        before = list(Step.objects.order_by("id").values())
        run(asked.id)
        run(asked.id)
        found = trial(actor, asked.id)
        report = report_of(found)
        assert report is not None
        assert (found.state, found.progress, report.dossiers, report.same) == ("done", 100, 1, 1)
        assert list(Step.objects.order_by("id").values()) == before
        with pytest.raises(Denied):
            trial(Actor(account=uuid4(), grants=frozenset({Grant("leader", uuid4())})), asked.id)
        assert ProcessTrial.objects.count() == 1


def _after(dossier: Dossier) -> str:
    dossier.refresh_from_db()
    assert dossier.finished_at is not None
    from datetime import timedelta

    return (dossier.finished_at + timedelta(days=2)).isoformat()
