"""What the kernel stores. Other apps need `Row`; the rest is reached through the kernel's own modules."""

from tinhso.kernel.models.answers import KeptAnswer
from tinhso.kernel.models.files import Blob, FileState, StoredFile
from tinhso.kernel.models.measures import Counted, Rollup
from tinhso.kernel.models.notices import (
    Channel,
    ChannelChoice,
    Notification,
    NotificationSending,
    SendingState,
)
from tinhso.kernel.models.operating import NoticeKind, NoticeState, ServiceNotice, Severity, StorageCount
from tinhso.kernel.models.row import Row
from tinhso.kernel.models.trail import (
    AuditRecord,
    Delivery,
    DeliveryState,
    Disclosure,
    EventRecord,
    Seal,
    SpoolMark,
)

__all__ = [
    "AuditRecord",
    "Blob",
    "Channel",
    "ChannelChoice",
    "Counted",
    "Delivery",
    "DeliveryState",
    "Disclosure",
    "EventRecord",
    "FileState",
    "KeptAnswer",
    "NoticeKind",
    "NoticeState",
    "Notification",
    "NotificationSending",
    "Rollup",
    "Row",
    "Seal",
    "SendingState",
    "ServiceNotice",
    "Severity",
    "SpoolMark",
    "StorageCount",
    "StoredFile",
]
