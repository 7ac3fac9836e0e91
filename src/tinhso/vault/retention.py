"""Exports that were not fetched in time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import files
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.retention import Subject, counted, subjects
from tinhso.vault.models import DataRequest
from tinhso.vault.personal import let_go


def _remove(before: datetime, limit: int) -> int:
    with transaction.atomic():
        old = DataRequest.objects.filter(data_file__isnull=False, expires_at__lt=before)
        due = list(old.order_by("id").values_list("id", flat=True)[:limit])
        for file in let_go(due):
            files.erase(SYSTEM, file)
    return len(due)


subjects.register(
    "vault.exports",
    Subject(
        _("Bản xuất dữ liệu đã quá hạn lấy"),
        lambda before: counted(DataRequest.objects.filter(data_file__isnull=False, expires_at__lt=before)),
        _remove,
    ),
)
