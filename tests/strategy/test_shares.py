"""Shares of dossiers and accounts, held against a plain model: rows made here one by one and counted by hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import Sum

from tinhso.dossiers import actions
from tinhso.dossiers.models import Channel, Dossier, Draft, Result, Signature
from tinhso.dossiers.tests.conftest import now_at
from tinhso.indicators import queries as strategy
from tinhso.kernel import clock, measures
from tinhso.kernel.ids import new_id
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Rollup
from tinhso.kernel.policy import ANONYMOUS, Actor, Grant
from tinhso.people import actions as people
from tinhso.people.models import Account, Official, Person, Role
from tinhso.people.tests.conftest import make_account

YEAR = 2026
#: Received on Wednesday 4 November at 16:00; the birth registration is due at the end of the next working day.
RECEIVED = datetime.fromisoformat("2026-11-04T16:00:00+07:00")
IN_TIME, TOO_LATE = RECEIVED + timedelta(hours=16), RECEIVED + timedelta(days=6)


@dataclass(frozen=True)
class Made:
    """One dossier of the model. ``finished``: None while nothing was decided."""

    channel: Channel
    submitted: datetime
    finished: datetime | None = None
    signed_by: tuple[str, ...] = ()


MODEL = (
    Made(Channel.ONLINE, RECEIVED, IN_TIME, ("person", "seal")),
    Made(Channel.ONLINE, RECEIVED, TOO_LATE, ("person", "seal")),
    Made(Channel.ONLINE, RECEIVED),
    Made(Channel.COUNTER, RECEIVED, IN_TIME, ("person",)),
    Made(Channel.COUNTER, RECEIVED),
    Made(Channel.POST, RECEIVED, TOO_LATE),
    Made(Channel.ONLINE, RECEIVED - timedelta(days=400)),
)


@pytest.fixture
def made(issued: Dossier, mother: Actor) -> list[UUID]:
    """The model's dossiers; the one that the fixtures issued is taken out of the year."""
    Signature.objects.filter(result__dossier=issued).update(asked_at=RECEIVED - timedelta(days=800))
    Result.objects.filter(dossier=issued).update(issued_at=RECEIVED - timedelta(days=800))
    old = {"submitted_at": RECEIVED - timedelta(days=800), "finished_at": RECEIVED - timedelta(days=799)}
    Dossier.objects.filter(pk=issued.pk).update(**old)
    return [_row(issued, mother, number, one) for number, one in enumerate(MODEL)]


def _row(like: Dossier, mother: Actor, number: int, one: Made) -> UUID:
    draft = Draft.objects.get(pk=like.draft_id)
    draft.pk, draft.submission_key, draft._state.adding = new_id(), f"model-{number}", True
    draft.save()
    row = Dossier.objects.get(pk=like.pk)
    row.pk, row._state.adding, row.code, row.draft_id = new_id(), True, f"MODEL-{number}", draft.pk
    row.channel, row.submitted_at, row.clock_from, row.received_at = one.channel, one.submitted, RECEIVED, RECEIVED
    row.finished_at = one.finished
    row.save()
    if one.finished is not None:
        result = Result.objects.create(dossier=row, title="Giấy", state="active", issued_at=one.finished)
        for kind in one.signed_by:
            Signature.objects.create(
                result=result, kind=kind, account_id=mother.account, name="x", signed_at=one.finished
            )
    return row.pk


def figure(name: str) -> tuple[int, int]:
    measures.rebuild(name)
    found = measures.figures([name], YEAR).get(name)
    return (found.numerator, found.denominator) if found else (0, 0)


def test_filed_online_counts_every_dossier_of_the_year_once(made: list[UUID]) -> None:
    of_year = [one for one in MODEL if one.submitted.year == YEAR]
    assert figure("dossiers.filed_online") == (3, 6)
    assert (sum(one.channel is Channel.ONLINE for one in of_year), len(of_year)) == (3, 6)


def test_in_time_means_a_result_by_the_end_of_the_legal_time(made: list[UUID]) -> None:
    finished = [one.finished for one in MODEL if one.finished is not None]
    assert (finished.count(IN_TIME), len(finished)) == (2, 4)
    assert figure("dossiers.on_time") == (2, 4)


def test_a_result_counts_as_signed_with_both_signatures_only(made: list[UUID]) -> None:
    assert figure("dossiers.signed_results") == (2, 4)


def test_each_share_opens_to_the_very_rows_of_its_two_sides(made: list[UUID], receiver: Actor) -> None:
    for name, inside in (
        ("dossiers.filed_online", {0, 1, 2}),
        ("dossiers.on_time", {0, 3}),
        ("dossiers.signed_results", {0, 1}),
    ):
        measures.rebuild(name)
        listed, _next = measures.records(receiver, name, year=YEAR, part=measures.Part.NUMERATOR)
        assert {row.line.title for row in listed} == {f"MODEL-{number}" for number in inside}
        assert measures.records(ANONYMOUS, name, year=YEAR)[0] == []


def test_events_keep_the_same_sums_as_counting_anew(
    issued: Dossier, mother: Actor, leader: Actor, fill, monday: None
) -> None:
    actions.submit(mother, fill(mother).id, "one more")
    run_waiting()
    for name, expected in (
        ("dossiers.filed_online", (2, 2)),
        ("dossiers.on_time", (1, 1)),
        ("dossiers.signed_results", (1, 1)),
    ):
        found = measures.figures([name], YEAR)[name]
        assert (found.numerator, found.denominator) == expected, name
        before = dict(Rollup.objects.filter(measure=name).values_list("grain").annotate(n=Sum("denominator")))
        assert figure(name) == expected
        assert dict(Rollup.objects.filter(measure=name).values_list("grain").annotate(n=Sum("denominator"))) == before
    actions.revoke_result(leader, issued.id, reason="Nhầm tên", version=now_at(issued))
    run_waiting()
    signed = measures.figures(["dossiers.signed_results"], YEAR)["dossiers.signed_results"]
    assert (signed.numerator, signed.denominator) == (1, 1), "what was issued in the year stays issued"


def test_the_target_of_signed_documents_shows_the_part_that_is_measured(issued: Dossier) -> None:
    run_waiting()
    found = strategy.target(ANONYMOUS, "II.1.1-3a")
    assert found.current is not None
    assert (found.current.numerator, found.current.denominator) == (1, 1)
    assert "văn bản các cơ quan gửi cho nhau chưa có nguồn số liệu" in found.note


def test_every_target_without_a_number_says_why(cast: None) -> None:
    targets, following = strategy.targets(ANONYMOUS, limit=200)
    assert following is None
    silent = [one.id for one in targets if one.measure is None and not one.note.startswith("Chưa đo được:")]
    assert silent == []
    assert sum(one.measure is None for one in targets) == 45


def test_verified_accounts_are_open_accounts_of_the_public(cast: None, receiver: Actor, agency) -> None:
    """A model of five: verified, not verified, closed, an official's, and one verified while we watch."""
    Account.objects.filter(official=None).update(is_active=False)
    person = Person.objects.create(full_name="A", source="test")
    make_account("a@vidu.vn", person=person, assurance="verified", verified_at=clock.now())
    make_account("b@vidu.vn")
    make_account("c@vidu.vn", is_active=False)
    official = make_account("mot.nguoi")
    Official.objects.create(account=official, full_name="O", title="T")
    later = make_account("d@vidu.vn")
    assert figure("people.verified_accounts") == (1, 3)
    seen = people.SeenIdentity(
        full_name="D Văn", birth_date=date(1990, 5, 5), sex="male", kind="cccd", number="091090001234"
    )
    people.verify_identity(receiver, later.pk, agency_id=agency.id, seen=seen, papers_seen=True)
    run_waiting()
    found = measures.figures(["people.verified_accounts"], YEAR)["people.verified_accounts"]
    assert (found.numerator, found.denominator) == (2, 3)
    chief = Actor(account=new_id(), grants=frozenset({Grant(Role.PROVINCE_ADMIN, agency.id)}))
    listed, _next = measures.records(chief, "people.verified_accounts", year=YEAR)
    assert {row.line.title for row in listed} >= {later.code}
    assert measures.records(receiver, "people.verified_accounts", year=YEAR)[0] == []
