"""What operators need to remember: how much is stored, and what the public is told about the service itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models.row import Row


class StorageCount(Row):
    """Stored files of one kind as they were counted on a day: growth is the difference between two days."""

    day = models.DateField()
    kind = models.CharField(max_length=100)  #: media type
    files = models.BigIntegerField()
    bytes = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind"], name="kernel_storage_once_a_day")]


class Severity(models.TextChoices):
    INFORMATION = "information", _("Thông tin")
    DEGRADED = "degraded", _("Chậm hoặc thiếu một phần")
    DOWN = "down", _("Ngừng hoạt động")


class NoticeKind(models.TextChoices):
    PLANNED = "planned", _("Tạm ngừng theo kế hoạch")
    INCIDENT = "incident", _("Sự cố")


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("Bản nháp")
    PUBLISHED = "published", _("Đã công bố")
    ENDED = "ended", _("Đã kết thúc")
    WITHDRAWN = "withdrawn", _("Đã hủy")


class ServiceNotice(Row):
    """An incident or a planned suspension, told to the public. Plain text; kept for ever once published."""

    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    title_vi = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    text_vi = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    services = models.CharField(max_length=300, blank=True)  #: which services, in words; empty: all of them
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)  #: None: nobody knows yet
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["state", "starts_at"], name="kernel_service_notice_now"),
            models.Index(
                fields=["-starts_at", "-id"], name="kernel_service_notice_history", condition=~models.Q(state="draft")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="kernel_service_notice_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
