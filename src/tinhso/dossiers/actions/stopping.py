"""What makes the legal time of a dossier stand and run on: a suspension, the applicant's own wait; for money see
`charging`.

One reason at a time. While it stands no step of the process ends; what was left runs on afterwards (`reckoning`).
"""

from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import flow
from tinhso.dossiers.events import Resumed, Suspended, WaitBegan, WaitEnded
from tinhso.dossiers.models import Dossier, Pause, Phase
from tinhso.dossiers.pack import Made
from tinhso.dossiers.paperwork import issue
from tinhso.dossiers.pausing import run_on, stop
from tinhso.dossiers.policies import DESK, SUSPEND, WAIT
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.policy import Actor


def suspend(actor: Actor, dossier_id: UUID, *, reason: str, version: int) -> Pause:
    """ "Dừng giải quyết" (national status 8) until `resume`; the leader decides. Raises Invalid, Conflict, Denied."""
    with taken(actor, dossier_id, version, DESK, _("dừng giải quyết")) as dossier:
        SUSPEND.require(actor, dossier)
        _not_signed(dossier)
        pause = stop(actor, dossier, Pause.Cause.SUSPENSION, _reason(reason))
        flow.tell(dossier, Suspended(dossier.id, dossier.version, pause.id, pause.began_at))
        issue(actor, dossier, Made.SUSPENDED, f"pause:{pause.id}", pause)
    return pause


def resume(actor: Actor, dossier_id: UUID, *, note: str, version: int) -> Pause:
    """The suspension ends, with the reason; the remainder runs on. Raises Invalid, Conflict, Denied."""
    with taken(actor, dossier_id, version, DESK, _("cho giải quyết tiếp")) as dossier:
        SUSPEND.require(actor, dossier)
        if not sentence(note):
            raise Invalid(fields={"note": _("Ghi vì sao được giải quyết tiếp.")})
        pause, now = run_on(actor, dossier, Pause.Cause.SUSPENSION, note)
        flow.tell(dossier, Resumed(dossier.id, dossier.version, pause.id, now))
    return pause


def await_applicant(actor: Actor, dossier_id: UUID, *, reason: str, version: int) -> Pause:
    """The applicant asked to wait, or must do something that is no paper (an inspection put off). Raises like above."""
    with taken(actor, dossier_id, version, DESK, _("chờ người nộp")) as dossier:
        WAIT.require(actor, dossier)
        _not_signed(dossier)
        pause = stop(actor, dossier, Pause.Cause.APPLICANT, _reason(reason))
        flow.tell(dossier, WaitBegan(dossier.id, dossier.version, pause.id, pause.began_at))
    return pause


def applicant_ready(actor: Actor, dossier_id: UUID, *, note: str = "", version: int) -> Pause:
    """The applicant's wait is over; the remainder runs on. Raises Conflict, Denied."""
    with taken(actor, dossier_id, version, DESK, _("người nộp đã sẵn sàng")) as dossier:
        WAIT.require(actor, dossier)
        pause, now = run_on(actor, dossier, Pause.Cause.APPLICANT, note)
        flow.tell(dossier, WaitEnded(dossier.id, dossier.version, pause.id, now))
    return pause


def _reason(reason: str) -> str:
    kept = sentence(reason)
    if not kept:
        raise Invalid(fields={"reason": _("Ghi lý do cho người nộp: vì sao dừng, chờ điều gì.")})
    return kept


def _not_signed(dossier: Dossier) -> None:
    if dossier.phase == Phase.SIGNED or dossier.results.exists():
        raise Conflict(_("Kết quả đã được ký hoặc đang ký, không dừng được nữa."))
