"""What of the kernel's own grows old."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import files, throttle
from tinhso.kernel.files.references import unreferenced
from tinhso.kernel.models import AuditRecord, Disclosure, EventRecord, FileState, KeptAnswer, Notification, StoredFile
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.retention.months import drop_oldest_month
from tinhso.kernel.retention.subjects import COUNTED, Subject, counted, subjects


def _old_notifications(before: datetime) -> Q:
    return Q(created_at__lt=before)


def _remove_notifications(before: datetime, limit: int) -> int:
    with transaction.atomic():
        due = list(Notification.objects.filter(_old_notifications(before)).order_by("id")[:limit].values_list("id"))
        Notification.objects.filter(id__in=[key for (key,) in due]).delete()
    return len(due)


def _remove_answers(before: datetime, limit: int) -> int:
    due = KeptAnswer.objects.filter(created_at__lt=before).order_by("created_at")[:limit]
    return KeptAnswer.objects.filter(id__in=list(due.values_list("id", flat=True))).delete()[0]


def _unused(before: datetime, limit: int) -> list[UUID]:
    """Files of nobody: uploaded, then never sent with anything, or left by what is gone."""
    old = StoredFile.objects.exclude(state=FileState.ERASED).filter(created_at__lt=before)
    return list(unreferenced(old).order_by("id")[:limit].values_list("id", flat=True))


def _remove_unused(before: datetime, limit: int) -> int:
    due = _unused(before, limit)
    for file in due:
        files.erase(SYSTEM, file)
    return len(due)


def _count_budgets(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM kernel_budget WHERE spent = '{}' OR"
            " spent[cardinality(spent)] < %s LIMIT %s) AS due",
            [before, COUNTED],
        )
        return int(cursor.fetchone()[0])


def _remove_budgets(before: datetime, limit: int) -> int:
    return throttle.forget(before)


def _remove_disclosures(before: datetime, limit: int) -> int:
    """Whole months only: the app's role cannot delete a row, and a whole month goes without a long lock."""
    return drop_oldest_month(before)


subjects.register(
    "kernel.notifications",
    Subject(
        _("Thông báo trong tài khoản"),
        lambda before: counted(Notification.objects.filter(_old_notifications(before))),
        _remove_notifications,
    ),
)
subjects.register(
    "kernel.answers",
    Subject(
        _("Câu trả lời giữ cho yêu cầu gửi lặp"),
        lambda before: counted(KeptAnswer.objects.filter(created_at__lt=before)),
        _remove_answers,
    ),
)
subjects.register(
    "kernel.budgets",
    Subject(_("Bộ đếm chống thử nhiều lần"), _count_budgets, _remove_budgets, real_time=True),
)
subjects.register(
    "kernel.unused_files",
    Subject(_("Tệp tải lên mà không hồ sơ nào dùng"), lambda before: len(_unused(before, 10_000)), _remove_unused),
)
subjects.register(
    "kernel.disclosures",
    Subject(
        _("Nhật ký truy cập dữ liệu cá nhân"),
        lambda before: counted(Disclosure.objects.filter(created_at__lt=before)),
        _remove_disclosures,
    ),
)
subjects.register(
    "kernel.events",
    Subject(_("Sự kiện"), lambda before: counted(EventRecord.objects.filter(created_at__lt=before))),
)
subjects.register(
    "kernel.audit",
    Subject(_("Nhật ký kiểm toán"), lambda before: counted(AuditRecord.objects.filter(created_at__lt=before))),
)
