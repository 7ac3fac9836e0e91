"""Organisations: enterprises, cooperatives, household businesses."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row
from tinhso.people.models.validity import DURING, in_order, span


class Organisation(Row):
    """A body that is not a person and not an agency of the state (those are `places.Agency`)."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("Doanh nghiệp")
        COOPERATIVE = "cooperative", _("Hợp tác xã")
        HOUSEHOLD_BUSINESS = "household_business", _("Hộ kinh doanh")
        OTHER = "other", _("Tổ chức khác")

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    address = models.CharField(max_length=300, blank=True)
    home_unit_code = models.CharField(max_length=10, blank=True)
    sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class OrganisationIdentifier(Row):
    """A number that names an organisation while it is valid."""

    class Kind(models.TextChoices):
        TAX_CODE = "tax_code", _("Mã số thuế")
        HOUSEHOLD_BUSINESS_CODE = "household_business_code", _("Mã số hộ kinh doanh")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    number = models.CharField(max_length=30)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="one_organisation_a_number",
                expressions=(
                    ("kind", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    (span(), DURING),
                ),
            ),
            in_order("organisation_identifier"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
