"""The forms of the account pages. Their words are ours; what they do is allauth's."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as ReauthenticatePasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Problem
from tinhso.kernel.legible import all_legible
from tinhso.people.contacts import normal_login
from tinhso.people.entrance import code_budget, password_budget
from tinhso.people.models import IdentifierKind


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Mã 6 chữ số trên ứng dụng xác thực"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input mt-1.5 w-40"}
        ),
        error_messages={"required": _("Hãy ghi mã đang hiện trên ứng dụng xác thực.")},
    )


def password_field(label: Any, *, new: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password" if new else "current-password", "class": "input mt-1.5 w-full"}
        ),
        error_messages={"required": _("Hãy ghi mật khẩu.")},
    )


def text_field(
    label: Any, *, help_text: Any = "", required: Any = "", optional: bool = False, **attrs: str
) -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=200,
        required=not optional,
        widget=forms.TextInput(attrs={"class": "input mt-1.5 w-full", **attrs}),
        error_messages={"required": required},
        validators=[_read_as_written],
    )


def _read_as_written(text: str) -> None:
    """A name that turns the reading direction would show an officer another name than the one stored."""
    if not all_legible(text):
        raise ValidationError(_("Ô này có ký tự không đọc được. Xóa ô và gõ lại."))


def kind_field(label: Any) -> forms.ChoiceField:
    """Which paper, in words short enough for a telephone."""
    kinds = [
        (IdentifierKind.CCCD, _("Căn cước (12 số)")),
        (IdentifierKind.CMND, _("Chứng minh nhân dân (9 số)")),
        (IdentifierKind.PASSPORT, _("Hộ chiếu")),
        (IdentifierKind.PERSONAL_NUMBER, _("Giấy có số định danh")),
    ]
    return forms.ChoiceField(label=label, choices=kinds, widget=forms.Select(attrs={"class": "select mt-1.5 w-full"}))


def date_field(label: Any) -> forms.DateField:
    """A day written as people write it."""
    return forms.DateField(
        label=label,
        help_text=_("Ghi như 05/09/1998"),
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.TextInput(attrs={"class": "input mt-1.5 w-40", "inputmode": "numeric", "autocomplete": "bday"}),
        error_messages={
            "required": _("Hãy ghi ngày sinh."),
            "invalid": _("Hãy ghi ngày, tháng, năm như 05/09/1998."),
        },
    )


def explain(form: forms.Form, refused: Problem) -> None:
    """Put a refusal at the fields it is about, else above the form."""
    placed = {name: words for name, words in refused.fields.items() if name in form.fields}
    for name, words in placed.items():
        form.add_error(name, str(words))
    if not placed:
        form.add_error(None, str(refused.detail))


class SignInForm(LoginForm):  # type: ignore[misc]
    """Log-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Số điện thoại, thư điện tử hoặc tên đăng nhập"),
            max_length=150,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "class": "input mt-1.5 w-full",
                }
            ),
            error_messages={"required": _("Hãy ghi tên đăng nhập.")},
        )
        self.fields["password"] = password_field(_("Mật khẩu"))
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        return normal_login(self.cleaned_data["login"])


class PasswordAgainForm(ReauthenticatePasswordForm):  # type: ignore[misc]
    """The password once more before a delicate change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Mật khẩu"))


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password; ends the duty to change a first one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = password_field(_("Mật khẩu hiện tại"))
        self.fields["password1"] = password_field(_("Mật khẩu mới, ít nhất 10 ký tự"), new=True)
        self.fields["password2"] = password_field(_("Ghi lại mật khẩu mới"), new=True)

    def clean_oldpassword(self) -> str:
        try:
            with password_budget(self.user):
                known: str = super().clean_oldpassword()
        except Problem as refused:
            raise ValidationError(str(refused.detail)) from None
        return known

    def clean_password1(self) -> str:
        chosen: str = self.cleaned_data["password1"]
        validate_password(chosen, self.user)
        if chosen == self.cleaned_data.get("oldpassword"):  # the right one only: else this would tell of a guess
            raise ValidationError(_("Mật khẩu mới phải khác mật khẩu hiện tại."))
        return chosen

    def save(self) -> None:
        self.user.must_change_password = False
        super().save()


class _Budgeted(forms.Form):
    """Code checks draw from the account's budget, shared by all processes, and a code is taken once."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field()

    def clean_code(self) -> str:
        try:
            with code_budget(self.user, self.cleaned_data["code"]):
                code: str = super().clean_code()  # type: ignore[misc]
        except Problem as refused:
            raise ValidationError(str(refused.detail)) from None
        return code


class SecondFactorForm(_Budgeted, AuthenticateForm):  # type: ignore[misc]
    """The second step of log-in."""


class SecondFactorAgainForm(_Budgeted, ReauthenticateForm):  # type: ignore[misc]
    """The code once more before a delicate change."""


class SecondFactorSetUpForm(_Budgeted, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator; it also counts as this session's second factor."""
