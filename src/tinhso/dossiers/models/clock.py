"""What stops and extends the legal time of a dossier, and who was warned of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Pause(Row):
    """The legal time stands, for another reason than papers: who said so and why, from when to when."""

    class Cause(models.TextChoices):
        FEE = "fee", _("Chờ nộp phí, lệ phí")
        SUSPENSION = "suspension", _("Dừng giải quyết")
        APPLICANT = "applicant", _("Chờ người nộp")

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="pauses")
    cause = models.CharField(max_length=20, choices=Cause.choices)
    reason = models.TextField()
    began_at = models.DateTimeField(default=clock.now)
    began_by_name = models.CharField(max_length=255)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=255, blank=True)
    end_note = models.TextField(blank=True)
    #: of a payment: what is asked for, in đồng, and the receipt given for it
    amount = models.PositiveBigIntegerField(null=True)
    receipt_number = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=models.Q(ended_at=None), name="pause_open_once"),
            models.CheckConstraint(
                condition=models.Q(cause="fee", amount__isnull=False)
                | (~models.Q(cause="fee") & models.Q(amount=None)),
                name="pause_amount_of_fee",
            ),
        ]


class Extension(Row):
    """Apology and new date, once (Decree 61/2018/NĐ-CP, art. 19.9)."""

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="extension")
    until = models.DateTimeField()
    due_before = models.DateTimeField()  #: as it was promised before
    reason = models.TextField()
    decided_by_name = models.CharField(max_length=255)
    decided_at = models.DateTimeField(default=clock.now)


class Warned(Row):
    """Somebody was told that a step, or the whole, is close to due or late: each rule once for each due time."""

    step = models.ForeignKey("dossiers.Step", models.CASCADE, related_name="+")
    rule = models.CharField(max_length=50)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "rule", "due_at"], name="warned_once")]
