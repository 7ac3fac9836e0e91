"""What allauth asks when somebody comes back from VNeID."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class VneidAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Linking is ours: allauth never makes, finds or joins an account by itself."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
