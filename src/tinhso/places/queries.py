"""What may be asked about places: units and agencies on a date, their names, calendars."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.calendar import Calendar
from tinhso.kernel.errors import NotFound
from tinhso.kernel.prepared import first, prepared
from tinhso.places.calendars import calendars, stamp
from tinhso.places.models import Agency, AgencyKind, Level, ReorganisationPart, Succession, Unit


def valid(on: date) -> Q:
    """Rows valid on that day."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def units(
    on: date, level: Level | str | None = None, province: str | None = None, under: str | None = None
) -> "QuerySet[Unit]":
    """Units of a day by code, with their parent; ``under`` is a parent's code. Boundaries are left out."""
    found = Unit.objects.filter(valid(on)).select_related("parent").defer("boundary", "parent__boundary")
    if level is not None:
        found = found.filter(level=str(level))
    if province is not None:
        found = found.filter(province_code=province)
    if under is not None:
        found = found.filter(parent__code=under)
    return found.order_by("code")


def unit_facts(
    on: date, level: Level | str | None = None, province: str | None = None, under: str | None = None
) -> QuerySet[Unit, Any]:
    """As `units`, ready to be sent: plain values, no objects made."""
    return (
        units(on, level, province, under)
        .select_related(None)
        .values(
            "code",
            "name",
            "level",
            "kind",
            "province_code",
            "valid_from",
            "valid_to",
            "since_known",
            "island",
            parent_code=F("parent__code"),
        )
    )


def unit_at(code: str, on: date) -> Unit:
    """The unit that the code named on that day. Raises NotFound."""
    found = units(on).filter(code=code).first()
    if found is None:
        raise NotFound(
            _("Mã %(code)s không chỉ đơn vị hành chính nào vào ngày %(day)s.")
            % {"code": code[:20], "day": f"{on:%d/%m/%Y}"}
        )
    return found


def ancestors(unit: Unit) -> list[Unit]:
    """Parent, its parent …, the province last."""
    found = []
    above = unit.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def successors(unit: Unit, on: date | None = None) -> list[Unit]:
    """What became of the unit: the next units, or, with a day, those of that day however many steps away.

    A unit still valid on that day is its own answer.
    """
    if on is None:
        return [step.new for step in _steps([unit])]
    found, now = {}, [unit]
    while now:
        found.update({u.id: u for u in now if u.valid_from <= on and (u.valid_to is None or on <= u.valid_to)})
        now = [step.new for step in _steps([u for u in now if u.id not in found])]
    return sorted(found.values(), key=lambda u: u.code)


def predecessors(unit: Unit) -> list[Unit]:
    """The units that it was made of."""
    steps = Succession.objects.filter(new=unit).select_related("old__parent").defer("old__boundary")
    return sorted((step.old for step in steps), key=lambda u: u.code)


def _steps(old: list[Unit]) -> "list[Succession]":
    steps = Succession.objects.filter(old__in=old).select_related("new__parent")
    return list(steps.defer("new__boundary", "new__parent__boundary").order_by("new__code"))


def agencies(on: date, kind: AgencyKind | str | None = None, under: UUID | None = None) -> "QuerySet[Agency]":
    """Agencies of a day by code, with their unit."""
    found = Agency.objects.filter(valid(on)).select_related("unit", "parent").defer("unit__boundary")
    if kind is not None:
        found = found.filter(kind=str(kind))
    if under is not None:
        found = found.filter(parent_id=under)
    return found.order_by("code")


@prepared
def _agency(agency: UUID) -> QuerySet[Agency]:
    return Agency.objects.select_related("unit", "parent").defer("unit__boundary").filter(id=agency)


def agency(agency_id: UUID) -> Agency:
    """Raises NotFound."""
    found = first(_agency(agency=agency_id))
    if found is None:
        raise NotFound(_("Không có cơ quan này."))
    return found


def agency_by_code(code: str, on: date) -> Agency:
    """Raises NotFound."""
    found = agencies(on).filter(code=code).first()
    if found is None:
        raise NotFound(_("Mã %(code)s không chỉ cơ quan nào vào ngày đó.") % {"code": code[:40]})
    return found


def agency_of_unit(unit_code: str, on: date) -> Agency:
    """The People's Committee of a unit on a day. Raises NotFound."""
    committees = [str(kind) for kind in AgencyKind if kind is not AgencyKind.DEPARTMENT]
    found = agencies(on).filter(valid_unit(unit_code, on), kind__in=committees).first()
    if found is None:
        raise NotFound(_("Chưa có Ủy ban nhân dân nào của đơn vị %(code)s vào ngày đó.") % {"code": unit_code[:20]})
    return found


def valid_unit(unit_code: str, on: date) -> Q:
    return (
        Q(unit__code=unit_code, unit__valid_from__lte=on)
        & (Q(unit__valid_to__isnull=True) | Q(unit__valid_to__gte=on))
    )  # fmt: skip


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of agencies and units, for a list; one or two queries whatever its length."""
    wanted = set(ids)
    found = dict(Agency.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}
    left = wanted - found.keys()
    return found | (dict(Unit.objects.filter(id__in=left).values_list("id", "name")) if left else {})


def seats(agency_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The administrative unit of each of these agencies, in one query."""
    return dict(Agency.objects.filter(id__in=set(agency_ids)).values_list("id", "unit_id"))


def calendar_for(agency_id: UUID | None) -> Calendar:
    """The working calendar of an agency: its own hours and days first, then the province's."""
    return calendars_for([agency_id])[agency_id]


def calendar_stamp() -> UUID | None:
    """The mark that changes with every change of any working calendar; None when the database has none."""
    return stamp()


def calendars_for(agency_ids: Iterable[UUID | None]) -> dict[UUID | None, Calendar]:
    """Calendars for a list of agencies, in one query (three when one is not known to this process yet)."""
    return calendars(agency_ids)


def parts_of(agency_id: UUID) -> list[ReorganisationPart]:
    """What a reorganisation took from this agency, in the order that decides; empty while none did. Drafts follow."""
    return list(ReorganisationPart.objects.filter(old=agency_id).order_by("rank"))
