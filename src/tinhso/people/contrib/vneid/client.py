"""The OpenID Connect client: allauth's, with the signature and nonce of the id token always checked."""

import secrets
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from tinhso.people.contrib.vneid.arrival import arrived

PROVIDER = "vneid"
SESSION_KEY = "vneid"
#: What a provider's answer of another shape makes Python say.
MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class VneidClient(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Code flow with PKCE, state, nonce; claims from the id token and userinfo of the same subject."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("people_vneid_back"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> NoReturn:
        """Check what came back and act on it. The answer leaves as allauth's ImmediateHttpResponse: linking is ours."""
        started = request.session.pop(SESSION_KEY, None) or {}
        try:
            claims = self._claims(app, token, kwargs["response"], started.get("nonce", ""))
        except MISSHAPEN as strange:
            raise OAuth2Error("misshapen answer") from strange
        raise ImmediateHttpResponse(arrived(request, claims, started.get("next", "")))

    def _claims(self, app: SocialApp, token: SocialToken, response: dict[str, Any], nonce: str) -> dict[str, Any]:
        signed = jwtkit.verify_and_decode(
            credential=response["id_token"],
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        if not nonce or not constant_time_compare(str(signed.get("nonce", "")), nonce):
            raise OAuth2Error("the id token answers another request")
        told = self._fetch_user_info(token.token)
        if not isinstance(told, dict) or told["sub"] != signed["sub"]:
            raise OAuth2Error("userinfo is about somebody else")
        return {**signed, **told}


def send_off(request: HttpRequest, after: str) -> HttpResponse:
    """Redirect to VNeID; what must come back is kept in the session. Raises OAuth2Error, RequestException."""
    provider = get_adapter().get_provider(request, PROVIDER)
    provider.oauth2_adapter_class = VneidClient
    nonce = secrets.token_urlsafe(24)
    request.session[SESSION_KEY] = {"nonce": nonce, "next": after}
    try:
        away: HttpResponse = provider.redirect(
            request, "login", auth_params={"nonce": nonce}, scope=["openid", "profile"]
        )
    except MISSHAPEN as strange:
        raise OAuth2Error("misshapen configuration") from strange
    return away
