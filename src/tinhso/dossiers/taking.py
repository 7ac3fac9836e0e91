"""The frame of every act on a dossier: one transaction, the row locked, the policy and the version checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.models import Dossier, EngineState, Step
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, NotFound, Stale
from tinhso.kernel.policy import Actor, Policy


@contextmanager
def taken(
    actor: Actor, dossier_id: UUID, version: int | None, policy: Policy, act: str | Promise, *, closed: bool = False
) -> Iterator[Dossier]:
    """The dossier, locked for one act; what the body changed on it is saved at the end, with its due time.

    ``version`` is the one the actor saw (None only for the house's own jobs). ``closed``: the act is for a dossier
    that has ended. Raises NotFound, Stale, Conflict.
    """
    with transaction.atomic():
        dossier = (
            Dossier.objects.select_for_update(of=("self",))
            .select_related("procedure_version")
            .filter(id=dossier_id)
            .first()
        )
        if dossier is None:
            raise NotFound
        policy.require(actor, dossier)
        if version is not None and dossier.version != version:
            raise Stale(said_by_whom(dossier))
        if dossier.closed and not closed:
            raise Conflict(_("Hồ sơ đã kết thúc (%(phase)s), không làm thêm được.") % {"phase": _phase(dossier)})
        dossier.version += 1
        dossier.last_actor, dossier.last_act = actor.name, str(act)[:100]
        yield dossier
        settle(dossier)


def settle(dossier: Dossier) -> None:
    """Save the dossier, its due time and its place in the queue, recomputed by the one function of the clock."""
    dossier.due_at = clocks.due_at(dossier)
    dossier.save()
    if dossier.closed:
        EngineState.objects.filter(dossier=dossier).delete()  # a cache, kept only while the dossier is open
    Step.objects.filter(dossier=dossier, ended_at=None).update(sort_at=clocks.queue_at(dossier))


def said_by_whom(dossier: Dossier) -> str:
    """Who acted first, and what to do."""
    if not dossier.last_actor:
        return _("Hồ sơ đã thay đổi từ khi bạn mở. Tải lại trang để xem bản mới nhất.")
    return _("%(name)s vừa thực hiện “%(act)s” trên hồ sơ này. Tải lại trang để xem bản mới nhất rồi làm tiếp.") % {
        "name": dossier.last_actor,
        "act": dossier.last_act,
    }


def _phase(dossier: Dossier) -> str:
    return str(dossier.get_phase_display())


def closed_now(dossier: Dossier) -> None:
    """Mark the end of the dossier."""
    dossier.closed_at = clock.now()
