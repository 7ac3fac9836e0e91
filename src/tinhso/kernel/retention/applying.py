"""Applying the rules: each night, in portions, on record. A dry run only counts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import structlog
from django.db import transaction

from tinhso.kernel import clock
from tinhso.kernel.events import Event, emit
from tinhso.kernel.jobs import job, periodic
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.retention.rules import Rule, rules
from tinhso.kernel.retention.subjects import Subject, subjects

#: Things removed in one transaction, and portions of one subject in a night: the rest waits for the next.
PORTION, PORTIONS = 500, 100

log = structlog.get_logger()


@dataclass(frozen=True)
class RetentionApplied(Event):
    """What was older than its rule allows is gone; how much of it."""

    TYPE: ClassVar[str] = "vn.tinhso.kernel.retention-applied"
    of: str
    before: date
    removed: int
    days: int
    source: str


@dataclass(frozen=True)
class Outcome:
    """A subject, its rule (None: the pack has none), what is due by it, and what was removed."""

    subject: str
    title: str
    rule: Rule | None
    due: int
    removed: int = 0

    @property
    def applied(self) -> bool:
        return self.rule is not None and self.rule.applied


def outlook() -> list[Outcome]:
    """What the next night would do: each subject with its rule and how much is due."""
    known = rules()
    return [
        Outcome(name, str(subject.title), known.get(name), _due(subject, known.get(name))) for name, subject in subjects
    ]


def apply() -> list[Outcome]:
    """Remove what is due by verified rules; one event a subject. Unverified rules only count."""
    known = rules()
    return [_applied(name, subject, known.get(name)) for name, subject in subjects]


def _due(subject: Subject, rule: Rule | None) -> int:
    if rule is None or rule.forever:
        return 0
    return subject.count(rule.before(_now(subject)))


def _now(subject: Subject) -> datetime:
    return clock.real() if subject.real_time else clock.now()


def _applied(name: str, subject: Subject, rule: Rule | None) -> Outcome:
    due = _due(subject, rule)
    removed = 0
    if rule is not None and rule.applied and subject.remove is not None:
        before = rule.before(_now(subject))
        for _portion in range(PORTIONS):
            taken = subject.remove(before, PORTION)
            removed += taken
            if taken == 0:
                break
        if removed:
            day = clock.local(before).date()
            told = RetentionApplied(name, day, removed, rule.days or 0, rule.source)
            with transaction.atomic():
                emit(SYSTEM, told, subject=f"retention:{name}")
            log.info("retention applied", subject=name, removed=removed)
    return Outcome(name, str(subject.title), rule, due, removed)


@periodic("20 2 * * *")
@job(name="kernel.apply_retention", waiting_once=True)
def apply_retention() -> None:
    """Each night. A night that was killed halfway goes on in the next."""
    apply()
