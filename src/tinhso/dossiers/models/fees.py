"""What a dossier costs, and the money that came in: receipts are numbered, voided with a reason, never removed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row

#: The kind of book whose numbers are those of receipts: yearly, per agency, without a gap.
RECEIPTS = "bien-lai-thu-phi"


class FeeState(models.TextChoices):
    FREE = "free", _("Không thu")
    OPEN = "open", _("Chờ cán bộ xác nhận")
    WAITING = "waiting", _("Chờ nộp")
    PAID = "paid", _("Đã nộp")
    DROPPED = "dropped", _("Thôi thu")
    REFUNDED = "refunded", _("Phải trả lại")


class FeeDue(Row):
    """One charge of a dossier: how much in đồng and by which article, or why nothing. What the table said is kept with
    the version that said it; an official's own amount stands beside it."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="fees")
    number = models.PositiveIntegerField()  #: order within the dossier
    code = models.CharField(max_length=100, blank=True)  #: the decision of the table; empty: an official asked for it
    item = models.CharField(max_length=500)
    amount = models.PositiveBigIntegerField(null=True)
    unit = models.PositiveBigIntegerField(null=True)  #: đồng each, ``times``
    times = models.PositiveIntegerField(default=1)
    article = models.CharField(max_length=1000, blank=True)
    exemption = models.CharField(max_length=500, blank=True)
    #: the ground that an official saw proven, and by which paper
    claim = models.CharField(max_length=500, blank=True)
    claim_note = models.CharField(max_length=500, blank=True)
    claim_by_name = models.CharField(max_length=255, blank=True)
    verified = models.BooleanField(default=False)  #: amount and article were checked against the text
    basis = models.ForeignKey("procedures.ProcedureVersion", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=FeeState.choices, default=FeeState.OPEN)
    reckoned_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=255, blank=True)
    pause = models.ForeignKey("dossiers.Pause", models.PROTECT, null=True, related_name="fees")
    payment = models.OneToOneField("dossiers.Payment", models.PROTECT, null=True, related_name="+")
    #: settled elsewhere: the number of the receipt that was given there
    outside_number = models.CharField(max_length=50, blank=True)
    dropped_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="fee_number_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["waiting", "paid"]) | models.Q(amount__gt=0), name="fee_asked_has_amount"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], condition=models.Q(state="waiting"), name="fee_waiting"),
            models.Index(
                fields=["outside_number"], condition=~models.Q(outside_number=""), name="fee_by_outside_number"
            ),
        ]


class Payment(Row):
    """Money taken at the counter, with the receipt given for it. What is printed is kept here as it was that day."""

    class Method(models.TextChoices):
        CASH = "cash", _("Tiền mặt")
        TRANSFER = "transfer", _("Chuyển khoản")

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="payments")
    fee = models.ForeignKey(FeeDue, models.PROTECT, related_name="payments")
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    entry = models.OneToOneField("dossiers.BookEntry", models.PROTECT, related_name="payment")
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField()
    method = models.CharField(max_length=10, choices=Method.choices)
    reference = models.CharField(max_length=100, blank=True)  #: the bank's, of a transfer
    payer_name = models.CharField(max_length=255)
    item = models.CharField(max_length=500)
    article = models.CharField(max_length=1000, blank=True)
    procedure_code = models.CharField(max_length=20)
    procedure_name = models.CharField(max_length=500)
    paid_at = models.DateTimeField(default=clock.now)
    paid_on = models.DateField()  #: the business day
    cashier = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    cashier_name = models.CharField(max_length=255)
    voided_at = models.DateTimeField(null=True)
    voided_on = models.DateField(null=True)
    voided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    voided_by_name = models.CharField(max_length=255, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)
    refund = models.BooleanField(default=False)  #: noted when voided: the money goes back; nobody here sends it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="payment_number_once"),
            models.UniqueConstraint(fields=["fee"], condition=models.Q(voided_at=None), name="payment_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount"),
            models.CheckConstraint(
                condition=models.Q(voided_by=None) | ~models.Q(voided_by=models.F("cashier")), name="payment_two_people"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "paid_on", "number"], name="payment_of_day"),
            models.Index(
                fields=["agency", "voided_on"], condition=models.Q(voided_on__isnull=False), name="payment_voids_of_day"
            ),
        ]

    @property
    def receipt_number(self) -> str:
        """As printed: 07/2026."""
        return f"{self.number:02}/{self.year}"
