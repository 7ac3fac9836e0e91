"""The strategy as data: targets, tasks and duties of the decision, what is done about them, and yearly snapshots."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Direction(models.TextChoices):
    """Which way a value counts as reached, as the decision words it."""

    AT_LEAST = "at_least", _("ít nhất")
    ABOVE = "above", _("trên")
    AT_MOST = "at_most", _("không quá")


class Clause(Row):
    """A heading of the decision: "II.1.1" "Chính quyền số". Text exactly as there."""

    key = models.CharField(max_length=20, unique=True)
    title = models.TextField()
    position = models.PositiveIntegerField()


class Target(Row):
    """One number of part II: to be reached by the end of a year. ``sentence`` and ``part`` are the decision's words."""

    key = models.CharField(max_length=20, unique=True)
    clause = models.CharField(max_length=20)
    position = models.PositiveIntegerField()  #: in the order of the decision
    sentence = models.TextField()
    part = models.TextField()
    title = models.CharField(max_length=200)  #: ours, short
    year = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=9, decimal_places=2)
    unit = models.CharField(max_length=40)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    series = models.CharField(max_length=60)  #: the same thing in 2025 and in 2030
    owner = models.CharField(max_length=300, blank=True)  #: empty: the decision names nobody
    measure = models.CharField(max_length=60, blank=True)  #: empty: no source of numbers yet
    note = models.TextField(blank=True)  #: what the measure leaves out, and other remarks of ours
    unverified = models.BooleanField(default=False)
    source = models.CharField(max_length=300)
    listed = models.BooleanField(default=True)  #: False: the pack no longer names it
    search_text = models.TextField()  #: lower case without marks

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["series", "year"], name="target_of_series")]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class UndertakingKind(models.TextChoices):
    TASK = "task", _("Nhiệm vụ trọng tâm")
    DUTY = "duty", _("Phân công theo Điều 2")


class Undertaking(Row):
    """A task of part III or a duty of article 2. Whose it is: `Owner`, only where the decision names an agency."""

    key = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=UndertakingKind.choices)
    clause = models.CharField(max_length=20)
    position = models.PositiveIntegerField()  #: in the order of the decision
    sentence = models.TextField()
    sector = models.CharField(max_length=100, blank=True)  #: "Ngành y tế": a sector, not yet an agency
    owner = models.CharField(max_length=300, blank=True)  #: as the decision writes it
    measure = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=300)
    listed = models.BooleanField(default=True)
    search_text = models.TextField()

    def __str__(self) -> str:
        return f"{self.key} {self.sentence[:60]}"


class Owner(Row):
    """An agency that the decision charges with an undertaking."""

    undertaking = models.ForeignKey(Undertaking, models.CASCADE, related_name="owners")
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["undertaking", "agency"], name="owner_once")]


class Progress(models.TextChoices):
    NOT_BEGUN = "not_begun", _("Chưa bắt đầu")
    UNDER_WAY = "under_way", _("Đang làm")
    DONE = "done", _("Đã xong")


class Written(Row):
    """Something an official wrote about an undertaking."""

    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=255)
    #: the agency for which it was written; none: for the province
    agency = models.ForeignKey("places.Agency", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Plan(Written):
    """What is planned, until when, and how far it is. The latest number counts; earlier ones stay."""

    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField()
    text = models.TextField()
    due = models.DateField(null=True)
    progress = models.CharField(max_length=10, choices=Progress.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["undertaking", "number"], name="plan_number_once")]


class Evidence(Written):
    """A file or a link that shows what was done. Public; taken back it is no longer shown, the trail keeps it."""

    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(url="", file__isnull=False) | ~models.Q(url="") & models.Q(file__isnull=True),
                name="evidence_is_a_file_or_a_link",
            )
        ]


class Comment(Written):
    """A remark among officials."""

    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="comments")
    text = models.TextField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["undertaking", "-id"], name="comment_latest")]


class SnapshotState(models.TextChoices):
    FROZEN = "frozen", _("Chờ lãnh đạo ký")
    SIGNING = "signing", _("Đang ký")
    SIGNED = "signed", _("Chờ văn thư đóng dấu")
    SEALING = "sealing", _("Đang đóng dấu")
    ISSUED = "issued", _("Đã ký và đóng dấu")


class Snapshot(Row):
    """The targets of a year as they stood at an instant: frozen as data, printed, signed and sealed."""

    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()  #: the first, second … of that year
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=clock.now)
    ordered_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    ordered_by_name = models.CharField(max_length=255)
    data = models.JSONField()
    data_digest = models.CharField(max_length=64)  #: SHA-256 of the frozen data in canonical form
    state = models.CharField(max_length=10, choices=SnapshotState.choices, default=SnapshotState.FROZEN)
    signer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    signer_name = models.CharField(max_length=255, blank=True)
    signer_form = models.CharField(max_length=12, blank=True)
    signer_for = models.CharField(max_length=255, blank=True)
    signer_position = models.CharField(max_length=255, blank=True)
    sealer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    prepared = models.BinaryField(null=True)  #: `kernel.signing.Prepared` between the two phases
    fault = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_index=True)  #: SHA-256 of the signed file
    issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="snapshot_number_once")]
