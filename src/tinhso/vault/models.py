"""The vault: what the state holds for a person, found again and reused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row


class HoldingState(models.TextChoices):
    ACTIVE = "active", _("Có hiệu lực")
    REVOKED = "revoked", _("Đã thu hồi")
    SUPERSEDED = "superseded", _("Đã được thay thế")


class Holding(Row):
    """One document held for a person. ``origin`` names what made it (a dossier's result), once."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.ForeignKey("places.Agency", models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=HoldingState.choices, default=HoldingState.ACTIVE)
    ended_at = models.DateTimeField(null=True)
    dossier = models.UUIDField(null=True)
    origin = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-issued_at"], name="holding_of_person")]
