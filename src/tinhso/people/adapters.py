"""What allauth asks of the house: our budgets, our words, our encryption, our redirects."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import TooMany
from tinhso.people.actors import landing
from tinhso.people.entrance import try_password
from tinhso.people.models import Account

#: One sentence for an unknown log-in, a wrong password and a closed account.
NO_ENTRY = _("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy xem lại, hoặc chọn “Quên mật khẩu”.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in through `people.entrance`; every answer about accounts is the same for known and unknown ones."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": NO_ENTRY,
        "email_password_mismatch": NO_ENTRY,
        "incorrect_password": _("Mật khẩu hiện tại chưa đúng."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration is ours (`people.registration`); allauth's own is not routed."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        try:
            return try_password(request, credentials.get("username") or "", credentials.get("password") or "")
        except TooMany as tired:
            from_budget = self.validation_error("too_many_login_attempts")
            from_budget.message = tired.detail
            raise from_budget from None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officials start at the first page of their rail, everybody else at home."""
        return landing(request.user.pk) if request.user.pk else "/"

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's flash messages are English file templates; the pages say what happened themselves."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notifications go through `kernel.notify`."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of one-time codes are encrypted with a key of the instance, outside the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Mã xác thực chưa đúng. Hãy xem lại đồng hồ và mã mới nhất trên điện thoại."),
        "cannot_delete_authenticator": _("Vai trò của bạn bắt buộc đăng nhập hai lớp nên không tắt được."),
    }

    @property
    def _box(self) -> Fernet:
        secret: str = settings.HERE.secret("second-factor")
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))

    def encrypt(self, text: str) -> str:
        return self._box.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._box.decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Account) -> str:
        return user.login
