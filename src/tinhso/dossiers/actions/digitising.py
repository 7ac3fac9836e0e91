"""Digitising paper results in bulk: uploaded and checked, signed by an officer, taken back before, revoked after."""

from collections.abc import Sequence
from typing import BinaryIO
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import jobs
from tinhso.dossiers.digitising import archive, checking, keeping, signing
from tinhso.dossiers.events import BatchDropped, BatchHalted, BatchOrdered, BatchUploaded, PaperListed
from tinhso.dossiers.models import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.dossiers.policies import DIGITISE, SIGN_DIGITISED, account_of
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor, Policy
from tinhso.people import queries as people

_RUNNING = (BatchState.CHECKING, BatchState.READY, BatchState.SIGNING)


def upload_batch(actor: Actor, agency_id: UUID, papers: Sequence[tuple[str, BinaryIO]]) -> DigitisedBatch:
    """Take an archive in (or the files of a folder) and have it checked; nothing is signed yet. The same archive sent
    again while the first is under way answers the first. Raises NotFound, Invalid, TooLarge."""
    DIGITISE.require(actor, agency_id)
    if not papers:
        raise Invalid(fields={"file": _("Chọn tệp nén .zip, hoặc danh sách .csv cùng các bản quét PDF.")})
    stored = files.store(
        actor,
        name=papers[0][0] if len(papers) == 1 else "thu-muc.zip",
        content=archive.joined(papers),
        allowed=frozenset({files.ZIP}),
        limit=archive.LARGEST,
    )
    with transaction.atomic():
        known = DigitisedBatch.objects.filter(agency=agency_id, sha256=stored.sha256, state__in=_RUNNING).first()
        if known is not None:
            files.erase(actor, stored.id)
            return known
        batch = DigitisedBatch.objects.create(
            agency_id=agency_id,
            file=stored,
            file_name=stored.name,
            sha256=stored.sha256,
            made_by_id=account_of(actor),
            made_by_name=actor.name[:255],
        )
        emit(actor, BatchUploaded(batch=batch.id, agency=agency_id, sha256=stored.sha256), subject=_about(batch))
        jobs.check_digitised.defer(batch=str(batch.id))
    return batch


@transaction.atomic
def sign_batch(actor: Actor, batch_id: UUID, *, version: int | None = None) -> DigitisedBatch:
    """Order the officer's signature on every scan without a fault: with a signing authority of that day, not by whoever
    uploaded them, not on papers of one's own. Lines to put right stay as they are. Raises NotFound, Stale, Conflict,
    Denied."""
    batch = _locked(actor, batch_id, SIGN_DIGITISED, version)
    right = Digitised.objects.filter(batch=batch, state__in=(DigitisedState.READY, DigitisedState.NOTED))
    if batch.state not in (BatchState.READY, BatchState.WRONG) or not right.exists():
        raise Conflict(_("Danh sách này không ở trạng thái ký được. Tải lại trang để xem."))
    if batch.made_by_id == actor.account:
        raise Denied(_("Người tải lên không tự ký. Nhờ người có thẩm quyền ký khác."))
    authority = people.signing_authority(account_of(actor), batch.agency_id)
    if authority is None:
        raise Denied(_("Bạn chưa được giao quyền ký của cơ quan này hôm nay."))
    rows = Digitised.objects.filter(batch=batch)
    if actor.subject is not None and rows.filter(person=actor.subject).exists():
        raise Denied(_("Trong danh sách có giấy tờ của chính bạn. Nhờ người có thẩm quyền ký khác."))
    batch.state, batch.signer_id, batch.signer_name = BatchState.SIGNING, account_of(actor), authority.full_name
    batch.ordered_at, batch.done = clock.now(), rows.filter(state=DigitisedState.SIGNED).count()
    batch.save()
    # what another officer's key began is of no use to this one's
    rows.filter(state=DigitisedState.READY).update(problem="", prepared=None)
    _enter_papers(actor, batch)
    emit(actor, BatchOrdered(batch=batch.id, agency=batch.agency_id), subject=_about(batch))
    jobs.sign_digitised.defer(batch=str(batch.id))
    return batch


def _enter_papers(actor: Actor, batch: DigitisedBatch) -> None:
    """Lines without a scan: the book has them on paper alone. What is in the register already is left as it is."""
    for row in Digitised.objects.filter(batch=batch, state=DigitisedState.NOTED).order_by("line"):
        row.state = DigitisedState.LISTED
        try:
            with transaction.atomic():
                row.save(update_fields=["state"])
        except IntegrityError:
            row.state, row.ended_at = DigitisedState.REPLACED, clock.now()
            row.save(update_fields=["state", "ended_at"])
            continue
        emit(actor, PaperListed(paper=row.id, agency=row.agency_id), subject=f"digitised:{row.id}")


@transaction.atomic
def halt_batch(actor: Actor, batch_id: UUID, *, version: int | None = None) -> DigitisedBatch:
    """Stop signing: what is signed stays in force, the rest waits. Raises NotFound, Stale, Conflict."""
    batch = _locked(actor, batch_id, SIGN_DIGITISED, version)
    if batch.state != BatchState.SIGNING:
        raise Conflict(_("Danh sách này không đang ký."))
    batch.state = signing.resting(batch)
    batch.save()
    emit(actor, BatchHalted(batch=batch.id, agency=batch.agency_id), subject=_about(batch))
    return batch


@transaction.atomic
def drop_batch(actor: Actor, batch_id: UUID, *, version: int | None = None) -> DigitisedBatch:
    """Put aside what is not signed, with its scans; what is signed stays. Raises NotFound, Stale, Conflict."""
    batch = _locked(actor, batch_id, DIGITISE, version)
    if batch.state not in (BatchState.READY, BatchState.WRONG):
        raise Conflict(_("Chỉ bỏ được những dòng chưa ký."))
    unsigned = (DigitisedState.WRONG, DigitisedState.READY, DigitisedState.NOTED)
    rows = Digitised.objects.filter(batch=batch, state__in=unsigned)
    scans = [scan for scan in rows.values_list("scan", flat=True) if scan is not None]
    dropped = rows.count()
    rows.delete()
    for scan in scans:
        checking.forget(scan)
    left = Digitised.objects.filter(batch=batch).exists()
    batch.state = BatchState.DONE if left else BatchState.DROPPED
    batch.save()
    emit(actor, BatchDropped(batch=batch.id, agency=batch.agency_id, lines=dropped), subject=_about(batch))
    return batch


@transaction.atomic
def revoke_digitised(actor: Actor, paper_id: UUID, *, of: UUID, reason: str) -> Digitised:
    """Take a digitised paper back, with the reason: the vault and whoever checks the file are told. ``of``: its batch.
    Raises NotFound, Invalid, Conflict."""
    row = (
        Digitised.objects.select_for_update(of=("self",)).select_related("batch").filter(id=paper_id, batch=of).first()
    )
    if row is None:
        raise NotFound
    SIGN_DIGITISED.require(actor, row.batch)
    words = sentence(reason, longest=500)
    if not words:
        raise Invalid(fields={"reason": _("Ghi lý do thu hồi.")})
    if row.state != DigitisedState.SIGNED:
        raise Conflict(_("Giấy tờ này không đang có hiệu lực ở dạng số hóa."))
    row.end_reason, row.ended_by_name = words, actor.name[:255]
    keeping.end(actor, row, DigitisedState.REVOKED)
    return row


def _locked(actor: Actor, batch_id: UUID, policy: Policy, version: int | None) -> DigitisedBatch:
    batch = DigitisedBatch.objects.select_for_update().filter(id=batch_id).first()
    if batch is None:
        raise NotFound
    policy.require(actor, batch)
    if version is not None and batch.version != version:
        raise Stale(_("Danh sách này vừa chuyển trạng thái. Tải lại trang để xem rồi làm tiếp."))
    batch.version += 1
    return batch


def _about(batch: DigitisedBatch) -> str:
    return f"digitised-batch:{batch.id}"
