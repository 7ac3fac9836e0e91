"""The yearly snapshot: frozen by order, signed by a leader with authority, sealed by the clerk."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.indicators.events import SnapshotSignatureAsked, SnapshotTaken
from tinhso.indicators.freezing import frozen
from tinhso.indicators.jobs import sign_snapshot
from tinhso.indicators.models import Snapshot, SnapshotState
from tinhso.indicators.policies import SEAL_SNAPSHOT, SIGN_SNAPSHOT, TAKE_SNAPSHOT
from tinhso.indicators.queries import issuing_agency
from tinhso.indicators.strategy import first_day
from tinhso.kernel import clock
from tinhso.kernel.canonical import digest
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Unauthenticated
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor, Policy
from tinhso.people import queries as people


def take_snapshot(actor: Actor, year: int) -> Snapshot:
    """Freeze the targets with the numbers of a year that has begun. Raises Denied, Invalid."""
    agency = issuing_agency()
    TAKE_SNAPSHOT.require(actor, agency.id)
    if actor.account is None:
        raise Unauthenticated
    this = clock.today().year
    if not first_day().year <= year <= this:
        words = _("Chọn một năm từ %(first)d đến %(last)d.")
        raise Invalid(fields={"year": words % {"first": first_day().year, "last": this}})
    data = frozen(year)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tinhso.snapshot'), %s)", [year])
        last = Snapshot.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
        made = Snapshot.objects.create(
            year=year,
            number=last + 1,
            agency=agency,
            ordered_by_id=actor.account,
            ordered_by_name=actor.name,
            data=data,
            data_digest=digest(data),
        )
        emit(
            actor,
            SnapshotTaken(snapshot=made.id, year=year, number=made.number, data_digest=made.data_digest),
            subject=f"snapshot:{made.id}",
        )
    return made


def sign(actor: Actor, snapshot: UUID) -> Snapshot:
    """Order the signature, with a signing authority of today at the agency. Raises NotFound, Denied, Conflict."""
    with transaction.atomic():
        row = _taken(actor, snapshot, SIGN_SNAPSHOT)
        if row.state != SnapshotState.FROZEN:
            raise Conflict(_("Bản chụp này đã được ký hoặc đang được ký."))
        authority = people.signing_authority(actor.account, row.agency_id) if actor.account else None
        if authority is None:
            raise Denied(
                _("Hôm nay bạn không có thẩm quyền ký cho cơ quan này. Nhờ quản trị cơ quan xem lại phân công ký.")
            )
        row.signer_id, row.signer_name, row.signer_form = actor.account, authority.full_name, authority.form
        row.signer_for, row.signer_position = authority.on_behalf_of, authority.position
        _order(actor, row, SnapshotState.SIGNING, "person")
    return row


def seal(actor: Actor, snapshot: UUID) -> Snapshot:
    """Order the agency's seal on what the leader signed. Raises NotFound, Denied, Conflict."""
    with transaction.atomic():
        row = _taken(actor, snapshot, SEAL_SNAPSHOT)
        if row.state != SnapshotState.SIGNED:
            raise Conflict(_("Bản chụp này chưa có chữ ký của lãnh đạo, hoặc đã đóng dấu."))
        row.sealer_id = actor.account
        _order(actor, row, SnapshotState.SEALING, "seal")
    return row


def _taken(actor: Actor, snapshot: UUID, policy: Policy) -> Snapshot:
    row = Snapshot.objects.select_for_update(of=("self",)).filter(id=snapshot).first()
    if row is None:
        raise NotFound
    policy.require(actor, row)
    return row


def _order(actor: Actor, row: Snapshot, state: SnapshotState, kind: str) -> None:
    row.state, row.fault, row.prepared = state, "", None
    row.save()
    emit(actor, SnapshotSignatureAsked(snapshot=row.id, kind=kind), subject=f"snapshot:{row.id}")
    sign_snapshot.defer(snapshot=str(row.id))
