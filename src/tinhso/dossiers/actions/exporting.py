"""Lists as files: asked for, made by a job, there for the colleagues of the agency for some days."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import jobs
from tinhso.dossiers.events import ExportAsked, ExportTaken
from tinhso.dossiers.models import Dossier, Export
from tinhso.dossiers.policies import DESK, account_of, works_at
from tinhso.dossiers.queries.filtering import Filters, kept, not_own
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Conflict, Invalid, NotFound, TooMany
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor

#: Of one official, not made yet.
AT_ONCE = 3


@transaction.atomic
def ask_export(actor: Actor, agency: UUID, filters: Filters, *, name: str, format: str) -> Export:
    """Order a list of the open steps that the filters let through at one agency. Raises Invalid, NotFound, TooMany."""
    DESK.require(actor)
    if not works_at(actor, agency):
        raise NotFound
    if format not in Export.Format.values:
        raise Invalid(fields={"format": _("Chọn Excel hoặc CSV.")})
    waiting = Export.objects.filter(account_id=account_of(actor), state__in=[Export.State.WAITING, Export.State.FAILED])
    if waiting.count() >= AT_ONCE:
        raise TooMany(_("Bạn đang chờ %(most)s tệp. Đợi xong rồi yêu cầu tiếp.") % {"most": AT_ONCE})
    export = Export.objects.create(
        account_id=account_of(actor),
        account_name=actor.name,
        agency_id=agency,
        name=sentence(name)[:100] or _("Hồ sơ cần xử lý"),
        filters=kept(filters),
        roles=sorted(grant.role for grant in actor.grants if grant.scope == agency),
        format=format,
    )
    emit(actor, ExportAsked(export.id, agency), subject=f"export:{export.id}")
    jobs.make_export.defer(export=str(export.id))
    return export


def take_export(actor: Actor, export_id: UUID) -> tuple[Export, bytes]:
    """The file, for who works on dossiers at its agency now; that everybody in it was read is noted, before it is
    handed out. Raises NotFound, Conflict (not ready, or expired).
    """
    DESK.require(actor)
    export = Export.objects.select_related("file").filter(id=export_id).first()
    if export is None or not works_at(actor, export.agency_id) or actor.account in export.hidden_from:
        raise NotFound
    if export.file is None or export.expires_at is None or clock.now() >= export.expires_at:
        raise Conflict(_("Tệp chưa xong hoặc đã hết hạn. Xem lại danh sách, hoặc yêu cầu tệp mới."))
    if Dossier.objects.filter(~not_own(actor), id__in=export.dossiers).exists():
        raise NotFound  # of who came to the agency, or was verified, after the file was made
    content = files.read(export.file.id)
    with transaction.atomic():
        emit(actor, ExportTaken(export.id, export.agency_id), subject=f"export:{export.id}")
        jobs.note_export_read.defer(
            export=str(export.id), account=str(account_of(actor)), name=actor.name, subject=str(actor.subject or "")
        )
    return export, content
