"""What of log-ins grows old: sessions, programs' tokens, codes that were sent."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.retention import Subject, counted, subjects
from tinhso.people.models import ContactCode, Correction, Token


def _remove_sessions(before: datetime, limit: int) -> int:
    due = list(Session.objects.filter(expire_date__lt=before).values_list("session_key", flat=True)[:limit])
    UserSession.objects.filter(session_key__in=due).delete()
    return Session.objects.filter(session_key__in=due).delete()[0]


def _remove_tokens(before: datetime, limit: int) -> int:
    due = list(Token.objects.filter(expires_at__lt=before).values_list("id", flat=True)[:limit])
    return Token.objects.filter(id__in=due).delete()[0]


def _remove_codes(before: datetime, limit: int) -> int:
    due = list(ContactCode.objects.filter(expires_at__lt=before).values_list("id", flat=True)[:limit])
    return ContactCode.objects.filter(id__in=due).delete()[0]


def _decided(before: datetime) -> "QuerySet[Correction]":
    return Correction.objects.filter(decided_at__lt=before)


def _remove_corrections(before: datetime, limit: int) -> int:
    due = list(_decided(before).values_list("id", flat=True)[:limit])
    return Correction.objects.filter(id__in=due).delete()[0]


subjects.register(
    "people.corrections",
    Subject(
        _("Đề nghị sửa họ tên, ngày sinh đã quyết định"), lambda before: counted(_decided(before)), _remove_corrections
    ),
)
subjects.register(
    "people.sessions",
    Subject(
        _("Phiên đăng nhập đã hết"),
        lambda before: counted(Session.objects.filter(expire_date__lt=before)),
        _remove_sessions,
        real_time=True,
    ),
)
subjects.register(
    "people.tokens",
    Subject(
        _("Khóa chương trình đã hết hạn"),
        lambda before: counted(Token.objects.filter(expires_at__lt=before)),
        _remove_tokens,
        real_time=True,
    ),
)
subjects.register(
    "people.codes",
    Subject(
        _("Mã xác nhận đã hết hạn"),
        lambda before: counted(ContactCode.objects.filter(expires_at__lt=before)),
        _remove_codes,
        real_time=True,
    ),
)
