"""A trial is asked for, done by a job, kept, and read."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers.events import ProcessTried
from tinhso.dossiers.models import ProcessTrial
from tinhso.dossiers.trials.going import Ways
from tinhso.dossiers.trials.measuring import past
from tinhso.dossiers.trials.reporting import Report, compare, report_from
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Stale
from tinhso.kernel.events import emit
from tinhso.kernel.http import paged
from tinhso.kernel.jobs import job
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures.bpmn import BpmnError
from tinhso.procedures.policies import STUDIO
from tinhso.procedures.studio import reading
from tinhso.procedures.studio.checking import mistakes

State = ProcessTrial.State
YEAR = timedelta(days=365)
GIVEN_UP = timedelta(minutes=30)  #: a trial that says nothing for so long died with its worker


def ask_trial(actor: Actor, draft_id: UUID, version: int) -> ProcessTrial:
    """Have last year's dossiers run through a draft.

    Raises Denied, NotFound, Invalid (mistakes), Conflict (one runs), Stale.
    """
    STUDIO.require(actor)
    draft = reading.draft(actor, draft_id)
    if draft.version != version:
        raise Stale(_("Bản thảo đã đổi từ khi bạn mở trang. Tải lại trang rồi chạy thử."))
    if mistakes(draft.base.spec, reading.draft_content(draft)):
        raise Invalid(_("Bản thảo còn lỗi nên chưa chạy thử được. Sửa hết lỗi trước."))
    today = clock.today()
    dead = ProcessTrial.objects.filter(draft=draft, state__in=(State.WAITING, State.RUNNING))
    dead.filter(created_at__lt=clock.now() - GIVEN_UP).update(state=State.FAILED, fault=_("Máy dừng giữa chừng."))
    try:
        with transaction.atomic():
            made = ProcessTrial.objects.create(
                draft=draft,
                draft_version=draft.version,
                code=draft.code,
                first_day=today - YEAR,
                last_day=today - timedelta(days=1),
                asked_by_name=actor.name,
            )
            run_trial.defer(trial=str(made.id))
            told = ProcessTried(made.id, draft.id, draft.code, draft.version)
            emit(actor, told, subject=f"procedure:{draft.code}")
    except IntegrityError:
        raise Conflict(_("Bản thảo này đang được chạy thử. Chờ xong rồi chạy lại.")) from None
    return made


@job(name="dossiers.run_trial", retries=2, alone=True)
def run_trial(trial: str) -> None:
    """Last year's dossiers through a draft of a process."""
    run(UUID(trial))


def run(trial_id: UUID) -> None:
    """Do it, once; a second run finds it done and begins nothing. Slow: 100,000 dossiers take half a minute."""
    found = ProcessTrial.objects.select_related("draft", "draft__base").filter(id=trial_id).first()
    if found is None or found.state == State.DONE:
        return
    draft = found.draft
    ProcessTrial.objects.filter(id=trial_id).update(state=State.RUNNING, progress=0, draft_version=draft.version)
    try:
        law, drawn = (
            Ways(one.bpmn, one.roles) for one in (reading.content_of(draft.base), reading.draft_content(draft))
        )
        report = _compared(found, law, drawn)
    except (BpmnError, StopIteration, RecursionError) as error:
        ProcessTrial.objects.filter(id=trial_id).update(state=State.FAILED, fault=str(error)[:500])
        return
    ProcessTrial.objects.filter(id=trial_id).update(
        state=State.DONE, progress=100, report=report.as_json(), done_at=clock.now(), fault=""
    )


def _compared(found: ProcessTrial, law: Ways, drawn: Ways) -> Report:
    def said(read: int, of: int) -> None:
        ProcessTrial.objects.filter(id=found.id).update(progress=min(95, 95 * read // max(of, 1)))

    answers = law.needs_answers or drawn.needs_answers
    pasts = list(past(found.code, found.first_day, found.last_day, answers, said))
    names = places.names({one.agency for one in pasts})
    return compare(pasts, law, drawn, names, f"{found.draft_id}")


def trial(actor: Actor, trial_id: UUID) -> ProcessTrial:
    """Raises Denied, NotFound."""
    STUDIO.require(actor)
    found = ProcessTrial.objects.select_related("draft").filter(id=trial_id).first()
    if found is None:
        raise NotFound
    return found


def of_draft(
    actor: Actor, draft_id: UUID, cursor: str | None = None, limit: int = 10
) -> tuple[list[ProcessTrial], str | None]:
    """The trials of a draft, the newest first, without their reports. Raises Denied, Invalid."""
    STUDIO.require(actor)
    rows = ProcessTrial.objects.defer("report").filter(draft=draft_id)
    return paged(rows, cursor=cursor, limit=limit, by=["-id"])


def report_of(found: ProcessTrial) -> Report | None:
    """None while it is not done."""
    return report_from(found.report) if found.state == State.DONE else None
