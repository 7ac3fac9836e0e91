"""Agencies that are asked for their opinion are told in time, and who asked that they are late: by the pack's rules.

What was told is kept on the opinion. Besides the rules of the pack: that a share is over is an event, once, for the
measures; whom a reorganisation made the one who is asked hears of it; whoever is asked hears when the dossier ends.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from tinhso.dossiers import flow, opinions
from tinhso.dossiers.events import OpinionOverdue
from tinhso.dossiers.models import Opinion
from tinhso.dossiers.pack import EscalationRule
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM
from tinhso.places import queries as places

#: Marks beside the rules: the share is over; the question came with a reorganisation; the dossier has ended.
OVERDUE, MOVED, ENDED = "=overdue", "=moved", "=ended"
#: Opinions in one transaction.
AT_ONCE = 100

#: Who holds a role at an agency.
Holding = Callable[[UUID, str], set[UUID]]


def warn(rules: Iterable[EscalationRule], now: datetime, since: datetime, holding: Holding) -> int:
    """Tell what is to be told; how many were told something. ``since``: what was late before is no news to anybody."""
    told = 0
    for rule in rules:
        told += _by_rule(rule, now, since, holding)
    _all(_unmarked(opinions.waiting().filter(due_at__lte=now), OVERDUE), _overdue)
    _all(opinions.waiting().filter(warned__contains=[MOVED]), _moved)
    over = Opinion.objects.filter(answered_at=None, taken_back_at=None, agency__isnull=False)
    ended = Q(dossier__closed_at__isnull=False) | Q(dossier__finished_at__isnull=False)
    _all(_unmarked(over.filter(ended), ENDED), _ended)
    return told


def _unmarked(rows: "QuerySet[Opinion]", mark: str) -> "QuerySet[Opinion]":
    return rows.exclude(warned__contains=[mark])


def _by_rule(rule: EscalationRule, now: datetime, since: datetime, holding: Holding) -> int:
    """Those whose share ends within the rule's working hours, or has ended since lately."""
    agencies = set(opinions.waiting().order_by().values_list("agency", "dossier__agency").distinct())
    calendars = places.calendars_for({asked or asks for asked, asks in agencies}) if agencies else {}
    horizon = max((c.add_working_hours(now, rule.hours_left) for c in calendars.values()), default=now)
    rows = opinions.waiting().filter(due_at__lte=horizon, due_at__gt=now if rule.hours_left else since)

    def tell(opinion: Opinion) -> bool:
        ahead = opinion.calendar.add_working_hours
        if rule.hours_left and not opinion.due <= ahead(now, rule.hours_left):
            return False
        opinion.warned = [*opinion.warned, rule.id]
        if rule.hours_left and opinion.due <= ahead(opinion.asked_at, rule.hours_left):
            return False  # the whole share is no longer than this: asked just now, they know
        return _told(opinion, rule, holding)

    return _all(_unmarked(rows, rule.id), tell)


def _told(opinion: Opinion, rule: EscalationRule, holding: Holding) -> bool:
    kind, number = f"dossiers.opinion_{'soon' if rule.hours_left else 'late'}", 0
    for who in rule.tell:
        if who == "holder":
            number += opinions.tell(opinions.askers(opinion), f"{kind}_asker", opinion)
        elif who == "receiver":
            number += opinions.tell(holding(opinion.dossier.agency_id, who), f"{kind}_asker", opinion)
        elif opinion.agency_id is not None:
            number += opinions.tell(holding(opinion.agency_id, who), kind, opinion)
    return number > 0


def _overdue(opinion: Opinion) -> bool:
    opinion.warned = [*opinion.warned, OVERDUE]
    event = OpinionOverdue(opinion.dossier_id, opinion.dossier.version, opinion.id)
    emit(SYSTEM, event, subject=flow.subject(opinion.dossier))
    return True


def _moved(opinion: Opinion) -> bool:
    opinion.warned = [mark for mark in opinion.warned if mark != MOVED]
    return opinions.tell(opinions.answerers(opinion), "dossiers.opinion_asked", opinion) > 0


def _ended(opinion: Opinion) -> bool:
    opinion.warned = [*opinion.warned, ENDED]
    return opinions.tell(opinions.answerers(opinion), "dossiers.opinion_ended", opinion) > 0


def _all(rows: "QuerySet[Opinion]", act: Callable[[Opinion], bool]) -> int:
    """Act on each, in portions, each locked only for its portion, unless it was answered or taken back meanwhile; how
    many times something was told. What an act leaves as it was is looked at again in the next run."""
    ids, done = list(rows.order_by("due_at", "id").values_list("id", flat=True)), 0
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            portion = (
                rows.filter(id__in=ids[start : start + AT_ONCE]).select_related("dossier").order_by("due_at", "id")
            )
            held = portion.select_for_update(of=("self",), skip_locked=True).defer("dossier__data", "dossier__sources")
            for opinion in opinions.prepared(held):
                before = opinion.warned
                done += act(opinion)
                if opinion.warned != before:
                    opinion.save(update_fields=["warned"])
    return done
