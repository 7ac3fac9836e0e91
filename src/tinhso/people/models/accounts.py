"""Accounts: who signs in, how sure we are of who they are, and the tokens of their programs."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row
from tinhso.people.models.persons import IdentifierKind, Person


class Assurance(models.TextChoices):
    UNVERIFIED = "unverified", _("Chưa xác minh danh tính")
    VERIFIED = "verified", _("Đã xác minh danh tính")


class Way(models.TextChoices):
    """How an identity was verified."""

    COUNTER = "counter", _("Cán bộ đối chiếu giấy tờ tại quầy")
    VNEID = "vneid", _("Tài khoản định danh điện tử (VNeID)")


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by login, however it was typed."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=username)


def real_now() -> datetime:
    """Log-ins use real time, not the business clock (architecture, rule 2)."""
    return clock.real()


class Account(AbstractBaseUser, Row):
    """Somebody who signs in: a person of the public or an official."""

    login = models.CharField(max_length=150, unique=True)  #: e-mail, telephone number, or an official's short name
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    full_name = models.CharField(max_length=200, blank=True)  #: as typed; the verified name is the person's
    code = models.CharField(max_length=12, unique=True)  #: read out at the counter; opens nothing by itself
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts")
    assurance = models.CharField(max_length=12, choices=Assurance.choices, default=Assurance.UNVERIFIED)
    verified_how = models.CharField(max_length=12, choices=Way.choices, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verified_agency = models.ForeignKey(
        "places.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sample = models.BooleanField(default=False)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Accounts] = Accounts()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="verified_means_a_person",
                condition=Q(assurance=Assurance.UNVERIFIED, person__isnull=True)
                | Q(assurance=Assurance.VERIFIED, person__isnull=False, verified_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(is_active=True), name="one_active_account_a_person"),
            models.CheckConstraint(condition=Q(login=Lower(F("login"))), name="login_is_lower_case"),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def verified(self) -> bool:
        return self.assurance == Assurance.VERIFIED


class IdentityClaim(Row):
    """What an account says of itself and nobody has checked. It opens nothing that the state holds."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="claim")
    full_name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=IdentifierKind.choices, blank=True)
    number = models.CharField(max_length=30, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Token(Row):
    """A program's log-in: the bearer token itself is never stored, only its SHA-256."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    strong = models.BooleanField(default=False)  #: a second factor was given
    auth_hash = models.CharField(max_length=128)  #: dies with the password
    issued_at = models.DateTimeField(default=real_now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class ContactCode(Row):
    """A code sent to an e-mail address or telephone, to register or to set a new password with.

    The row is made alike whether or not an account stands behind the contact.
    """

    class Purpose(models.TextChoices):
        REGISTER = "register"
        RESET = "reset"

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    contact = models.CharField(max_length=254)
    digest = models.CharField(max_length=128)  #: of the code, empty when no code can ever be right
    full_name = models.CharField(max_length=200, blank=True)
    password = models.CharField(max_length=200, blank=True)  #: hashed, of the account to be made
    tries_left = models.PositiveSmallIntegerField(default=5)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
