"""Handing out the files of a dossier: its papers and its signed result."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Attachment, Dossier, Extension, Receipt, Result, with_procedure
from tinhso.dossiers.policies import DRAFT, OWN, READ
from tinhso.dossiers.queries.reading import note_reading
from tinhso.kernel import files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class Download:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def paper_file(actor: Actor, attachment_id: UUID, *, of: UUID | None = None) -> Download:
    """A paper of one's own draft or dossier, or of a dossier of the official's agency. Else NotFound.

    ``of``: the draft or dossier that the address names; a paper of another one is not there.
    """
    paper = (
        with_procedure(Attachment.objects.select_related("file", "draft", "dossier"), "dossier__")
        .filter(id=attachment_id)
        .first()
    )
    if paper is None or (of is not None and of not in (paper.draft_id, paper.dossier_id)):
        raise NotFound
    if paper.dossier is not None:
        READ.require(actor, paper.dossier)
        if not OWN.allows(actor, paper.dossier):
            note_reading(actor, paper.dossier, list(paper.dossier.steps.filter(ended_at=None)))
    else:
        DRAFT.require(actor, paper.draft)
    return Download(paper.name, paper.file.media_type, files.read(paper.file_id))


def receipt_file(actor: Actor, dossier_id: UUID) -> Download:
    """The paper receipt. Somebody else's: NotFound; none: NotFound with what to do."""
    dossier = with_procedure(Dossier.objects.all()).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    READ.require(actor, dossier)
    receipt = Receipt.objects.select_related("file").filter(dossier=dossier).first()
    if receipt is None:
        raise NotFound(_("Hồ sơ này chưa có giấy tiếp nhận. Cần giấy, hãy nói với bộ phận một cửa."))
    if not OWN.allows(actor, dossier):
        note_reading(actor, dossier, list(dossier.steps.filter(ended_at=None)))
    return Download(receipt.file.name, receipt.file.media_type, files.read(receipt.file_id))


def apology_file(actor: Actor, dossier_id: UUID) -> Download:
    """The apology with the new date (form 04). Somebody else's: NotFound; none: NotFound with what to do."""
    dossier = with_procedure(Dossier.objects.all()).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    READ.require(actor, dossier)
    extension = Extension.objects.select_related("file").filter(dossier=dossier).first()
    if extension is None or extension.file is None or extension.file_id is None:
        raise NotFound(_("Hồ sơ này chưa có phiếu xin lỗi và hẹn lại. Vừa hẹn lại thì đợi giây lát rồi tải lại."))
    if not OWN.allows(actor, dossier):
        note_reading(actor, dossier, list(dossier.steps.filter(ended_at=None)))
    return Download(extension.file.name, extension.file.media_type, files.read(extension.file_id))


def result_file(actor: Actor, dossier_id: UUID, result_id: UUID | None = None) -> Download:
    """The signed document: the one named, else the latest issued. Somebody else's, or none yet: NotFound."""
    dossier = with_procedure(Dossier.objects.all()).filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    READ.require(actor, dossier)
    results = Result.objects.select_related("file").filter(dossier=dossier, issued_at__isnull=False)
    result = results.filter(id=result_id).first() if result_id else results.order_by("-id").first()
    if result is None or result.file_id is None:
        raise NotFound(_("Hồ sơ chưa có kết quả đã ký và đóng dấu."))
    if not OWN.allows(actor, dossier):
        note_reading(actor, dossier, list(dossier.steps.filter(ended_at=None)))
    name = f"{dossier.code}-{result.number}.pdf".replace("/", "-")
    return Download(name, "application/pdf", files.read(result.file_id))
