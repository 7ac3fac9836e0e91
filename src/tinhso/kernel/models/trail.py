"""Events, audit trail, seals, disclosures: the app's role may add to them and read them, nothing else.

Their tables are made by hand-written SQL (partitions by month, privileges), hence ``managed = False``.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models.row import Row


class Appended(Row):
    """A row that is never changed. ``created_at`` (business time) chooses the month's partition."""

    actor_account = models.UUIDField(null=True)
    actor_name = models.TextField(blank=True)
    request_id = models.TextField(blank=True)

    class Meta:
        abstract = True


class EventRecord(Appended):
    """The outbox: what happened, as its app told it. ``position`` orders the events of one subject."""

    position = models.BigIntegerField()
    type = models.TextField()
    subject = models.TextField(db_collation="C")
    data = models.JSONField()

    class Meta:
        managed = False
        db_table = "kernel_event"


class AuditRecord(Appended):
    """The trail: every event by its digest, and acts that are not events.

    ``xact`` and ``position`` are set by the database alone: the transaction that wrote the row, and a number within it.
    """

    position = models.BigIntegerField()
    xact = models.BigIntegerField()
    act = models.TextField()
    subject = models.TextField(db_collation="C")
    event = models.UUIDField(null=True)
    data = models.JSONField()

    class Meta:
        managed = False
        db_table = "kernel_audit"


class Disclosure(Appended):
    """Somebody read data of another person. ``actor_*`` is the reader."""

    batch = models.UUIDField()
    person = models.UUIDField()
    record = models.TextField()
    fields = ArrayField(models.TextField())
    purpose = models.TextField()

    class Meta:
        managed = False
        db_table = "kernel_disclosure"


class Seal(models.Model):
    """A signed digest over all audit rows of the transactions ``[since, until)``."""

    number = models.BigIntegerField(primary_key=True)
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    rows = models.BigIntegerField()
    members = models.BinaryField()  #: 48 bytes a row: its id, and its link in the hash chain
    statement = models.TextField()  #: the signed words, canonical JSON
    signature = models.BinaryField()

    class Meta:
        managed = False
        db_table = "kernel_seal"

    def __str__(self) -> str:
        return f"seal {self.number}"


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("Đang chờ")
    DONE = "done", _("Đã xong")
    PARKED = "parked", _("Để riêng, chờ người xử lý")


class Delivery(Row):
    """One event for one reaction. Times here are real time: a pinned business clock must not stop retries."""

    event = models.UUIDField()
    event_at = models.DateTimeField()
    reaction = models.CharField(max_length=100)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)  #: error type and place of the last failure, never its values

    class Meta:
        constraints = [models.UniqueConstraint("event", "reaction", name="kernel_delivery_once")]
        indexes = [
            models.Index(
                fields=["state", "due_at"], name="kernel_delivery_open", condition=~models.Q(state=DeliveryState.DONE)
            )
        ]


class SpoolMark(models.Model):
    """How far a spool file has been taken into the database."""

    file = models.CharField(max_length=200, primary_key=True)
    offset = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.file} {self.offset}"
