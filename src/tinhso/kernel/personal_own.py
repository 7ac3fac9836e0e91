"""What the kernel itself holds about a person: messages, readings of their data, their own acts, files they sent."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import (
    AuditRecord,
    ChannelChoice,
    Disclosure,
    FileState,
    Notification,
    NotificationSending,
    StoredFile,
)
from tinhso.kernel.personal import DataSubject, Provider, Section, not_of_a_person, providers, table

WHEN = _("Lúc")


def _tell(subject: DataSubject) -> list[Section]:
    accounts = subject.accounts
    return [
        table(
            "kernel.Notification",
            _("Thông báo đã gửi cho bạn"),
            Notification.objects.filter(account__in=accounts).order_by("id"),
            {"created_at": WHEN, "kind": _("Loại"), "context": _("Nội dung"), "read_at": _("Đã đọc lúc")},
        ),
        table(
            "kernel.NotificationSending",
            _("Thư và tin nhắn đã gửi"),
            NotificationSending.objects.filter(notification__account__in=accounts).order_by("id"),
            {"created_at": WHEN, "channel": _("Kênh"), "state": _("Tình trạng"), "sent_at": _("Gửi lúc")},
        ),
        table(
            "kernel.ChannelChoice",
            _("Kênh bạn chọn nhận tin"),
            ChannelChoice.objects.filter(account__in=accounts).order_by("id"),
            {"channel": _("Kênh"), "wanted": _("Có nhận")},
        ),
        table(
            "kernel.StoredFile",
            _("Tệp bạn đã tải lên"),
            StoredFile.objects.filter(stored_by__in=accounts).exclude(state=FileState.ERASED).order_by("id"),
            {
                "created_at": WHEN,
                "name": _("Tên tệp"),
                "media_type": _("Loại"),
                "size": _("Số byte"),
                "sha256": "SHA-256",
            },
        ),
        table(
            "kernel.Disclosure",
            _("Ai đã xem dữ liệu của bạn"),
            Disclosure.objects.filter(person=subject.person).order_by("id"),
            {
                "created_at": WHEN,
                "actor_name": _("Người xem"),
                "record": _("Hồ sơ"),
                "fields": _("Các mục"),
                "purpose": _("Mục đích"),
            },
        ),
        table(
            "kernel.AuditRecord",
            _("Việc bạn đã làm trên hệ thống"),
            AuditRecord.objects.filter(actor_account__in=accounts).order_by("id"),
            {"created_at": WHEN, "act": _("Việc"), "subject": _("Đối tượng")},
        ),
    ]


providers.register(
    "kernel",
    Provider(
        models=(
            *("kernel.Notification", "kernel.NotificationSending", "kernel.ChannelChoice", "kernel.StoredFile"),
            *("kernel.Disclosure", "kernel.AuditRecord", "kernel.EventRecord"),
        ),
        tell=_tell,
    ),
)
not_of_a_person("kernel.Blob", "khóa mã hóa của tệp, không cho biết điều gì về ai")
not_of_a_person("kernel.KeptAnswer", "bản sao câu trả lời trong 24 giờ; dữ liệu gốc nằm ở nơi khác và được kể ở đó")
