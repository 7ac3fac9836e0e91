"""Making the officer's signature on each scan of a batch, in two phases with the first one kept.

One paper, one transaction: a job that dies goes on with the next, done twice the second time changes nothing. A fault
stands beside its paper; the others are signed.
"""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers.digitising.archive import LARGEST_SCAN
from tinhso.dossiers.events import BatchSigned, PaperDigitised, PaperEnded
from tinhso.dossiers.models import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Problem
from tinhso.kernel.events import emit
from tinhso.kernel.pdf.scans import signable
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.registries import IssuedFile, issued_sources
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, person_key, signer
from tinhso.people import queries as people
from tinhso.places import queries as places

LARGEST = LARGEST_SCAN + 2 * files.MB


def waiting() -> list[UUID]:
    """Batches whose signatures were ordered and are not all made."""
    return list(
        DigitisedBatch.objects.filter(state=BatchState.SIGNING).order_by("id").values_list("id", flat=True)[:50]
    )


def sign_all(batch_id: UUID) -> None:
    """Sign what of a batch is not signed yet, until all are or the officer halts it."""
    rows = Digitised.objects.filter(batch=batch_id, state=DigitisedState.READY).order_by("line")
    for row_id in list(rows.values_list("id", flat=True)):
        batch = DigitisedBatch.objects.select_related("agency__unit").get(id=batch_id)
        if batch.state != BatchState.SIGNING:
            return
        _sign_one(batch, row_id)
    _finish(batch_id)


def _sign_one(batch: DigitisedBatch, row_id: UUID) -> None:
    row = Digitised.objects.get(id=row_id)
    if row.state != DigitisedState.READY:
        return
    try:
        signed = _signed(batch, row)
        _keep(batch, row_id, signed)
    except IntegrityError:
        _note(row_id, _("Số này của sổ vừa được số hóa ở một lần khác."))
    except Problem as problem:
        _note(row_id, str(problem.detail))
    except Exception as fault:  # a scan that no reader of PDF takes: the others are signed
        _note(
            row_id,
            _("Không ký được tệp quét này (%(kind)s). Quét lại thành PDF thường.") % {"kind": type(fault).__name__},
        )


def _note(row_id: UUID, words: str) -> None:
    Digitised.objects.filter(id=row_id).update(problem=words[:500], prepared=None)


def _signed(batch: DigitisedBatch, row: Digitised) -> bytes:
    assert row.scan_id is not None
    if people.signing_authority(batch.signer_id, batch.agency_id) is None:  # type: ignore[arg-type]  # ordered by somebody
        raise Problem(_("Người ký không còn quyền ký của cơ quan này."))
    agency = places.agency(batch.agency_id)
    key = person_key(
        account_id=str(batch.signer_id), name=batch.signer_name, agency_id=str(agency.id), agency=agency.name
    )
    hand = signer(key)
    if row.prepared is None:
        reason = _("Số hóa từ bản giấy: %(title)s số %(number)s") % {"title": row.title, "number": row.number}
        request = SignatureRequest(role=Role.PERSON, reason=reason, location=agency.unit.name)
        prepared = hand.begin(signable(files.read(row.scan_id)), request)
        Digitised.objects.filter(id=row.id, state=DigitisedState.READY).update(prepared=prepared.to_bytes())
    else:
        prepared = Prepared.from_bytes(bytes(row.prepared))
    return hand.complete(prepared, hand.sign(prepared))


@transaction.atomic
def _keep(batch: DigitisedBatch, row_id: UUID, signed: bytes) -> None:
    """Store the signed file, in one transaction with what follows; a second maker finds it done."""
    now = DigitisedBatch.objects.select_for_update().get(id=batch.id)
    row = Digitised.objects.select_for_update().get(id=row_id)
    if row.state != DigitisedState.READY or (now.state, now.ordered_at) != (BatchState.SIGNING, batch.ordered_at):
        return  # another order holds now
    _replace_paper(row)
    name = f"{row.title} {row.number}.pdf".replace("/", "-")
    stored = files.store(SYSTEM, name=name, content=signed, allowed=frozenset({files.PDF}), limit=LARGEST)
    row.file, row.digest, row.prepared, row.problem = stored, stored.sha256, None, ""
    row.state, row.signed_at, row.typed = DigitisedState.SIGNED, clock.now(), {}
    row.save()
    DigitisedBatch.objects.filter(id=batch.id).update(
        done=Digitised.objects.filter(batch=batch, state=DigitisedState.SIGNED).count()
    )
    emit(SYSTEM, digitised(row), subject=subject(row.id))


def digitised(row: Digitised) -> PaperDigitised:
    """What the vault and the measures hear of a paper that is in force."""
    assert row.issued_on is not None
    assert row.file_id is not None
    return PaperDigitised(
        paper=row.id,
        agency=row.agency_id,
        person=row.person_id,
        kind=row.kind,
        title=row.title,
        number=row.number,
        file=row.file_id,
        issued_at=clock.midnight(row.issued_on),
    )


def subject(row_id: UUID) -> str:
    return f"digitised:{row_id}"


def _replace_paper(row: Digitised) -> None:
    """The book knew it on paper alone: that line is over."""
    known = Digitised.objects.select_for_update().filter(
        agency=row.agency_id, kind=row.kind, number=row.number, year=row.year, state=DigitisedState.LISTED
    )
    for paper in known:
        paper.state, paper.ended_at = DigitisedState.REPLACED, clock.now()
        paper.save(update_fields=["state", "ended_at"])
        emit(SYSTEM, PaperEnded(paper=paper.id, agency=paper.agency_id, how=paper.state), subject=subject(paper.id))


def resting(batch: DigitisedBatch) -> BatchState:
    """How a batch stands on which nobody works: lines to put right, lines to sign, or neither."""
    states = set(Digitised.objects.filter(batch=batch).values_list("state", flat=True).distinct())
    if DigitisedState.WRONG in states:
        return BatchState.WRONG
    return BatchState.READY if states & {DigitisedState.READY, DigitisedState.NOTED} else BatchState.DONE


@transaction.atomic
def _finish(batch_id: UUID) -> None:
    """All are signed; or some could not be, then the officer decides again."""
    batch = DigitisedBatch.objects.select_for_update().get(id=batch_id)
    if batch.state != BatchState.SIGNING:
        return
    left = Digitised.objects.filter(batch=batch, state=DigitisedState.READY).count()
    batch.state = resting(batch)
    batch.version += 1
    batch.save(update_fields=["state", "version"])
    signed = Digitised.objects.filter(batch=batch, state=DigitisedState.SIGNED).count()
    emit(
        SYSTEM,
        BatchSigned(batch=batch.id, agency=batch.agency_id, signed=signed, left=left),
        subject=f"digitised-batch:{batch.id}",
    )


def issued_paper(sha256: str) -> IssuedFile | None:
    """The digitised paper that is exactly this file, in force or over."""
    row = Digitised.objects.filter(digest=sha256).defer("prepared").first()
    if row is None:
        return None
    refusal = None
    if row.state == DigitisedState.EXPIRED or (row.valid_to is not None and row.valid_to < clock.today()):
        refusal = ("digitised-expired", _("Giấy tờ này đã hết thời hạn giá trị."))
    elif row.state != DigitisedState.SIGNED:
        refusal = ("digitised-revoked", _("Bản số hóa này đã bị thu hồi. Tệp không còn giá trị."))
    return IssuedFile(
        title=_("Bản số hóa: %(title)s") % {"title": row.title},
        number=row.number,
        agency=places.names([row.agency_id]).get(row.agency_id, ""),
        issued_at=row.signed_at,
        state=row.state,
        state_words=str(DigitisedState(row.state).label),
        refusal=refusal,
        person_alone=True,
    )


issued_sources.register("dossiers.digitised", issued_paper)
