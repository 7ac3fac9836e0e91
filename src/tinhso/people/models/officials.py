"""Officials: an account that acts for an agency in a role, and who may sign for whom."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row
from tinhso.people.models.accounts import Account
from tinhso.people.models.validity import DURING, in_order, span


class Role(models.TextChoices):
    """What an official does at an agency."""

    RECEIVER = "receiver", _("Tiếp nhận và trả kết quả")
    SPECIALIST = "specialist", _("Chuyên môn thụ lý")
    LEADER = "leader", _("Lãnh đạo ký duyệt")
    CLERK = "clerk", _("Văn thư")
    AGENCY_ADMIN = "agency_admin", _("Quản trị cơ quan")
    PROVINCE_ADMIN = "province_admin", _("Quản trị cấp tỉnh")
    AUDITOR = "auditor", _("Kiểm tra, giám sát")


class Official(Row):
    """The official behind an account: the name and title as printed on what they sign."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="official")
    full_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200)  #: chức vụ, chức danh

    def __str__(self) -> str:
        return self.full_name


class Post(Row):
    """A role at an agency, from a day to a day."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey("places.Agency", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="a_post_once_at_a_time",
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

    class Meta:
        verbose_name_plural = "signing authorities"
        constraints = (
            ExclusionConstraint(
                name="one_signing_form_at_a_time",
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
