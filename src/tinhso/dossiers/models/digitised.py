"""Results that exist on paper, digitised in bulk: the list that was uploaded, and each paper with its signed file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row


class BatchState(models.TextChoices):
    CHECKING = "checking", _("Đang kiểm tra")
    WRONG = "wrong", _("Có dòng cần sửa")
    READY = "ready", _("Đúng cả, chờ ký")
    SIGNING = "signing", _("Đang ký")
    DONE = "done", _("Đã ký xong")
    DROPPED = "dropped", _("Đã bỏ")


class DigitisedBatch(Row):
    """One uploaded archive: a list and the scans that it names."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.CHECKING)
    version = models.PositiveIntegerField(default=1)
    total = models.PositiveIntegerField(default=0)  #: lines of the list
    done = models.PositiveIntegerField(default=0)  #: lines of the work that runs now
    counts = models.JSONField(default=dict)  #: how many lines stand how, and files that no line names
    fault = models.CharField(max_length=500, blank=True)  #: why it cannot be read at all
    made_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=255)
    signer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    signer_name = models.CharField(max_length=255, blank=True)
    ordered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "-id"], name="digitised_batch_of_agency")]

    @property
    def working(self) -> bool:
        return self.state in (BatchState.CHECKING, BatchState.SIGNING)


class DigitisedState(models.TextChoices):
    WRONG = "wrong", _("Cần sửa")
    READY = "ready", _("Chờ ký")
    NOTED = "noted", _("Chưa quét, chờ ghi vào sổ")
    LISTED = "listed", _("Chỉ có bản giấy")
    SIGNED = "signed", _("Đã số hóa")
    EXPIRED = "expired", _("Hết giá trị")
    REVOKED = "revoked", _("Đã thu hồi")
    REPLACED = "replaced", _("Đã có bản số hóa")


class Digitised(Row):
    """One paper of the book. ``number`` and ``year`` are of the book of its kind; ``valid_to``: the last day of
    validity, None without end. ``person``: once the state knows who holds the identity number."""

    batch = models.ForeignKey(DigitisedBatch, models.PROTECT, related_name="rows")
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    typed = models.JSONField(default=dict)  #: column → text
    faults = models.JSONField(default=list)  #: [{"column": "D", "words": "…"}]
    state = models.CharField(max_length=10, choices=DigitisedState.choices)
    kind = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=255, blank=True)
    number = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    issued_on = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    identity = models.CharField(max_length=12, blank=True)
    holder_name = models.CharField(max_length=255, blank=True)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    #: `kernel.signing.Prepared` between the phases; emptied when the signature is made
    prepared = models.BinaryField(null=True)
    problem = models.CharField(max_length=500, blank=True)  #: why the signature was not made
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_index=True)  #: SHA-256 of the signed file
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True)
    ended_by_name = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="digitised_line_once"),
            models.UniqueConstraint(
                fields=["agency", "kind", "number", "year"],
                condition=models.Q(state__in=["signed", "listed"]),
                name="digitised_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="digitised_of_person"),
            models.Index(
                fields=["identity"], condition=models.Q(person=None, state="signed"), name="digitised_waits_for_holder"
            ),
            models.Index(
                fields=["valid_to"],
                condition=models.Q(state__in=["signed", "listed"], valid_to__isnull=False),
                name="digitised_expiring",
            ),
            models.Index(fields=["batch", "state", "line"], name="digitised_of_batch"),
        ]
