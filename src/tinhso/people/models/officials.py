"""Officials: an account that acts for an agency in a role, and who may sign for whom."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row
from tinhso.kernel.notify.sending import unaccented
from tinhso.people.models.accounts import Account
from tinhso.people.models.validity import DURING, in_order, span


class Role(models.TextChoices):
    """What an official does at an agency."""

    RECEIVER = "receiver", _("Tiếp nhận và trả kết quả")
    SPECIALIST = "specialist", _("Chuyên môn thụ lý")
    LEADER = "leader", _("Lãnh đạo ký duyệt")
    CLERK = "clerk", _("Văn thư")
    CASHIER = "cashier", _("Thu phí, lệ phí")
    AGENCY_ADMIN = "agency_admin", _("Quản trị cơ quan")
    PROVINCE_ADMIN = "province_admin", _("Quản trị cấp tỉnh")
    AUDITOR = "auditor", _("Kiểm tra, giám sát")


def name_key(full_name: str) -> str:
    """A name as it is searched and ordered: small letters without marks, single spaces."""
    return " ".join(unaccented(full_name).lower().split())


class NameKey(models.CharField):  # type: ignore[type-arg]
    """Follows ``full_name`` whenever the row is written."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = name_key(model_instance.full_name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


class Official(Row):
    """The official behind an account: the name and title as printed on what they sign."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="official")
    full_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)  #: chức vụ, chức danh
    name_key = NameKey(max_length=200, default="", editable=False)
    #: the agency of the latest post: whose administrator answers for an official without any post
    home = models.ForeignKey("places.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)  #: rises with each act on the official
    left_on = models.DateField(null=True, blank=True)  #: last day of service

    class Meta:
        indexes = (
            models.Index(fields=["name_key", "id"], name="official_by_name"),
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="official_name_part"),
        )

    def __str__(self) -> str:
        return self.full_name


class Post(Row):
    """A role at an agency, from a day to a day."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey("places.Agency", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  #: ended in the course of its last day
    stands_in_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="stand_ins"
    )
    passed_on = models.BooleanField(default=False)  #: it is over, and its inbox was passed on

    class Meta:
        indexes = (
            models.Index(fields=["agency", "role"], name="post_at_agency"),
            models.Index(fields=["valid_to"], condition=models.Q(passed_on=False), name="post_to_pass_on"),
        )
        constraints = (
            ExclusionConstraint(
                name="a_post_once_at_a_time",
                condition=models.Q(ended_at__isnull=True),
                expressions=(
                    ("official", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (span(), DURING),
                ),
            ),
            in_order("post"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.id}"


class SigningForm(models.TextChoices):
    """The form in which an official signs (Decree 30/2020, article 13)."""

    OWN = "chinh_danh", _("Ký chính danh")
    FOR_HEAD = "kt", _("Ký thay (KT.)")
    BY_ORDER = "tl", _("Thừa lệnh (TL.)")
    BY_DELEGATION = "tuq", _("Thừa ủy quyền (TUQ.)")


class SigningAuthority(Row):
    """Leave to sign for an agency in one form, from a day to a day."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="signing_authorities")
    agency = models.ForeignKey("places.Agency", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=12, choices=SigningForm.choices)
    on_behalf_of = models.CharField(max_length=200, blank=True)  #: whose authority is used, e.g. "CHỦ TỊCH"
    position = models.CharField(max_length=200)  #: the signer's own, as printed, e.g. "PHÓ CHỦ TỊCH"
    basis = models.CharField(max_length=300, blank=True)  #: the decision or written delegation
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  #: ended in the course of its last day
    granted_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["agency", "valid_to"], name="authority_at_agency"),)
        verbose_name_plural = "signing authorities"
        constraints = (
            ExclusionConstraint(
                name="one_signing_form_at_a_time",
                condition=models.Q(ended_at__isnull=True),
                expressions=(
                    ("official", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (span(), DURING),
                ),
            ),
            models.CheckConstraint(
                name="signing_for_somebody_names_them",
                condition=models.Q(form="chinh_danh", on_behalf_of="")
                | ~models.Q(form="chinh_danh") & ~models.Q(on_behalf_of=""),
            ),
            in_order("signing_authority"),
        )

    def __str__(self) -> str:
        return f"{self.form} {self.id}"
