"""The legal time of a dossier stands, and runs on: what every act about it does. `taking` frames the act."""

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.models import Dossier, Pause, being_signed
from tinhso.dossiers.reckoning import Cause, What
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict
from tinhso.kernel.policy import Actor


def stop(actor: Actor, dossier: Dossier, cause: Pause.Cause, reason: str, amount: int | None = None) -> Pause:
    """The legal time stands from now on. Inside an act. Raises Conflict: not received, standing already, or being
    signed (the job would go on while the time stands)."""
    if dossier.received_at is None:
        raise Conflict(_("Hồ sơ chưa được tiếp nhận nên thời gian chưa tính. Tiếp nhận hồ sơ trước."))
    stands = clocks.stands_for(dossier)
    if stands is not None:
        raise Conflict(_("Thời gian giải quyết đang dừng rồi (%(why)s).") % {"why": clocks.WHY[stands]})
    if being_signed(dossier):
        raise Conflict(_("Kết quả đang được ký. Đợi chữ ký xong rồi xem lại."))
    now = clock.now()
    clocks.note(dossier, What.STOPPED, now, cause=Cause(cause))
    return Pause.objects.create(
        dossier=dossier, cause=cause, reason=reason, amount=amount, began_at=now, began_by_name=actor.name
    )


def run_on(
    actor: Actor, dossier: Dossier, cause: Pause.Cause, note: str, receipt_number: str = ""
) -> tuple[Pause, datetime]:
    """What is left runs on from now. Inside an act. Raises Conflict when it does not stand for this cause."""
    pause = Pause.objects.filter(dossier=dossier, ended_at=None, cause=cause).first()
    if pause is None:
        raise Conflict(_("Hồ sơ không dừng vì lý do này. Tải lại trang để xem hồ sơ đang ở đâu."))
    now = clock.now()
    pause.ended_at, pause.ended_by_name = now, actor.name
    pause.end_note, pause.receipt_number = sentence(note), receipt_number
    pause.save(update_fields=["ended_at", "ended_by_name", "end_note", "receipt_number"])
    clocks.note(dossier, What.RESUMED, now, cause=Cause(cause))
    return pause, now
