"""Last year's dossiers through a draft of a process: asked for, watched, read."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema, Status

from tinhso.dossiers import trials
from tinhso.dossiers.models import ProcessTrial
from tinhso.dossiers.trials.reporting import ASSUMED, Report
from tinhso.kernel.http import IF_MATCH, Page
from tinhso.kernel.http.paging import Cursor, Limit
from tinhso.kernel.http.versions import version_sent
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.procedures.policies import STUDIO
from tinhso.procedures.studio import reading

router = Router()


class TrialLine(Schema):
    """A trial. `progress` in percent; `fault` says why it failed."""

    id: UUID
    process_draft: UUID
    draft_version: int
    procedure: str
    first_day: date
    last_day: date
    state: str
    progress: int
    fault: str
    asked_by: str
    done_at: datetime | None


class TrialOut(TrialLine):
    """With its report once it is done: hours are working hours; `assumed` says what the numbers rest on."""

    report: Report | None
    assumed: list[str]


def _line(found: ProcessTrial) -> dict[str, Any]:
    return {
        "id": found.id,
        "process_draft": found.draft_id,
        "draft_version": found.draft_version,
        "procedure": found.code,
        "first_day": found.first_day,
        "last_day": found.last_day,
        "state": found.state,
        "progress": found.progress,
        "fault": found.fault,
        "asked_by": found.asked_by_name,
        "done_at": found.done_at,
    }


@router.post(
    "/process-drafts/{process_draft}/trials",
    response={202: TrialLine},
    openapi_extra=IF_MATCH,
    summary="Run last year's dossiers through the draft, in a job",
)
@guard(STUDIO)
def ask(request: ActedRequest, process_draft: UUID) -> Any:
    return Status(202, _line(trials.ask_trial(request.actor, process_draft, version_sent(request))))


@router.get("/process-drafts/{process_draft}/trials", response=Page[TrialLine], summary="Trials, the newest first")
@guard(STUDIO)
def of_draft(request: ActedRequest, process_draft: UUID, cursor: Cursor = None, limit: Limit = 50) -> Any:
    draft = reading.draft(request.actor, process_draft)
    found, after = trials.of_draft(request.actor, draft.id, cursor, limit)
    return {"items": [_line(one) for one in found], "next_cursor": after}


@router.get("/process-trials/{trial_id}", response=TrialOut, summary="A trial and its report")
@guard(STUDIO)
def trial(request: ActedRequest, trial_id: UUID) -> Any:
    found = trials.trial(request.actor, trial_id)
    return {**_line(found), "report": trials.report_of(found), "assumed": [str(words) for words in ASSUMED]}
