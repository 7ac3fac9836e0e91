"""Registering and the forgotten password: contact first, then the code that was sent there."""

from collections.abc import Callable
from uuid import UUID

from allauth.account.utils import perform_login
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import PUBLIC, guard
from tinhso.people import registration
from tinhso.people.entrance import address_of
from tinhso.people.forms import explain, password_field, text_field


class RegisterForm(forms.Form):
    """Few fields; identity comes later, at the counter or through VNeID."""

    full_name = text_field(_("Họ và tên"), required=_("Hãy ghi họ và tên."), autocomplete="name")
    contact = text_field(
        _("Số điện thoại hoặc thư điện tử"),
        help_text=_("Chúng tôi gửi một mã tới đây. Đây cũng là tên đăng nhập của bạn."),
        required=_("Hãy ghi số điện thoại hoặc thư điện tử."),
        autocomplete="username",
        autocapitalize="none",
    )
    password = password_field(_("Mật khẩu, ít nhất 10 ký tự"), new=True)


class ContactForm(forms.Form):
    """Where the code goes."""

    contact = text_field(
        _("Số điện thoại hoặc thư điện tử của tài khoản"),
        required=_("Hãy ghi số điện thoại hoặc thư điện tử."),
        autocomplete="username",
        autocapitalize="none",
    )


class CodeForm(forms.Form):
    """The code that was sent."""

    code = text_field(
        _("Mã 6 chữ số"),
        required=_("Hãy ghi mã chúng tôi vừa gửi."),
        autocomplete="one-time-code",
        inputmode="numeric",
    )


class ResetForm(CodeForm):
    """The code and a new password."""

    password = password_field(_("Mật khẩu mới, ít nhất 10 ký tự"), new=True)


def _next(request: HttpRequest) -> str:
    """Where to go afterwards, when it is ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""


def _page(
    request: HttpRequest, form_class: type[forms.Form], template: str, act: Callable[[forms.Form], HttpResponse]
) -> HttpResponse:
    """Show the form; when it is sent and complete, act; a refusal comes back with everything typed kept."""
    form = form_class(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return act(form)
            except Problem as refused:
                status = refused.status
                explain(form, refused)
    return render(request, template, {"form": form}, status=status)


def _onward(request: HttpRequest, page: str) -> HttpResponse:
    after = _next(request)
    return HttpResponseRedirect(reverse(page) + (f"?{urlencode({'next': after})}" if after else ""))


def _pending(request: HttpRequest, key: str) -> UUID | None:
    held = request.session.get(key)
    return UUID(held) if held else None


@guard(PUBLIC)
def ask_to_register(request: HttpRequest) -> HttpResponse:
    """Name, contact and password; the answer is the same for a contact that has an account."""

    def act(form: forms.Form) -> HttpResponse:
        pending = registration.ask_to_register(address_of(request), **form.cleaned_data)
        request.session["register"] = str(pending)
        return _onward(request, "people_register")

    return _page(request, RegisterForm, "people/register.html", act)


@guard(PUBLIC)
def register(request: HttpRequest) -> HttpResponse:
    """The code; then the account exists and is signed in."""
    pending = _pending(request, "register")
    if pending is None:
        return HttpResponseRedirect(reverse("account_signup"))

    def act(form: forms.Form) -> HttpResponse:
        account = registration.register(pending, form.cleaned_data["code"])
        request.session.pop("register", None)
        response: HttpResponse = perform_login(request, account, redirect_url=_next(request) or "/")
        return response

    return _page(request, CodeForm, "people/register_code.html", act)


@guard(PUBLIC)
def ask_to_reset(request: HttpRequest) -> HttpResponse:
    """The contact; the answer is the same whether or not an account stands behind it."""

    def act(form: forms.Form) -> HttpResponse:
        request.session["reset"] = str(registration.ask_to_reset(address_of(request), **form.cleaned_data))
        return _onward(request, "people_reset")

    return _page(request, ContactForm, "people/reset.html", act)


@guard(PUBLIC)
def reset(request: HttpRequest) -> HttpResponse:
    """The code and a new password; then the sign-in page."""
    pending = _pending(request, "reset")
    if pending is None:
        return HttpResponseRedirect(reverse("account_reset_password"))

    def act(form: forms.Form) -> HttpResponse:
        registration.reset(pending, form.cleaned_data["code"], form.cleaned_data["password"])
        request.session.pop("reset", None)
        return _onward(request, "account_login")

    return _page(request, ResetForm, "people/reset_code.html", act)
