"""Persons and their identifiers. A person is not a CCCD: newborns, foreigners and old cards exist."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row
from tinhso.people.models.validity import DURING, in_order, span


class Sex(models.TextChoices):
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class Person(Row):
    """A natural person as the state knows them."""

    full_name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex.choices, blank=True)
    ethnicity = models.CharField(max_length=60, blank=True)
    nationality = models.CharField(max_length=60, default="Việt Nam")
    place_of_birth = models.CharField(max_length=300, blank=True)
    hometown = models.CharField(max_length=300, blank=True)  #: quê quán
    residence = models.CharField(max_length=300, blank=True)  #: as written on the papers
    home_unit_code = models.CharField(max_length=10, blank=True)  #: commune of residence, with the validity of today
    died_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40)  #: how the state came to know: counter, vneid, birth_registration …
    sample = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["full_name", "birth_date"], name="person_name_birth"),)

    def __str__(self) -> str:
        return str(self.id)


class IdentifierKind(models.TextChoices):
    CCCD = "cccd", _("Căn cước công dân / thẻ căn cước (12 số)")
    PERSONAL_NUMBER = "personal_number", _("Số định danh cá nhân")
    CMND = "cmnd", _("Chứng minh nhân dân (9 số)")
    PASSPORT = "passport", _("Hộ chiếu")


#: The CCCD carries the personal number: one number space, never two persons in it.
PERSONAL_NUMBER_SPACE = (IdentifierKind.CCCD, IdentifierKind.PERSONAL_NUMBER)


class Identifier(Row):
    """A number that names a person while it is valid. Only verified numbers are here (see IdentityClaim)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=20, choices=IdentifierKind.choices)
    number = models.CharField(max_length=30)
    issuer = models.CharField(max_length=60, default="VN")  #: country, or the office that issued it
    issued_on = models.DateField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="one_person_a_number",
                expressions=(
                    # first, for speed alone: a tree over texts takes eight times as long to build and to ask
                    (
                        Func(F("number"), Value(0), function="hashtextextended", output_field=models.BigIntegerField()),
                        RangeOperators.EQUAL,
                    ),
                    (
                        Case(
                            When(kind__in=[k.value for k in PERSONAL_NUMBER_SPACE], then=Value("personal")),
                            default="kind",
                            output_field=models.CharField(),
                        ),
                        RangeOperators.EQUAL,
                    ),
                    ("number", RangeOperators.EQUAL),
                    ("issuer", RangeOperators.EQUAL),
                    ("person", RangeOperators.NOT_EQUAL),
                    (span(), DURING),
                ),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "number", "issuer"],
                condition=Q(valid_to__isnull=True),
                name="an_identifier_once",
            ),
            in_order("identifier"),
        )
        indexes = (models.Index(fields=["number"], name="identifier_number"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Relation(models.TextChoices):
    MOTHER = "mother", _("Mẹ")
    FATHER = "father", _("Cha")
    CHILD = "child", _("Con")
    SPOUSE = "spouse", _("Vợ hoặc chồng")
    GUARDIAN = "guardian", _("Người giám hộ")


class Kinship(Row):
    """``relative`` is the ``kind`` of ``person`` (the mother of the child)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="kin")
    relative = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Relation.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=80)  #: the register entry that says so

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "relative", "kind"], condition=Q(valid_to__isnull=True), name="a_kinship_once"
            ),
            models.CheckConstraint(condition=~Q(person=models.F("relative")), name="nobody_is_own_kin"),
            in_order("kinship"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Correction(Row):
    """A name or day of birth that the first official typed wrongly: one official proposes, a leader decides."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ lãnh đạo duyệt")
        APPROVED = "approved", _("Đã sửa")
        REFUSED = "refused", _("Không duyệt")
        WITHDRAWN = "withdrawn", _("Đã rút")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="corrections")
    agency = models.ForeignKey("places.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=IdentifierKind.choices)  #: the paper that was seen
    number = models.CharField(max_length=30)
    full_name = models.CharField(max_length=200)  #: as it stands on the paper
    birth_date = models.DateField()
    name_before = models.CharField(max_length=200)
    birth_before = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    proposed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(state="open"), name="one_open_correction_a_person"),
            models.CheckConstraint(
                name="nobody_approves_their_own_correction",
                condition=~Q(state="approved") | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
        )
        indexes = (models.Index(fields=["agency", "-id"], name="correction_agency"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def expired(self) -> bool:
        """Nobody decided in time: it can only be proposed anew."""
        return self.state == self.State.OPEN and self.expires_at <= clock.now()
