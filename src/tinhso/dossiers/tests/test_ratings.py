"""Ratings: by criterion, once, by the applicant; told in public only in numbers that name nobody; answered."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tinhso.dossiers import actions, publishing, queries
from tinhso.dossiers.models import Dossier, Draft, PublishedFigure, Rating, RatingReply
from tinhso.dossiers.pack import ratings as pack
from tinhso.dossiers.reckoning import What
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel import clock, measures
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Stale
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import ANONYMOUS, Actor, Grant
from tinhso.places.models import Agency
from tinhso.procedures import queries as procedures


@pytest.fixture
def ended(agency: Agency, stranger: Actor) -> Any:
    """``ended()``: a returned dossier of an unverified account at the agency."""
    version = procedures.procedure("1.001193", clock.today())

    def make(account: UUID | None = None, at: str = "2026-11-06T09:00:00+07:00", done: int = 3) -> Dossier:
        when = datetime.fromisoformat(at)
        by = {"account_id": account or stranger.account, "procedure_version": version, "agency": agency}
        draft = Draft.objects.create(**by, submitted_at=when)
        return Dossier.objects.create(
            code=f"R-{draft.id}", draft=draft, applicant_account_id=by["account_id"], procedure_version=version,
            agency=agency, phase="returned", submitted_at=when, received_at=when,
            happenings=[{"what": str(What.RECEIVED), "at": when.isoformat()}],
            finished_at=when + timedelta(hours=done), closed_at=when + timedelta(hours=done),
        )  # fmt: skip

    return make


def rate(actor: Actor, dossier: Dossier, **how: Any) -> Rating:
    return actions.rate(actor, dossier.id, **{"stars": 5} | how, version=now_at(dossier))


def told(agency: Agency) -> dict[str, tuple[Decimal, int] | None]:
    found = queries.agency_ratings(ANONYMOUS, agency.id, 2026)
    scores = {"stars": found.stars} | {str(c.number): c.score for c in found.criteria}
    return {name: (score.value, score.sample) if score else None for name, score in scores.items()}


def settle() -> None:
    run_waiting()
    publishing.publish()


def test_a_criterion_is_rated_by_the_points_of_its_answers_and_nothing_else(stranger: Actor, ended: Any) -> None:
    dossier = ended()
    for wrong in ({3: 3}, {3: -1}, {1: 2}, {8: 1}, {7: 2}, {99: 0}):
        with pytest.raises(Invalid):
            rate(stranger, dossier, marks=wrong)
    assert rate(stranger, dossier, marks={3: 2, 7: 1}).marks == {"3": 2, "7": 1}
    with pytest.raises(Conflict):
        rate(stranger, dossier, marks={3: 0})


def test_only_the_applicant_rates_an_unverified_account_its_own_alone(
    mother: Actor, receiver: Actor, stranger: Actor, ended: Any
) -> None:
    hers, theirs = ended(mother.account), ended()
    for actor, dossier in ((stranger, hers), (receiver, hers), (mother, theirs), (ANONYMOUS, theirs)):
        with pytest.raises(Exception) as refused:
            rate(actor, dossier)
        assert refused.value.status in (401, 404)  # type: ignore[attr-defined]
    assert rate(stranger, theirs).stars == 5


def test_no_figure_is_told_of_fewer_than_five_nor_moves_by_fewer(stranger: Actor, agency: Agency, ended: Any) -> None:
    assert pack.least() == 5
    for stars in (5, 4, 4, 3):
        rate(stranger, ended(), stars=stars, marks={3: 2})
    settle()
    assert (told(agency)["stars"], told(agency)["3"], queries.rated_agencies(ANONYMOUS, 2026)) == (None, None, [])
    rate(stranger, ended(), stars=1)
    settle()
    assert told(agency)["stars"] == (Decimal("3.4"), 5)
    assert told(agency)["3"] is None, "four answered this one"
    for _n in range(4):
        rate(stranger, ended(), stars=1, marks={3: 0})
        settle()
        assert told(agency)["stars"] == (Decimal("3.4"), 5), "one more person would be the difference"
    assert told(agency)["3"] == (Decimal("1.6"), 5)
    rate(stranger, ended(), stars=1, marks={3: 0})
    settle()
    assert told(agency)["stars"] == (Decimal("2.2"), 10)


def test_the_strategy_tells_of_satisfaction_what_agencies_published_and_no_more(stranger: Actor, ended: Any) -> None:
    """Figures, months and, after five ratings, the sixth: nothing moves by one person."""
    name = "dossiers.satisfied"
    for _n in range(4):
        rate(stranger, ended(), stars=5)
    settle()
    assert measures.figures([name], 2026) == {}
    rate(stranger, ended(), stars=1)
    settle()
    figure = measures.figures([name], 2026)[name]
    assert (figure.numerator, figure.denominator, figure.value) == (4, 5, Decimal(80))
    rate(stranger, ended(), stars=1)
    settle()
    assert measures.figures([name], 2026)[name] == figure
    assert all(measures.history(each) == [] for each in publishing.TOLD)


def test_an_official_does_not_notice_that_a_dossier_was_rated(stranger: Actor, receiver: Actor, ended: Any) -> None:
    """Neither by its version, nor by who acted last, which a stale act is told."""
    dossier = ended()

    def seen() -> tuple[int, str]:
        with pytest.raises(Stale) as stale:
            actions.claim(receiver, dossier.id, version=999)
        return queries.dossier(receiver, dossier.id).version, stale.value.detail

    before = seen()
    rate(stranger, dossier, stars=1)
    assert seen() == before


def test_what_is_not_told_cannot_be_subtracted(stranger: Actor, agency: Agency, ended: Any) -> None:
    """Neither the list, nor the API, nor the strategy's pages have another sum that contains the small one."""
    for _n in range(4):
        rate(stranger, ended(), stars=1)
    settle()
    assert PublishedFigure.objects.count() == 0
    assert not measures.measure("dossiers.satisfied").local
    assert all(not measures.measure(name).local for name in publishing.TOLD)
    everybody = replace(stranger, grants=frozenset({Grant("leader", agency.id), Grant("province_admin", agency.id)}))
    for name in publishing.TOLD:
        assert measures.records(everybody, name, year=2026)[0] == []


def test_the_time_is_measured_against_the_article(agency: Agency, stranger: Actor, ended: Any) -> None:
    """Same-day term (Law 60/2014/QH13): received at 9, due at the end of that day; done that day is equal: 1 point.
    Received at 16 it is due the next working day: done within the hour is early: 2. Done the day after is late: 0."""
    friday, monday = "2026-11-06T09:00:00+07:00", "2026-11-05T16:00:00+07:00"
    for at, done in ((friday, 3), (friday, 4), (monday, 1), (monday, 1), (friday, 24 * 3 + 2)):
        ended(at=at, done=done)
    measures.rebuild("dossiers.criterion_1")
    settle()
    assert told(agency)["1"] == (Decimal("1.2"), 5)
    score = {c.number: c for c in queries.agency_ratings(ANONYMOUS, agency.id, 2026).criteria}[1].score
    assert score is not None
    assert not score.verified, "the circular was replaced on 15 September 2025"
    assert pack.sure_on(date(2025, 9, 14))
    assert not pack.sure_on(date(2025, 9, 15))


def test_a_complaint_counts_until_the_leader_finds_it_false(
    stranger: Actor, specialist: Actor, leader: Actor, agency: Agency, ended: Any
) -> None:
    complaints = [rate(stranger, ended(), stars=2, marks={7: 0}, comment="<b>Thô lỗ</b>") for _n in range(2)]
    for _n in range(4):
        rate(stranger, ended(), marks={7: 1})
    settle()
    assert told(agency)["7"] == (Decimal("0.7"), 6)
    key = Rating.objects.get(id=complaints[0].id).key
    with pytest.raises(Invalid):
        actions.answer_rating(specialist, key, outcome="unfounded", text="Không có chuyện đó")
    with pytest.raises(Invalid):
        actions.answer_rating(leader, key, outcome="unfounded", text="  ")
    actions.answer_rating(leader, key, outcome="unfounded", text="Đã xem lại, người góp ý nhầm nơi khác.")
    with pytest.raises(Conflict):
        actions.answer_rating(leader, key, outcome="answered", text="Lần nữa")
    run_waiting()
    kept = measures.breakdown("dossiers.criterion_7", "scope", 2026)[agency.id]
    assert (kept.numerator, kept.denominator) == (4, 5)
    assert queries.dossier(stranger, complaints[0].dossier_id).rating_reply.startswith("Đã xem lại")
    event = history(f"rating:{key}")
    assert len(event) == 1


def test_officials_read_ratings_in_batches_and_never_whose_they_are(
    stranger: Actor, receiver: Actor, mother: Actor, agency: Agency, ended: Any, django_assert_num_queries: Any
) -> None:
    made = [rate(stranger, ended(), comment=f"Lời {n}") for n in range(4)]
    settle()
    assert queries.received_ratings(receiver)[0] == []
    with pytest.raises(NotFound):
        actions.answer_rating(receiver, made[0].key, outcome="answered", text="Sớm quá")
    made.append(rate(stranger, ended(), comment="Lời 4"))
    settle()
    with django_assert_num_queries(1):
        seen, _next = queries.received_ratings(receiver)
    assert {row.comment for row in seen} == {f"Lời {n}" for n in range(5)}
    assert [row.key for row in seen] == sorted(row.key for row in seen), "in no order of theirs"
    words = repr(seen)
    for rating in made:
        assert str(rating.id) not in words
        assert str(rating.dossier_id) not in words
        assert rating.dossier.code not in words
    elsewhere = Agency.objects.exclude(id=agency.id).filter(kind="commune_committee").first()
    assert elsewhere is not None
    other = replace(receiver, grants=frozenset({Grant("leader", elsewhere.id)}))
    assert queries.received_ratings(other)[0] == []
    for key in (seen[0].key, uuid4()):
        with pytest.raises(NotFound):
            actions.answer_rating(other, key, outcome="answered", text="Không phải của tôi")
    himself = replace(receiver, account=stranger.account)
    assert queries.received_ratings(himself)[0] == [], "one's own rating is not one's own agency's to answer"
    with pytest.raises(NotFound):
        actions.answer_rating(himself, seen[0].key, outcome="answered", text="x")
    assert RatingReply.objects.count() == 0


def test_the_public_pages_show_figures_and_no_words(
    client: Client, stranger: Actor, agency: Agency, ended: Any
) -> None:
    for _n in range(6):
        rate(stranger, ended(), comment="<script>alert(1)</script> Cô Hai thô lỗ", marks={3: 1, 4: 2, 6: 1, 7: 1})
    settle()
    board = client.get("/danh-gia").content.decode()
    page = client.get(f"/danh-gia/{agency.id}").content.decode()
    api = client.get("/api/v1/ratings?year=2026").json()
    one = client.get(f"/api/v1/ratings/{agency.id}?year=2026").json()
    assert agency.name in board
    for said in (board, page, repr(api), repr(one)):
        assert "Cô Hai" not in said
        assert "alert(1)" not in said
    assert page.count("Chưa có nguồn số liệu") == 3, "criteria 5, 8, 9"
    assert "Chưa xác minh" in page
    assert api[0]["stars"]["sample"] == 6
    assert [c["score"] is not None for c in one["criteria"]] == [
        False,
        False,
        True,
        True,
        False,
        True,
        True,
        False,
        False,
    ]
    assert client.get(f"/danh-gia/{uuid4()}").status_code == 404
    assert client.get(f"/api/v1/ratings/{uuid4()}").status_code == 404
    for odd in ("?nam=abc", "?nam=99999999999", "?tim=%00%3Cb%3E"):
        assert client.get(f"/danh-gia{odd}").status_code == 200
