"""When an official's duties pass to somebody else, so does their inbox: open steps go to the stand-in or to the queue.

Nothing is lost: the old holder's row ends as a hand-over (form 05 shows who held it, until when and why), and a new row
of the same step opens. A step whose signature was already ordered stays: the job that makes it ends it.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from tinhso.dossiers import flow
from tinhso.dossiers.events import HandedOver, ReturnedToQueue
from tinhso.dossiers.models import Dossier, SigningSession, Step
from tinhso.dossiers.policies import READ
from tinhso.dossiers.taking import taken
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM
from tinhso.people import queries as people


def pass_on(account: UUID, agency: UUID, role: str, to_account: UUID | None, reason: str) -> int:
    """Pass the open steps that the account holds in this role at this agency on; how many. Repeatable."""
    names = {official.account: official.full_name for official in people.officials_at(agency, role)}
    if to_account not in names or to_account == account:
        to_account = None
    signing = SigningSession.objects.exclude(state=SigningSession.State.DONE).filter(
        signature__result__dossier=OuterRef("dossier"), signature__account_id=account
    )
    held = (
        Step.objects.filter(holder_id=account, agency_id=agency, role=role, ended_at=None)
        .exclude(Exists(signing))
        .order_by("dossier_id")
        .values_list("dossier_id", "id")
    )
    passed = 0
    for dossier_id, step_id in list(held):
        try:
            with taken(SYSTEM, dossier_id, None, READ, _("chuyển việc của người nghỉ hoặc chuyển công tác")) as dossier:
                passed += _pass_step(dossier, step_id, account, to_account, names, reason)
        except (Conflict, NotFound):
            continue  # it ended in the meantime
    return passed


def _pass_step(
    dossier: Dossier, step_id: UUID, account: UUID, to_account: UUID | None, names: dict[UUID, str], reason: str
) -> int:
    step = Step.objects.filter(id=step_id, holder_id=account, ended_at=None).first()
    if step is None:
        return 0
    to = None if to_account == dossier.applicant_account_id else to_account
    now = clock.now()
    step.ended_at, step.ended_version, step.outcome = now, dossier.version, flow.HANDED_OVER
    step.ended_by_name, step.note = SYSTEM.name, _why(reason)
    step.save()
    following = Step.objects.create(
        dossier=dossier,
        task=step.task,
        title=step.title,
        role=step.role,
        agency_id=step.agency_id,
        number=Step.objects.filter(dossier=dossier).count() + 1,
        due_at=step.due_at,
        sort_at=step.sort_at,
        holder_id=to,
        holder_name=names[to] if to else "",
        held_at=now if to else None,
    )
    told = (
        HandedOver(dossier=dossier.id, version=dossier.version, step=following.id, task=step.task, to_account=to)
        if to
        else ReturnedToQueue(dossier=dossier.id, version=dossier.version, step=following.id, task=step.task)
    )
    emit(SYSTEM, told, subject=flow.subject(dossier))
    return 1


def _why(reason: str) -> str:
    return {
        "leave": _("Người giữ bước nghỉ, việc được chuyển."),
        "came_back": _("Người nghỉ đã trở lại, người thay giao lại việc."),
    }.get(reason, _("Người giữ bước thôi vai trò này, việc được chuyển."))
