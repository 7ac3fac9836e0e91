"""To VNeID and back."""

from datetime import timedelta

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import PUBLIC, guard
from tinhso.kernel.throttle import network_of, spend
from tinhso.people.contrib.vneid.adapter import words_for
from tinhso.people.contrib.vneid.arrival import sorry
from tinhso.people.contrib.vneid.client import PROVIDER, VneidClient, send_off
from tinhso.people.entrance import address_of

DEPARTURES = 30  #: a quarter of an hour and address


@guard(PUBLIC)
@require_POST
def depart(request: HttpRequest) -> HttpResponse:
    """Leave for VNeID: to sign in, or to verify the account that is signed in."""
    if not settings.VNEID:
        raise NotFound
    spend(f"vneid-from:{network_of(address_of(request))}", DEPARTURES, timedelta(minutes=15))
    after = request.POST.get("next", "")
    try:
        return send_off(request, after if url_has_allowed_host_and_scheme(after, {request.get_host()}) else "")
    except (OAuth2Error, RequestException) as failed:
        return sorry(request, words_for(None, failed), type(failed).__name__)


@guard(PUBLIC)
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Come back with a code, within the session that left."""
    if not settings.VNEID:
        raise NotFound
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(VneidClient(request, PROVIDER))(request)
    except SocialApp.DoesNotExist:
        raise NotFound from None
    return response
