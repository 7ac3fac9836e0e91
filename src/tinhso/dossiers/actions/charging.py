"""What a dossier costs, asked for and let go of. Who takes the money is somebody else: `cashier`."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import fees, flow
from tinhso.dossiers.billing import ask_for
from tinhso.dossiers.events import FeeDropped, FeeExempted, FeeSettled
from tinhso.dossiers.models import Dossier, FeeDue, FeeState, Pause, being_signed
from tinhso.dossiers.pausing import run_on
from tinhso.dossiers.policies import DESK, FEE, SETTLE
from tinhso.dossiers.taking import taken
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.policy import Actor
from tinhso.procedures.charges import LARGEST, claims


def ask_fee(
    actor: Actor, dossier_id: UUID, *, amount: int, reason: str, version: int, fee: UUID | None = None
) -> Pause:
    """A payment is awaited (national status 6), ``amount`` in đồng; the receiver asks. ``fee``: a computed charge that
    this confirms, with the amount as the receiver says it is. Raises Invalid, Conflict, NotFound."""
    with taken(actor, dossier_id, version, DESK, _("yêu cầu nộp phí")) as dossier:
        FEE.require(actor, dossier)
        if not 0 < amount <= LARGEST:
            raise Invalid(fields={"amount": _("Ghi số tiền bằng đồng, lớn hơn 0.")})
        why = sentence(reason, 500)
        if not why:
            raise Invalid(fields={"reason": _("Ghi khoản phải nộp là gì.")})
        row = _new(dossier) if fee is None else _open(dossier, fee, FeeState.OPEN)
        if amount != row.amount:
            row.amount, row.unit, row.times, row.verified = amount, None, 1, False
        row.item = why
        return ask_for(actor, dossier, [row], why)


def exempt(actor: Actor, dossier_id: UUID, fee: UUID, *, claim: str, note: str, version: int) -> FeeDue:
    """The receiver saw a ground of exemption proven: ``claim`` as the table words it, ``note`` the paper seen; an empty
    claim takes it back, ``note`` says why.

    Raises Invalid, Conflict (asked for already: let go of it instead), NotFound.
    """
    with taken(actor, dossier_id, version, DESK, _("ghi nhận miễn phí, lệ phí")) as dossier:
        FEE.require(actor, dossier)
        row = _open(dossier, fee)
        if claim and claim not in claims(dossier.procedure_version.spec):
            raise Invalid(fields={"claim": _("Chọn một diện miễn có trong bảng phí của thủ tục.")})
        seen = sentence(note, 500)
        if not seen:
            raise Invalid(fields={"note": _("Ghi giấy tờ bạn đã xem: loại, số, nơi cấp.")})
        fees.claimed(row, claim)
        row.claim_note, row.claim_by_name = seen, actor.name
        row.save()
        flow.tell(dossier, FeeExempted(dossier.id, dossier.version, row.id))
    return row


def drop_fee(actor: Actor, dossier_id: UUID, fee: UUID, *, reason: str, version: int) -> FeeDue:
    """A charge is not asked for (any more), with the reason; what it made stand runs on. Raises Invalid, Conflict."""
    with taken(actor, dossier_id, version, DESK, _("thôi thu phí")) as dossier:
        FEE.require(actor, dossier)
        row = _of(dossier, fee)
        if row.state not in fees.OUTSTANDING:
            raise Conflict(_("Khoản này %(state)s, không thôi thu được.") % {"state": row.get_state_display().lower()})
        row.dropped_reason = sentence(reason, 500)
        if not row.dropped_reason:
            raise Invalid(fields={"reason": _("Ghi vì sao không thu khoản này.")})
        row.state = FeeState.DROPPED
        row.save()
        flow.tell(dossier, FeeDropped(dossier.id, dossier.version, row.id))
        settled(actor, dossier, row)
    return row


def settle_fee(actor: Actor, dossier_id: UUID, *, receipt_number: str, version: int) -> Pause:
    """What is awaited was paid elsewhere (treasury, portal), under a receipt of that place; the remainder runs on.

    Somebody else than who asked for it says so, and a receipt pays for one dossier. Money taken here is
    `cashier.collect`. Raises Invalid, Conflict, Denied.
    """
    with taken(actor, dossier_id, version, DESK, _("ghi nhận đã nộp phí")) as dossier:
        SETTLE.require(actor, dossier)
        number = sentence(receipt_number, 50)
        if not number:
            raise Invalid(fields={"receipt_number": _("Ghi số biên lai hoặc số giao dịch.")})
        if fees.asked_by(dossier, actor):
            raise Conflict(
                _("Bạn yêu cầu nộp khoản này, nên người khác ghi nhận: người tiếp nhận, người thu hoặc lãnh đạo.")
            )
        _not_used(dossier, number)
        pause, now = run_on(actor, dossier, Pause.Cause.FEE, "", number)
        FeeDue.objects.filter(pause=pause, state=FeeState.WAITING).update(state=FeeState.PAID, outside_number=number)
        _tell_settled(dossier, pause, now)
    return pause


def _not_used(dossier: Dossier, number: str) -> None:
    """A receipt of another place is not recorded for two dossiers of an agency. Raises Invalid."""
    used = FeeDue.objects.filter(outside_number=number, dossier__agency_id=dossier.agency_id).exclude(dossier=dossier)
    other = used.values_list("dossier__code", flat=True).first()
    if other is not None:
        words = _("Số này đã ghi cho hồ sơ %(code)s. Một biên lai trả cho nhiều hồ sơ thì ghi thêm phần của hồ sơ này.")
        raise Invalid(fields={"receipt_number": words % {"code": other}})


def settled(actor: Actor, dossier: Dossier, row: FeeDue, number: str = "") -> None:
    """The remainder of the time runs on when nothing more is awaited with this charge. Inside an act."""
    pause = row.pause
    if pause is None or pause.ended_at is not None or pause.fees.filter(state=FeeState.WAITING).exists():
        return
    pause, now = run_on(actor, dossier, Pause.Cause.FEE, "", number)
    _tell_settled(dossier, pause, now)


def ask_again(actor: Actor, dossier: Dossier, row: FeeDue, why: str) -> None:
    """A charge whose receipt was voided is due again; the time stands for it if it can. Inside an act."""
    if dossier.closed or fees.stands(dossier) or being_signed(dossier):
        row.state, row.pause, row.payment, row.asked_at = FeeState.WAITING, None, None, clock.now()
        row.save()
        return
    row.payment = None
    ask_for(actor, dossier, [row], why)


def let_go(dossier: Dossier, why: str) -> None:
    """The dossier ends: nothing more is asked for it. Inside an act."""
    if fees.may_cost(dossier):
        FeeDue.objects.filter(dossier=dossier, state__in=fees.OUTSTANDING).update(
            state=FeeState.DROPPED, dropped_reason=why
        )


def _tell_settled(dossier: Dossier, pause: Pause, now: datetime) -> None:
    paid = sum(row.amount or 0 for row in pause.fees.all() if row.state == FeeState.PAID)
    flow.tell(dossier, FeeSettled(dossier.id, dossier.version, pause.id, now, paid, pause.receipt_number))


def _new(dossier: Dossier) -> FeeDue:
    """A charge that no table named."""
    return FeeDue(dossier=dossier, number=FeeDue.objects.filter(dossier=dossier).count() + 1)


def _of(dossier: Dossier, fee: UUID) -> FeeDue:
    row = FeeDue.objects.select_related("pause").filter(dossier=dossier, id=fee).first()
    if row is None:
        raise NotFound
    row.dossier = dossier
    return row


def _open(dossier: Dossier, fee: UUID, *states: FeeState) -> FeeDue:
    row = _of(dossier, fee)
    if row.state not in (states or fees.UNASKED):
        said = {"state": row.get_state_display().lower()}
        raise Conflict(_("Khoản này %(state)s rồi. Tải lại trang để xem hiện trạng.") % said)
    return row
