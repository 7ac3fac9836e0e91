"""Whatever the plan: every open dossier goes where the first share that fits says, nothing is lost, nothing comes
twice, and no sum of the past changes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tinhso.dossiers.models import AgencyMove, Dossier, Draft, Result, Step
from tinhso.kernel import clock, measures
from tinhso.kernel.ids import new_id
from tinhso.kernel.measures import rebuild
from tinhso.kernel.policy import SYSTEM
from tinhso.people.models import Account
from tinhso.places import queries as places
from tinhso.places.models import Reorganisation
from tinhso.places.pack.reorganisations import Matter, Plan, What
from tinhso.places.reorganising import Carrying, Resolved, Share, every_effect, movers
from tinhso.procedures.queries import procedure

ON = date(2025, 7, 1)
CODES = ("1.001193", "1.000656")
UNITS = ("31108", "31105", "30742")
OPEN = {"submitted", "received", "processing", "supplement", "signed"}
PHASES = (*sorted(OPEN), "returned", "refused", "withdrawn")


@dataclass(frozen=True)
class Made:
    """A dossier as it is made up: agency by number, procedure, the unit that the form names."""

    agency: int
    code: str
    unit: str
    phase: str
    signing: bool
    days_ago: int


@dataclass(frozen=True)
class Condition:
    procedures: tuple[str, ...]
    units: tuple[str, ...]
    to: int


made = st.builds(
    Made,
    agency=st.integers(0, 4),
    code=st.sampled_from(CODES),
    unit=st.sampled_from((*UNITS, "")),
    phase=st.sampled_from(PHASES),
    signing=st.booleans(),
    days_ago=st.integers(0, 200),
)
condition = st.builds(
    Condition,
    procedures=st.lists(st.sampled_from(CODES), max_size=1).map(tuple),
    units=st.lists(st.sampled_from(UNITS), max_size=2, unique=True).map(tuple),
    to=st.integers(0, 2),
)


def expected(one: Made, conditions: list[Condition]) -> int | None:
    """Where it goes, said independently of the statement; None: it stays."""
    if one.phase not in OPEN or (one.signing and one.phase == "processing"):
        return None
    for each in conditions:
        if each.procedures and one.code not in each.procedures:
            continue
        if each.units and one.unit not in each.units:
            continue
        return each.to
    return None


def stored(dossiers: list[Made], old: list[Any], answers: dict[str, list[str]]) -> list[UUID]:
    account = Account.objects.create(login="x", full_name="x", code="x")
    versions = {code: procedure(code, ON) for code in CODES}
    now, ids = clock.now(), []
    for number, one in enumerate(dossiers):
        topic, field = answers.get(one.code, ["no", "no"])
        version, agency = versions[one.code], old[one.agency].id
        draft = Draft.objects.create(
            account=account, procedure_version=version, agency_id=agency, submitted_at=now, submission_key=str(number)
        )
        found = Dossier.objects.create(
            code=f"T-{number}",
            draft=draft,
            applicant_account=account,
            procedure_version=version,
            agency_id=agency,
            data={topic: {field: one.unit}},
            phase=one.phase,
            submitted_at=now - timedelta(days=one.days_ago),
        )
        if one.phase in OPEN:
            Step.objects.create(dossier=found, task="t", title="t", role="receiver", agency_id=agency, number=1)
        if one.signing and one.phase == "processing":
            Result.objects.create(dossier=found, title="r", state="signing")
        ids.append(found.id)
    return ids


def of_2025_by(kind: str) -> dict[UUID | None, int]:
    return {which: figure.numerator for which, figure in measures.breakdown("dossiers.sent", kind, 2025).items()}


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
@given(
    dossiers=st.lists(made, min_size=1, max_size=12),
    conditions=st.lists(st.lists(condition, max_size=3), min_size=5, max_size=5),
    rests=st.lists(st.integers(0, 2), min_size=5, max_size=5),
)
def test_nothing_is_lost_and_nothing_comes_twice(
    dossiers: list[Made], conditions: list[list[Condition]], rests: list[int]
) -> None:
    from tinhso.procedures.queries import unit_answers

    with clock.pinned("2025-07-01T08:00:00+07:00"), transaction.atomic():
        old = list(places.agencies(date(2025, 6, 30), "commune_committee")[:5])
        new = list(places.agencies(ON, "commune_committee")[:3])
        shares_of = [[*given_, Condition((), (), rest)] for given_, rest in zip(conditions, rests, strict=True)]
        answers = {code: next((p for _v, p in unit_answers([procedure(code, ON).id])), ["no", "no"]) for code in CODES}
        ids = stored(dossiers, old, answers)
        rebuild("dossiers.sent")
        before = of_2025_by("place"), of_2025_by("scope")
        plan = Resolved(
            "t",
            Plan(title="t", on=ON, unverified=True, what={Matter.DOSSIERS: What(unverified=True)}, moves=[_move()]),
            tuple(
                Share(old[i].id, new[c.to].id, rank, procedures=c.procedures, units=c.units)
                for i, of_agency in enumerate(shares_of)
                for rank, c in enumerate(of_agency)
            ),
            {old[i].id: new[rest].id for i, rest in enumerate(rests)},
            {},
            {},
            {},
        )
        told = sum(effect.count for effect in every_effect(plan) if effect.kind == "dossiers.open")
        row = Reorganisation.objects.create(id=new_id(), name="t", title="t", on=ON, fingerprint="", plan={})
        act = Carrying(SYSTEM, row.id, clock.now(), ON)
        for _name, mover in movers:
            mover.move(plan, act)

        going = {
            id: expected(one, shares_of[one.agency] if _names_a_unit(one, answers) else _blind(shares_of[one.agency]))
            for id, one in zip(ids, dossiers, strict=True)
        }
        at = dict(Dossier.objects.filter(id__in=ids).values_list("id", "agency_id"))
        assert at == {
            id: old[one.agency].id if (to := going[id]) is None else new[to].id
            for id, one in zip(ids, dossiers, strict=True)
        }
        moved = {id for id, to in going.items() if to is not None}
        assert set(AgencyMove.objects.values_list("dossier_id", flat=True)) == moved
        assert told == len(moved)
        counted = sum(n for counts in act.moved.values() for key, n in counts.items() if key.startswith("dossiers "))
        assert counted == len(moved)
        waiting = Step.objects.filter(ended_at=None, dossier__in=ids).values_list("dossier_id", "agency_id")
        assert sorted(waiting) == sorted(
            (id, at[id]) for id, one in zip(ids, dossiers, strict=True) if one.phase in OPEN
        )
        assert (of_2025_by("place"), of_2025_by("scope")) == before
        rebuild("dossiers.sent")
        assert (of_2025_by("place"), of_2025_by("scope")) == before
        transaction.set_rollback(True)


def _move() -> Any:
    return {"from": "a", "to": "b", "unverified": True}


def _names_a_unit(one: Made, answers: dict[str, list[str]]) -> bool:
    return answers[one.code] != ["no", "no"]


def _blind(conditions: list[Condition]) -> list[Condition]:
    """A form that asks for no unit: conditions on units never fit."""
    return [each for each in conditions if not each.units]
