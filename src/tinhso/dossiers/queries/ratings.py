"""Ratings: the public figures of agencies, and what the officials of an agency read."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Q

from tinhso.dossiers.measures.ratings import OF_CRITERION, SATISFIED, STARS
from tinhso.dossiers.models import PublishedFigure, Rating, RatingReply
from tinhso.dossiers.pack import ratings as pack
from tinhso.dossiers.policies import BOOKS, COUNTS
from tinhso.dossiers.queries.filtering import agencies_of, not_own
from tinhso.kernel import clock, disclosure
from tinhso.kernel.errors import NotFound
from tinhso.kernel.http import paged
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places

#: What a person reads of it under "Ai đã xem dữ liệu của tôi".
READ_PURPOSE = "Đọc góp ý về cơ quan, không thấy tên và mã hồ sơ"


@dataclass(frozen=True)
class Score:
    """A figure told: ``value`` is an average (stars, points) or a per cent, over ``sample`` ratings. ``verified``: none
    of it rests on criteria whose text was not read."""

    value: Decimal
    sample: int
    verified: bool
    told_at: datetime


@dataclass(frozen=True)
class AgencyScores:
    """What is told of an agency; None: fewer than `least` ratings, or nothing measures it."""

    agency: UUID
    name: str
    stars: Score | None
    satisfied: Score | None
    time: Score | None


@dataclass(frozen=True)
class CriterionScore:
    """A criterion of the circular. ``measured``: something does; then without a score there are too few."""

    number: int
    name: str
    says: str
    measured: bool
    score: Score | None


@dataclass(frozen=True)
class AgencyRatings:
    agency: UUID
    name: str
    year: int
    stars: Score | None
    satisfied: Score | None
    criteria: list[CriterionScore]
    least: int
    source: str
    unverified: bool  #: the criteria are used past the last day of their text


@dataclass(frozen=True)
class RatingSaid:
    """A rating as officials of its agency see it: no dossier, no day, no name. ``answers``: (question, answer)."""

    key: UUID
    agency: UUID
    year: int
    stars: int
    comment: str
    answers: list[tuple[str, str]]
    complaint: bool
    reply: str
    reply_outcome: str
    reply_by: str


def rating_years(actor: Actor) -> list[int]:
    """Years of which something is told, the newest first."""
    COUNTS.require(actor)
    return list(PublishedFigure.objects.order_by("-year").values_list("year", flat=True).distinct())


def rated_agencies(actor: Actor, year: int | None = None) -> list[AgencyScores]:
    """The agencies of which something is told, by name. Two queries: one line for each agency at most."""
    COUNTS.require(actor)
    figures = _figures(Q(year=year or clock.today().year, measure__in=[STARS, SATISFIED, *OF_CRITERION.values()]))
    agencies = sorted({agency for agency, _measure in figures})
    names = places.names(agencies)
    rows = [
        AgencyScores(
            agency,
            names.get(agency, ""),
            figures.get((agency, STARS)),
            figures.get((agency, SATISFIED)),
            figures.get((agency, OF_CRITERION[1])),
        )
        for agency in agencies
    ]
    return sorted(rows, key=lambda row: (row.name, row.agency))


def agency_ratings(actor: Actor, agency: UUID, year: int | None = None) -> AgencyRatings:
    """The criteria of an agency. Two queries. Raises NotFound for what is no agency."""
    COUNTS.require(actor)
    of_year = year or clock.today().year
    name = places.names([agency]).get(agency)
    if name is None or not places.agency(agency):
        raise NotFound
    figures = _figures(Q(year=of_year, agency=agency))
    kept = pack.rules()
    criteria = [
        CriterionScore(
            one.number,
            one.name,
            one.says,
            one.measured != "none",
            figures.get((agency, OF_CRITERION[one.number])) if one.number in OF_CRITERION else None,
        )
        for one in sorted(kept.criteria if kept else [], key=lambda one: one.number)
    ]
    return AgencyRatings(
        agency,
        name,
        of_year,
        figures.get((agency, STARS)),
        figures.get((agency, SATISFIED)),
        criteria,
        pack.least(),
        kept.source if kept else "",
        kept is None or kept.unverified or (kept.valid_to is not None and of_year >= kept.valid_to.year),
    )


def _figures(of: Q) -> dict[tuple[UUID, str], Score]:
    found = {}
    for row in PublishedFigure.objects.filter(of):
        value = Decimal(row.numerator * (100 if row.measure == SATISFIED else 1)) / row.denominator
        rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)  # art. 15: rounded to one decimal
        found[row.agency_id, row.measure] = Score(rounded, row.denominator, not row.unverified, row.told_at)
    return found


def received_ratings(
    actor: Actor, *, with_words: bool = False, cursor: str | None = None, limit: int = 20
) -> tuple[list[RatingSaid], str | None]:
    """What was said of the actor's agencies, the latest batch first and within it in no order. Two queries.

    Raises Denied, Invalid for a bad cursor."""
    BOOKS.require(actor)
    rows = Rating.objects.filter(
        not_own(actor, "dossier__"), dossier__agency__in=agencies_of(actor), shown_at__isnull=False
    ).select_related("dossier", "reply")
    rows = rows.exclude(comment="") if with_words else rows
    found, following = paged(
        rows.defer("dossier__data", "dossier__sources"), cursor=cursor, limit=limit, by=("-shown_at", "key")
    )
    for row in found:
        _note(actor, row)
    return [_said(row) for row in found], following


def _note(actor: Actor, rating: Rating) -> None:
    person = rating.dossier.applicant_person_id or rating.dossier.applicant_account_id
    if rating.comment and person is not None:
        fields = ["dossiers.Rating.comment"]
        disclosure.note(
            actor, person=person, record=f"dossier:{rating.dossier_id}", fields=fields, purpose=READ_PURPOSE
        )


def _said(rating: Rating) -> RatingSaid:
    reply = getattr(rating, "reply", None)
    answers = [
        (one.question, next(c.words for c in one.choices if c.points == rating.marks[str(one.number)]))
        for one in pack.asked()
        if rating.marks.get(str(one.number)) in {c.points for c in one.choices}
    ]
    return RatingSaid(
        key=rating.key,
        agency=rating.dossier.agency_id,
        year=clock.local(rating.created_at).year,
        stars=rating.stars,
        comment=rating.comment,
        answers=answers,
        complaint=rating.marks.get("7") == 0,
        reply=reply.text if reply else "",
        reply_outcome=str(RatingReply.Outcome(reply.outcome).label) if reply else "",
        reply_by=reply.by_name if reply else "",
    )
