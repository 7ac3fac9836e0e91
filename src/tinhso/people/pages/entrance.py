"""Pages of log-in and of one's own account. allauth's views, our templates, each behind a policy."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.kernel.policy import SIGNED_IN, ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.actors import landing


class SignIn(LoginView):  # type: ignore[misc]
    template_name = "people/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "vneid": bool(settings.VNEID)}


class SecondFactor(AuthenticateView):  # type: ignore[misc]
    template_name = "people/second_factor.html"


class PasswordAgain(ReauthenticateView):  # type: ignore[misc]
    template_name = "people/again.html"


class CodeAgain(CodeAgainView):  # type: ignore[misc]
    template_name = "people/again.html"


class SignOut(LogoutView):  # type: ignore[misc]
    template_name = "people/sign_out.html"


class NewPassword(PasswordChangeView):  # type: ignore[misc]
    template_name = "people/new_password.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Đã đổi mật khẩu."))
        return response

    def get_default_success_url(self) -> str:
        return landing(self.request.user.pk)


class SecondFactors(IndexView):  # type: ignore[misc]
    template_name = "people/second_factors.html"


class SetUpSecondFactor(ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator; the code just checked is this session's second factor."""

    template_name = "people/second_factor_setup.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp")
        self.request.session["after-codes"] = self.request.GET.get("next", "")
        return response


class RemoveSecondFactor(DeactivateTOTPView):  # type: ignore[misc]
    template_name = "people/second_factor_remove.html"


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "people/recovery_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        after = self.request.session.get("after-codes", "")
        safe = url_has_allowed_host_and_scheme(after, {self.request.get_host()})
        context["after"] = after if safe else landing(self.request.user.pk)
        return context


class NewRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "people/recovery_codes_new.html"


class Devices(ListUserSessionsView):  # type: ignore[misc]
    """Where this account is signed in; one button ends all other sessions."""

    template_name = "people/devices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        key = self.request.session.session_key or ""
        context["sessions"] = queries.sessions_of(self.request.user.pk, current=key)
        context["session_count"] = len(context["sessions"])
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        form.save(self.request)
        messages.success(self.request, _("Đã đăng xuất khỏi mọi thiết bị khác."))
        return HttpResponseRedirect(reverse("usersessions_list"))


@guard(SIGNED_IN)
@require_POST
def end_session(request: ActedRequest, session: str) -> HttpResponse:
    """End one of one's own log-ins, in a browser or a program."""
    actions.revoke_own(request.actor, session)
    messages.success(request, _("Đã đăng xuất thiết bị đó."))
    return HttpResponseRedirect(reverse("usersessions_list"))
