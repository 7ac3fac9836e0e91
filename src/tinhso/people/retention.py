"""What of log-ins grows old: sessions, programs' tokens, codes that were sent."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.retention import Subject, counted, subjects
from tinhso.people.models import ContactCode, Token


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
