"""What allauth asks of the house about VNeID: how failures are told. Linking is ours (`people.linking`)."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from requests import RequestException

from tinhso.people.contrib.vneid.arrival import sorry


def words_for(error: str | None, exception: Exception | None) -> str:
    """What happened and what to do, without the provider's own text."""
    if error == AuthError.CANCELLED:
        return _("Bạn đã dừng ở VNeID. Chưa có gì thay đổi.")
    if isinstance(exception, RequestException):
        return _("VNeID lúc này chưa trả lời. Hãy thử lại sau, đăng nhập bằng mật khẩu, hoặc ra quầy.")
    return _("VNeID trả lời không đúng nên chưa xác minh được. Hãy thử lại từ đầu, hoặc ra quầy.")


class VneidAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth never makes, finds or joins an account by itself here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        why = type(exception).__name__ if exception is not None else str(error)
        raise ImmediateHttpResponse(sorry(request, words_for(error, exception), why))
