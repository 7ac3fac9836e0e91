"""Points of the rating criteria (Circular 01/2018/TT-VPCP, art. 13–15) and stars: sums over what was rated.

Numerator is the sum of points (0, 1, 2) or stars, denominator how many have one: the score is their quotient. After the
last day of the circular each part is marked unverified: the text that replaced it was not read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers import clocks, opinions
from tinhso.dossiers.belonging import agencies_then
from tinhso.dossiers.events import OpinionGiven, OpinionOverdue, Rated, RatingAnswered, ResultIssued
from tinhso.dossiers.measures.work import counts_of, ids_of, nobody, published
from tinhso.dossiers.models import Dossier, Opinion, Rating, RatingReply, ShareUnit, with_procedure
from tinhso.dossiers.pack import ratings as pack
from tinhso.dossiers.warning import OVERDUE
from tinhso.kernel import clock
from tinhso.kernel.among import among
from tinhso.kernel.events import Event
from tinhso.kernel.measures import Count, Line, Measure, register
from tinhso.kernel.measures.definition import Text
from tinhso.places import queries as places
from tinhso.places.queries import calendars_for

STARS = "dossiers.stars"
SATISFIED = "dossiers.satisfied"
#: Of each criterion that something measures: its measure.
OF_CRITERION = {number: f"dossiers.criterion_{number}" for number in (1, 2, 3, 4, 6, 7)}


def points_of_time(dossiers: Sequence[Dossier]) -> dict[UUID, int]:
    """Criterion 1: 2 the result was there on a day before the due day, 1 by the due time, 0 later.

    Only with a result, and under a sure term.
    """
    calendars = calendars_for({dossier.agency_id for dossier in dossiers})
    found = {}
    for dossier in dossiers:
        dossier.calendar = calendars[dossier.agency_id]
        due, done = clocks.due_at(dossier), dossier.finished_at
        if due is None or done is None or not dossier.deadline.verified:
            continue
        early = clock.local(done).date() < clock.local(due).date()
        found[dossier.id] = 2 if early else int(done <= due)
    return found


def _timed(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = {d.id: d for d in with_procedure(Dossier.objects.filter(id__in=among(ids), finished_at__isnull=False))}
    points = points_of_time(list(rows.values()))
    facts = [(id, rows[id].agency_id, rows[id].finished_at, True) for id in points]
    counted = counts_of([(id, agency, at, inside) for id, agency, at, inside in facts if at])
    return {id: _pointed(count, points[id]) for id, count in counted.items()}


def _shares(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    """Criterion 2, of agencies that were asked for an opinion: 2 it was given on a day before the end of their share
    (in hours: an hour before), 1 by that end, 0 later or not at all; it counts for the agency that was asked."""
    rows = Opinion.objects.filter(_TIMED, id__in=among(ids)).select_related("dossier")
    asked = opinions.prepared(rows.defer("dossier__data", "dossier__sources"))
    seats, found = places.seats({row.agency_id for row in asked if row.agency_id}), {}
    for row in asked:
        if row.agency_id is None:
            continue
        due, done = row.due, row.answered_at
        points = 0 if done is None else 2 if _early(row, done) else int(done <= due)
        count = Count(clock.local(done or due).date(), 0, scope=row.agency_id, place=seats.get(row.agency_id))
        found[row.id] = _pointed(count, points)
    return found


def _early(opinion: Opinion, done: datetime) -> bool:
    if opinion.unit == ShareUnit.HOURS:
        return done + timedelta(hours=1) <= opinion.due
    return clock.local(done).date() < clock.local(opinion.due).date()


#: Opinions of agencies of the house that were given, or whose share ended without one.
_TIMED = Q(agency__isnull=False) & (Q(answered_at__isnull=False) | Q(warned__contains=[OVERDUE]))


def _pointed(count: Count, points: int) -> Count:
    return replace(count, numerator=points, unverified=not pack.sure_on(count.day))


def _rated(ids: Sequence[UUID], points: Callable[[Rating], int | None]) -> Mapping[UUID, Count]:
    rows = {r.dossier_id: r for r in Rating.objects.filter(dossier__in=among(ids)).select_related("dossier", "reply")}
    found = {id: value for id, rating in rows.items() if (value := points(rating)) is not None}
    counted = counts_of([(id, rows[id].dossier.agency_id, rows[id].created_at, True) for id in found])
    return {id: _pointed(count, found[id]) for id, count in counted.items()}


def _marked(number: int) -> Callable[[Sequence[UUID]], Mapping[UUID, Count]]:
    return lambda ids: _rated(ids, lambda rating: rating.marks.get(str(number)))


def _starred(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    return {id: replace(count, unverified=False) for id, count in _rated(ids, lambda rating: rating.stars).items()}


def _behaved(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    """Criterion 7: 0 a complaint, unless it was found false; else by the time, 2 early, 1 in time. Late without a
    complaint the circular does not say."""
    timed = points_of_time(list(with_procedure(Dossier.objects.filter(id__in=among(ids), finished_at__isnull=False))))

    def points(rating: Rating) -> int | None:
        mark, reply = rating.marks.get("7"), getattr(rating, "reply", None)
        if mark == 0:
            return None if reply and reply.outcome == RatingReply.Outcome.UNFOUNDED else 0
        return (timed.get(rating.dossier_id) or None) if mark == 1 else None

    return _rated(ids, points)


def _none(ids: Sequence[UUID]) -> list[Line]:
    """Nobody opens a rating to its dossier."""
    return []


def agencies_of(ratings: Sequence[Rating]) -> list[UUID]:
    """Whose each was when it was given."""
    return agencies_then((r.dossier_id, r.dossier.agency_id, r.created_at) for r in ratings)


def _criterion(
    number: int,
    title: Text,
    count: Callable[[Sequence[UUID]], Mapping[UUID, Count]],
    changes: Mapping[type[Event], Callable[[Any], UUID]],
    every: Callable[[], Iterator[UUID]],
) -> None:
    register(
        Measure(
            name=OF_CRITERION[number],
            title=title,
            unit=_("điểm"),
            definition=_(
                "Tổng điểm 0, 1, 2 theo Thông tư 01/2018/TT-VPCP, Điều 13–15; điểm trung bình là tổng chia số hồ sơ."
            ),
            numerator=_("tổng điểm"),
            denominator=_("hồ sơ có điểm"),
            changes=changes,
            count=count,
            every=every,
            show=_none,
            scopes=nobody,
            share=False,
            local=False,
            told=published(OF_CRITERION[number]),
        )
    )


def _every_rated() -> Iterator[UUID]:
    return ids_of(Rating.objects.all(), "dossier_id")


_RATED: dict[type[Event], Callable[[Any], UUID]] = {Rated: lambda event: event.dossier}
_criterion(
    1,
    _("Tiêu chí 1: thời gian giải quyết so với quy định"),
    _timed,
    {ResultIssued: lambda event: event.dossier},
    lambda: ids_of(Dossier.objects.filter(finished_at__isnull=False), "id"),
)
_criterion(
    2,
    _("Tiêu chí 2: thời gian của từng cơ quan được lấy ý kiến"),
    _shares,
    {OpinionGiven: lambda event: event.opinion, OpinionOverdue: lambda event: event.opinion},
    lambda: ids_of(Opinion.objects.filter(_TIMED), "id"),
)
_criterion(3, _("Tiêu chí 3: số lần liên hệ để hoàn thiện hồ sơ"), _marked(3), _RATED, _every_rated)
_criterion(4, _("Tiêu chí 4: số cơ quan phải liên hệ"), _marked(4), _RATED, _every_rated)
_criterion(6, _("Tiêu chí 6: công khai thủ tục"), _marked(6), _RATED, _every_rated)
_criterion(
    7,
    _("Tiêu chí 7: thái độ của cán bộ, công chức"),
    _behaved,
    {**_RATED, RatingAnswered: lambda event: event.dossier},
    _every_rated,
)
register(
    Measure(
        name=STARS,
        title=_("Số sao người nộp chấm"),
        unit=_("sao"),
        definition=_("Tổng số sao, 1 đến 5; trung bình là tổng chia số lượt chấm."),
        numerator=_("tổng số sao"),
        denominator=_("lượt chấm"),
        changes={Rated: lambda event: event.dossier},
        count=_starred,
        every=lambda: ids_of(Rating.objects.all(), "dossier_id"),
        show=_none,
        scopes=nobody,
        share=False,
        local=False,
        told=published(STARS),
    )
)
