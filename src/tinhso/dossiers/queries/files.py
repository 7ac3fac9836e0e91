"""Handing out the files of a dossier: its papers and its signed result."""

from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Attachment, Dossier, Result, with_procedure
from tinhso.dossiers.policies import DRAFT, OWN, READ
from tinhso.dossiers.queries.readings import Download, note_reading
from tinhso.dossiers.seen import note
from tinhso.kernel import files
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor


def paper_file(actor: Actor, attachment_id: UUID, *, of: UUID | None = None) -> Download:
    """A paper of one's own draft or dossier, or of a dossier of the official's agency. Else NotFound.

    ``of``: the draft or dossier that the address names; a paper of another one is not there.
    """
    paper = (
        with_procedure(Attachment.objects.select_related("file", "draft__presence", "dossier"), "dossier__")
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
        presence = paper.draft.presence if paper.draft is not None else None
        if presence is not None:
            note(actor, presence, [f"paper:{paper.component}"])
    return Download(paper.name, paper.file.media_type, files.read(paper.file_id))


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
