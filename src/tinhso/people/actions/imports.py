"""A whole list of officials at once: uploaded and checked, carried out, undone; first passwords shown once."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock, files
from tinhso.kernel.errors import Conflict, Denied, NotFound, Stale
from tinhso.kernel.events import emit
from tinhso.kernel.files.kinds import XLSX
from tinhso.kernel.policy import Actor
from tinhso.people import importing, lists
from tinhso.people.events import FirstPasswordsShown, OfficialListUploaded
from tinhso.people.models import ImportLine, ImportState, OfficialImport, Role
from tinhso.people.policies import MANAGE_OFFICIALS
from tinhso.people.reach import of_province
from tinhso.places import queries as places

SHEET_LIFE = timedelta(days=7)  #: after that the first passwords can only be given anew, one by one

_RUNNING = (ImportState.CHECKING, ImportState.READY, ImportState.IMPORTING)


def scope_of(actor: Actor) -> list[UUID] | None:
    """The agencies whose officials the actor may list; None: all."""
    if of_province(actor):
        return None
    return sorted({grant.scope for grant in actor.grants if grant.role == Role.AGENCY_ADMIN})


def upload_list(actor: Actor, *, name: str, content: BinaryIO | bytes, by_mail: bool = False) -> OfficialImport:
    """Take a list in and have it checked; nothing changes yet. The same file sent again while the first is still
    under way answers the first. Raises Denied, Invalid, TooLarge.
    """
    MANAGE_OFFICIALS.require(actor)
    if actor.account is None:
        raise Denied
    stored = files.store(actor, name=name, content=content, allowed=frozenset({XLSX}), limit=lists.LARGEST)
    scope = scope_of(actor)
    with transaction.atomic():
        known = OfficialImport.objects.filter(
            made_by_id=actor.account, sha256=stored.sha256, by_mail=by_mail, state__in=_RUNNING
        ).first()
        if known is not None:
            return known
        batch = OfficialImport.objects.create(
            file=stored,
            file_name=stored.name,
            sha256=stored.sha256,
            by_mail=by_mail,
            made_by_id=actor.account,
            made_by_name=actor.name,
            scope=None if scope is None else [str(agency) for agency in scope],
        )
        emit(actor, OfficialListUploaded(batch.pk, batch.sha256), subject=f"official-list:{batch.pk}")
        importing.check_list.defer(batch=str(batch.pk))
    return batch


def _locked(actor: Actor, batch_id: UUID, version: int | None) -> OfficialImport:
    """The list, the uploader's own (or anybody's, for the province). Raises NotFound, Stale."""
    batch = OfficialImport.objects.select_for_update(of=("self",)).filter(pk=batch_id).first()
    MANAGE_OFFICIALS.require(actor)
    if batch is None or not (batch.made_by_id == actor.account or of_province(actor)):
        raise NotFound(_("Không có danh sách này."))
    if version is not None and batch.version != version:
        raise Stale(_("Danh sách này vừa chuyển trạng thái. Tải lại trang để xem rồi làm tiếp."))
    batch.version += 1
    return batch


def _still_reaches(actor: Actor, batch: OfficialImport) -> None:
    """Raises Denied when the actor no longer administers every agency that the list was made for."""
    scope = scope_of(actor)
    if scope is not None and (batch.scope is None or not set(batch.scope) <= {str(agency) for agency in scope}):
        raise Denied(_("Phạm vi quản trị của bạn đã thay đổi. Hãy tải danh sách lên lại."))


def confirm_import(actor: Actor, batch_id: UUID, *, version: int | None = None) -> OfficialImport:
    """Carry the checked list out, in the background. Raises NotFound, Stale, Conflict, Denied."""
    with transaction.atomic():
        batch = _locked(actor, batch_id, version)
        if batch.state != ImportState.READY:
            raise Conflict(_("Danh sách này không ở trạng thái nhập được. Tải lại trang để xem."))
        if batch.made_by_id != actor.account:
            raise Denied(_("Chỉ người tải danh sách lên mới nhập được."))
        _still_reaches(actor, batch)
        batch.state, batch.done, batch.password_seed = ImportState.IMPORTING, 0, secrets.token_bytes(32)
        batch.save()
        importing.carry_out_list.defer(batch=str(batch.pk))
    return batch


def drop_import(actor: Actor, batch_id: UUID, *, version: int | None = None) -> None:
    """Put a list aside that was not carried out; its lines are forgotten. Raises NotFound, Stale, Conflict."""
    with transaction.atomic():
        batch = _locked(actor, batch_id, version)
        if batch.state not in (ImportState.READY, ImportState.WRONG):
            raise Conflict(_("Chỉ bỏ được danh sách chưa nhập."))
        ImportLine.objects.filter(batch=batch).delete()
        batch.state = ImportState.DROPPED
        batch.save()


def undo_import(actor: Actor, batch_id: UUID, *, version: int | None = None) -> OfficialImport:
    """Take a whole list back, in the background; lines that were used since stay and are named.

    Raises NotFound, Stale, Conflict, Denied.
    """
    with transaction.atomic():
        batch = _locked(actor, batch_id, version)
        if batch.state != ImportState.DONE:
            raise Conflict(_("Chỉ hoàn tác được danh sách đã nhập xong."))
        _still_reaches(actor, batch)
        batch.state, batch.done = ImportState.UNDOING, 0
        batch.save()
        importing.undo_list.defer(batch=str(batch.pk))
    return batch


@dataclass(frozen=True)
class FirstPassword:
    """One slip of the sheet."""

    full_name: str
    title: str
    agency: str
    login: str
    password: str


def show_first_passwords(actor: Actor, batch_id: UUID, *, version: int | None = None) -> list[FirstPassword]:
    """The sheet of first passwords, this once: to its uploader, within a week, for accounts not used yet.

    Raises NotFound, Denied, Stale, Conflict when it was shown already or is too old.
    """
    with transaction.atomic():
        batch = _locked(actor, batch_id, version)
        if batch.made_by_id != actor.account:
            raise Denied(_("Chỉ người nhập danh sách mới xem được mật khẩu đầu."))
        old = batch.done_at is None or batch.done_at < clock.now() - SHEET_LIFE
        if batch.state != ImportState.DONE or not batch.password_seed or old:
            raise Conflict(
                _("Mật khẩu đầu chỉ hiện một lần, trong 7 ngày. Ai chưa có thì cấp lại ở trang của người đó.")
            )
        rows = (
            ImportLine.objects.filter(batch=batch, effect=ImportLine.Effect.NEW)
            .filter(official__account__last_login=None, official__account__must_change_password=True)
            .select_related("official__account")
            .order_by("number")
        )
        fresh = {row.meant["login"]: row for row in rows if row.official and row.official.account.has_usable_password()}
        agencies = places.names({UUID(row.meant["agency"]) for row in fresh.values()})
        sheet = [
            FirstPassword(
                full_name=row.meant["full_name"],
                title=row.meant["title"],
                agency=agencies.get(UUID(row.meant["agency"]), ""),
                login=login,
                password=importing.first_password(batch, login),
            )
            for login, row in fresh.items()
        ]
        batch.password_seed = b""
        batch.save()
        emit(actor, FirstPasswordsShown(batch.pk, len(sheet)), subject=f"official-list:{batch.pk}")
    return sorted(sheet, key=lambda slip: (slip.agency, slip.full_name))
