"""Files: what a file is called and what it is (`StoredFile`), and where its encrypted content lies (`Blob`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models.row import Row


class FileState(models.TextChoices):
    CLEAN = "clean", _("Đọc được")
    PENDING = "pending", _("Đang kiểm tra mã độc")
    QUARANTINE = "quarantine", _("Có mã độc, đã cách ly")
    ERASED = "erased", _("Đã xóa")


class Blob(Row):
    """Encrypted content. ``address`` is a keyed hash, so that it tells nobody what the content is."""

    address = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    wrapped_key = models.BinaryField(null=True)  #: None: destroyed, the content is gone for good


class StoredFile(Row):
    """A file as somebody gave it. ``sha256`` is of its plain content (hex); ``media_type`` was found in the content."""

    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=FileState.choices, default=FileState.CLEAN)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    stored_by = models.UUIDField(null=True)  #: account
    threat = models.CharField(max_length=200, blank=True)  #: the name the scanner gave

    class Meta:
        indexes = [models.Index(fields=["state"], name="kernel_file_open", condition=~models.Q(state=FileState.CLEAN))]

    def __str__(self) -> str:
        return f"{self.media_type} {self.id}"
