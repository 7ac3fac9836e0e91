"""Process maps: asked for, computed by a job, kept for who asked."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import jobs
from tinhso.dossiers.events import MapAsked
from tinhso.dossiers.models import ProcessMap
from tinhso.dossiers.policies import DESK, account_of
from tinhso.dossiers.queries.filtering import agencies_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound, TooMany
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.procedures import queries as procedures

#: Of one official: not computed yet, and kept in all. An older one goes when a new one is asked for.
AT_ONCE, KEPT = 2, 20


@transaction.atomic
def ask_map(actor: Actor, procedure: str, *, since: date, until: date, agencies: Collection[UUID] = ()) -> ProcessMap:
    """Order the map of a procedure's dossiers filed in those days at some of the actor's agencies (none: at all).

    Raises Invalid, NotFound (an agency where the actor does not work), TooMany.
    """
    DESK.require(actor)
    mine = agencies_of(actor)
    if not set(agencies) <= mine:
        raise NotFound
    versions = procedures.versions(set(procedures.versions_of(code=procedure))) if procedure else {}
    if not versions:
        raise Invalid(fields={"procedure": _("Chọn một thủ tục trong danh sách.")})
    if since > until:
        raise Invalid(fields={"until": _("Ngày cuối phải từ ngày đầu trở đi.")})
    kept = ProcessMap.objects.filter(account_id=account_of(actor))
    if kept.filter(state=ProcessMap.State.WAITING).count() >= AT_ONCE:
        raise TooMany(_("Bạn đang chờ %(most)s bản đồ. Đợi xong rồi yêu cầu tiếp.") % {"most": AT_ONCE})
    for old in kept.exclude(state=ProcessMap.State.WAITING).order_by("-asked_at", "-id")[KEPT - 1 :]:
        old.delete()
    newest = max(versions.values(), key=lambda version: version.valid_from)
    made = ProcessMap.objects.create(
        account_id=account_of(actor),
        agencies=sorted(agencies or mine),
        procedure=procedure,
        procedure_name=newest.name,
        since=since,
        until=until,
        asked_at=clock.now(),
    )
    emit(actor, MapAsked(made.id, list(made.agencies), procedure), subject=f"process-map:{made.id}")
    jobs.make_map.defer(map=str(made.id))
    return made
