"""The vault: what the state holds for a person, found again and reused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row


class HoldingState(models.TextChoices):
    ACTIVE = "active", _("Có hiệu lực")
    REVOKED = "revoked", _("Đã thu hồi")
    SUPERSEDED = "superseded", _("Đã được thay thế")
    EXPIRED = "expired", _("Hết giá trị")


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


class RequestKind(models.TextChoices):
    EXPORT = "export", _("Cung cấp dữ liệu của tôi")
    ERASURE = "erasure", _("Xóa dữ liệu của tôi")


class RequestState(models.TextChoices):
    ASKED = "asked", _("Đã nhận, đang chờ")
    WORKING = "working", _("Đang làm")
    DONE = "done", _("Đã xong")
    REFUSED = "refused", _("Không thực hiện được")


class DataRequest(Row):
    """A person asks for, or asks to erase, what the state holds about them here (Law 91/2025/QH15)."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=255)
    agency = models.ForeignKey("places.Agency", models.PROTECT, null=True, related_name="+")  #: asked at its counter
    reason = models.TextField(blank=True)  #: the person's own words
    answer_by = models.DateTimeField(null=True)  #: None: the pack knows no verified term
    done_by = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  #: why it was refused
    finished_at = models.DateTimeField(null=True)
    data_file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    paper = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    #: what was erased and what stays, each with its reason: {"erased": […], "kept": […]}
    outcome = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="data_request_of_person"),
            models.Index(fields=["asked_by", "-id"], name="data_request_asked_by"),
            models.Index(
                fields=["kind", "id"], name="data_request_open", condition=models.Q(state__in=["asked", "working"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(state__in=["asked", "working"]),
                name="data_request_open_once",
            )
        ]
