"""Telling officials that a step, a whole dossier or the share of an agency that is asked is close to due or late: by
the rules of the pack, each once.

What was told is a row (`Warned`) of the step, the rule and the due time: a job that runs twice tells once, and a due
time that moved is a new matter.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tinhso.dossiers import warning
from tinhso.dossiers.models import Step, Warned, with_procedure
from tinhso.dossiers.pack import EscalationRule, rules
from tinhso.dossiers.policies import DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.notify import notify
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

#: How many steps one run looks at for one rule and calendar; the next run goes on.
AT_ONCE = 500
#: What was late before that is no news.
LATELY = timedelta(days=7)


def warn(now: datetime | None = None) -> int:
    """Tell whoever the rules name; how many warnings were given. Repeatable."""
    now, told = now or clock.now(), 0
    agencies = list(Step.objects.filter(ended_at=None).order_by().values_list("agency_id", flat=True).distinct())
    calendars = places.calendars_for(agencies)
    staff = _Staff()
    for rule in (rule for rule in rules() if rule.of != "opinion"):
        until: dict[datetime, list[UUID]] = defaultdict(list)
        for agency in agencies:
            until[calendars[agency].add_working_hours(now, rule.hours_left)].append(agency)
        for horizon, of in until.items():
            told += _warn(rule, of, horizon, now, staff)
    of_opinions = [rule for rule in rules() if rule.of == "opinion"]
    return told + warning.warn(of_opinions, now, now - LATELY, staff.holding)


def _warn(rule: EscalationRule, agencies: list[UUID], horizon: datetime, now: datetime, staff: "_Staff") -> int:
    told = 0
    with transaction.atomic():
        for step in _close(rule, agencies, horizon, now)[:AT_ONCE]:
            due = step.due_at if rule.of == "step" else step.sort_at
            if due is None or not Warned.objects.get_or_create(step=step, rule=rule.id, due_at=due)[1]:
                continue
            accounts = staff.named(step, rule.tell)
            if accounts:
                notify(accounts, _kind(rule), _context(step, due), subject=f"dossier:{step.dossier_id}")
                told += 1
    return told


def _close(rule: EscalationRule, agencies: list[UUID], horizon: datetime, now: datetime) -> "QuerySet[Step]":
    """Open steps whose time ends by the horizon and of which this rule has not spoken: late ones only by a rule of late
    ones, and only what became late lately, so that nobody is told of the past of years.
    Nothing is late by a whole term that nobody verified."""
    due = "due_at" if rule.of == "step" else "sort_at"
    since = now if rule.hours_left else now - LATELY
    spoken = Warned.objects.filter(step=OuterRef("pk"), rule=rule.id, due_at=OuterRef(due))
    steps = Step.objects.filter(
        agency__in=agencies, ended_at=None, **{f"{due}__lte": horizon, f"{due}__gt": since}
    ).exclude(Exists(spoken))
    if rule.of == "whole":
        steps = steps.filter(dossier__received_at__isnull=False, dossier__finished_at=None)
        steps = steps.exclude(dossier__procedure_version__in=procedures.untimed_versions())
    return with_procedure(
        steps.select_related("dossier").defer("dossier__data", "dossier__sources"), "dossier__"
    ).order_by(due, "id")


def _kind(rule: EscalationRule) -> str:
    return f"dossiers.{rule.of}_{'soon' if rule.hours_left else 'late'}"


def _context(step: Step, due: datetime) -> dict[str, str]:
    """Codes and times only: a notification names no applicant."""
    return {
        "code": step.dossier.code,
        "step": step.title,
        "procedure": step.dossier.procedure_version.name,
        "dossier": str(step.dossier_id),
        "due": f"{clock.local(due):%H:%M, %d/%m/%Y}",
    }


class _Staff:
    """Who holds which role at which agency now, asked once for each."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, str], set[UUID]] = {}

    def named(self, step: Step, tell: Iterable[str]) -> set[UUID]:
        """The accounts that a rule names for this step; never the applicant, to whom the dossier is their own."""
        found: set[UUID] = set()
        for who in tell:
            if who != "holder":
                found |= self.holding(step.agency_id, who)
            elif step.holder_id is not None:
                found.add(step.holder_id)
            elif step.role in DESK_ROLES:
                found |= self.holding(step.agency_id, step.role)
        return found - {step.dossier.applicant_account_id}

    def holding(self, agency: UUID, role: str) -> set[UUID]:
        if (agency, role) not in self._known:
            self._known[agency, role] = {official.account for official in people.officials_at(agency, role)}
        return self._known[agency, role]
