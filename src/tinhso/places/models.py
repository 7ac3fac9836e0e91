"""Administrative units and agencies through time.

A code alone names nothing: 30742 has been three places. A unit is a code *and* a validity (both ends included).
"""

from enum import StrEnum
from typing import ClassVar

from django.contrib.gis.db.models import MultiPolygonField
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row

OPEN_ENDED = Value("[]")


def validity() -> Func:
    """The days from valid_from to valid_to, both included, as a range."""
    return Func(F("valid_from"), F("valid_to"), OPEN_ENDED, function="daterange", output_field=DateRangeField())


class Level(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"  #: until 30 June 2025
    COMMUNE = "commune"


class AgencyKind(StrEnum):
    PROVINCE_COMMITTEE = "province_committee"
    DEPARTMENT = "department"
    DISTRICT_COMMITTEE = "district_committee"
    COMMUNE_COMMITTEE = "commune_committee"


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(str(value), str(value)) for value in values]


class Unit(Row):
    """A province, district or commune as it was from one day to another."""

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)  #: with its kind: "Phường Vĩnh Thanh Vân"
    level = models.CharField(max_length=10, choices=choices(Level))
    kind = models.CharField(max_length=30)  #: tỉnh, thành phố, huyện, phường, thị trấn, xã, đặc khu
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    province_code = models.CharField(max_length=2)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    since_known = models.BooleanField(default=True)  #: False: it existed before valid_from, since when is not verified
    island = models.BooleanField(default=False)  #: deadlines may be longer there
    boundary = MultiPolygonField(srid=4326, null=True, blank=True)
    boundary_approximate = models.BooleanField(default=False)
    boundary_source = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["code", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_unit_a_code_a_day",
                expressions=[(F("code"), RangeOperators.EQUAL), (validity(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["province_code", "level", "code"], name="unit_by_province")]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Succession(Row):
    """What became of a unit: ``new`` took over all of ``old`` on a day."""

    old = models.ForeignKey(Unit, models.PROTECT, related_name="became")
    new = models.ForeignKey(Unit, models.PROTECT, related_name="came_from")
    on = models.DateField()
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="one_succession_a_pair")]


class Agency(Row):
    """A body of the state, from one day to another. Its code is unverified where the pack says so."""

    code = models.CharField(max_length=35)  #: Decision 20/2020: groups of A–Z and 0–9 split by points
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=choices(AgencyKind))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="agencies")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    code_verified = models.BooleanField(default=False)
    source = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["code", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_agency_a_code_a_day",
                expressions=[(F("code"), RangeOperators.EQUAL), (validity(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="agency_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class WorkingHours(Row):
    """Sessions and weekend of an agency, or of all agencies (no agency), from one day to another."""

    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="hours")
    sessions = models.JSONField()  #: [["07:00", "11:00"], ["13:00", "17:00"]]
    weekend = models.JSONField()  #: [5, 6]: Monday is 0
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)


class SpecialDay(Row):
    """A day off or a make-up working day, of one agency or of all."""

    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="special_days")
    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=120)
    certain = models.BooleanField(default=True)  #: False: predicted or not verified
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "day"], nulls_distinct=False, name="one_special_day_an_agency")
        ]


class Reorganisation(Row):
    """A plan of the pack (`reorganisations/<name>.yaml`) on its way: proposed, approved by a second person, done.

    ``fingerprint`` is the whole pack's when it was proposed: of a changed pack nobody approved anything.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Chờ người thứ hai duyệt")
        APPROVED = "approved", _("Đã duyệt, chưa thực hiện")
        ORDERED = "ordered", _("Đang thực hiện")
        DONE = "done", _("Đã thực hiện")
        REFUSED = "refused", _("Không duyệt")
        WITHDRAWN = "withdrawn", _("Đã rút")

    name = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    on = models.DateField()  #: first day of the new agencies
    fingerprint = models.CharField(max_length=64)
    plan = models.JSONField()  #: as the file said: `pack.reorganisations.Plan`
    effects = models.JSONField(default=list)  #: as they were counted when it was proposed
    outcome = models.JSONField(default=list)  #: as they were carried out
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.UUIDField(null=True)  #: an account: people stand above places
    proposed_by_name = models.CharField(max_length=255)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=500, blank=True)  #: of the last try, which left nothing behind

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(state__in=["proposed", "approved", "ordered", "done"]),
                name="one_standing_reorganisation_a_plan",
            ),
            models.CheckConstraint(
                name="nobody_approves_their_own_reorganisation",
                condition=~Q(state__in=["approved", "ordered", "done"]) | ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class ReorganisationPart(Row):
    """What went from which agency to which when a plan was carried out; the lowest ``rank`` that fits decides.

    Empty lists ask nothing: a part without any takes what is left.
    """

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="parts")
    old = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    new = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField()
    procedures = ArrayField(models.CharField(max_length=20), default=list)
    fields = ArrayField(models.CharField(max_length=200), default=list)
    units = ArrayField(models.CharField(max_length=10), default=list)
    codes = ArrayField(models.CharField(max_length=60), default=list)  #: of single dossiers
    source = models.CharField(max_length=500, blank=True)  #: empty: not verified

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reorganisation", "old", "rank"], name="one_part_a_rank")]
        indexes = [models.Index(fields=["old", "rank"], name="part_of_old_agency")]

    def __str__(self) -> str:
        return f"{self.old_id} {self.rank}"
