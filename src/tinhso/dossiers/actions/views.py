"""Saving filters under a name, for oneself or for the colleagues of an agency."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.dossiers.events import ViewRemoved, ViewSaved
from tinhso.dossiers.models import SavedView
from tinhso.dossiers.policies import DESK, account_of, works_at
from tinhso.dossiers.queries.filtering import Filters, kept
from tinhso.dossiers.words import sentence
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor

#: Of one official, private and shared together: more is no help to anybody.
MOST = 30


def save_view(actor: Actor, name: str, filters: Filters, *, agency: UUID | None = None) -> SavedView:
    """Keep filters under a name. ``agency``: its officials see the view too. Raises Invalid, Conflict, NotFound."""
    DESK.require(actor)
    name = sentence(name)
    if not name or len(name) > 60:
        raise Invalid(fields={"name": _("Đặt tên ngắn cho bộ lọc, nhiều nhất 60 chữ.")})
    if agency is not None and not works_at(actor, agency):
        raise NotFound
    if SavedView.objects.filter(account_id=account_of(actor)).count() >= MOST:
        raise Conflict(_("Bạn đã lưu %(most)s bộ lọc. Xóa bớt rồi lưu lại.") % {"most": MOST})
    try:
        with transaction.atomic():
            view = SavedView.objects.create(
                account_id=account_of(actor),
                account_name=actor.name,
                agency_id=agency,
                name=name,
                filters=kept(filters),
            )
            emit(actor, ViewSaved(view.id, agency), subject=f"view:{view.id}")
    except IntegrityError:
        raise Conflict(_("Đã có bộ lọc tên “%(name)s”. Chọn tên khác.") % {"name": name}) from None
    return view


@transaction.atomic
def remove_view(actor: Actor, view_id: UUID) -> None:
    """One's own view; a shared one also by a leader of its agency. Raises NotFound."""
    DESK.require(actor)
    view = SavedView.objects.select_for_update().filter(id=view_id).first()
    leads = view is not None and view.agency_id is not None and actor.holds("leader", view.agency_id)
    if view is None or not (view.account_id == actor.account or leads):
        raise NotFound
    emit(actor, ViewRemoved(view.id, view.agency_id), subject=f"view:{view.id}")
    view.delete()
