"""Forms of the acts on officials. Days and texts as people write them; choices are those the administrator has."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Invalid
from tinhso.kernel.policy import Actor
from tinhso.people import queries
from tinhso.people.forms import text_field
from tinhso.people.models import Role, SigningForm
from tinhso.people.queries.directory import OfficialDetail
from tinhso.people.reach import ABOVE_AGENCY, PROVINCE_WIDE, of_province

DAYS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
SELECT = {"class": "select mt-1.5 w-full"}


class Refused(Invalid):
    """What a small form of a page sent cannot be read."""


def day_field(label: Any, *, help_text: Any = "", required: Any = "") -> forms.DateField:
    """A day that counts from or to. ``required``: what is said when it is missing."""
    return forms.DateField(
        label=label,
        help_text=help_text or _("Ghi như 05/09/2025"),
        required=bool(required),
        input_formats=DAYS,
        widget=forms.TextInput(attrs={"class": "input mt-1.5 w-40", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": required,
            "invalid": _("Hãy ghi ngày, tháng, năm như 05/09/2025."),
        },
    )


def choice_field(
    label: Any, *, coerce: Any = str, required: bool = True, help_text: Any = ""
) -> forms.TypedChoiceField:
    """One of few; the form fills the choices in."""
    return forms.TypedChoiceField(
        label=label,
        coerce=coerce,
        empty_value=None,
        required=required,
        help_text=help_text,
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": _("Hãy chọn một mục."), "invalid_choice": _("Hãy chọn một mục trong danh sách.")},
    )


def basis_field() -> forms.CharField:
    return text_field(_("Căn cứ: số và ngày của văn bản"), optional=True, autocomplete="off")


class StaffForm(forms.Form):
    """A form of one act; knows who acts and on whom."""

    def __init__(self, actor: Actor, official: OfficialDetail | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.official = actor, official
        self.fill()

    def fill(self) -> None:
        """Fill in the choices."""

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """The choices of a field; a single one is chosen already."""
        field: Any = self.fields[name]
        field.choices = choices if len(choices) == 1 else [("", _("Chọn")), *choices]

    def agencies(self) -> list[tuple[str, str]]:
        """The agencies that the actor administers."""
        held = queries.administered(self.actor)
        return sorted(((str(key), name) for key, name in held.items()), key=lambda pair: pair[1])

    def roles(self) -> list[tuple[str, str]]:
        """The roles that the actor may give alone."""
        barred = PROVINCE_WIDE if of_province(self.actor) else ABOVE_AGENCY
        return [(str(role), str(role.label)) for role in Role if role not in barred]


class AppointForm(StaffForm):
    """A new official."""

    login = text_field(
        _("Tên đăng nhập"),
        help_text=_("Chữ thường không dấu, ví dụ hontre.lvan"),
        required=_("Hãy ghi tên đăng nhập."),
        autocomplete="off",
        autocapitalize="none",
    )
    full_name = text_field(_("Họ và tên"), required=_("Hãy ghi họ và tên."), autocomplete="off")
    title = text_field(_("Chức vụ, chức danh"), required=_("Hãy ghi chức vụ."), autocomplete="off")
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        widget=forms.EmailInput(attrs={"class": "input mt-1.5 w-full", "autocomplete": "off"}),
        error_messages={"invalid": _("Hãy ghi thư điện tử như ten@vidu.vn, hoặc để trống.")},
    )
    agency_id = choice_field(_("Cơ quan"), coerce=UUID)
    role = choice_field(_("Vai trò"), required=False, help_text=_("Có thể giao sau"))

    def fill(self) -> None:
        self.choose("agency_id", self.agencies())
        self.choose("role", self.roles())


class PostForm(StaffForm):
    """A role at an agency."""

    agency_id = choice_field(_("Cơ quan"), coerce=UUID)
    role = choice_field(_("Vai trò"), coerce=Role)
    valid_from = day_field(_("Từ ngày"), help_text=_("Để trống: từ hôm nay"))
    valid_to = day_field(_("Đến hết ngày"), help_text=_("Để trống: cho tới khi có thay đổi"))
    basis = basis_field()

    def fill(self) -> None:
        self.choose("agency_id", self.agencies())
        self.choose("role", self.roles())


class TransferForm(StaffForm):
    """From one agency to another."""

    from_agency = choice_field(_("Rời cơ quan"), coerce=UUID)
    to_agency = choice_field(_("Đến cơ quan"), coerce=UUID)
    role = choice_field(_("Vai trò mới"), coerce=Role)
    day = day_field(_("Từ ngày"), help_text=_("Để trống: từ hôm nay"))
    basis = basis_field()

    def fill(self) -> None:
        posts = self.official.posts if self.official else []
        here = {str(p.agency): p.agency_name for p in posts if p.state != "over"}
        self.choose("from_agency", sorted(here.items(), key=lambda pair: pair[1]))
        self.choose("to_agency", self.agencies())
        self.choose("role", self.roles())


class LeaveForm(StaffForm):
    """Leave from a day to a day."""

    valid_from = day_field(_("Nghỉ từ ngày"), required=_("Hãy ghi ngày đầu của kỳ nghỉ."))
    valid_to = day_field(_("Nghỉ đến hết ngày"), required=_("Hãy ghi ngày cuối của kỳ nghỉ."))
    stand_in = choice_field(
        _("Người thay"), coerce=UUID, required=False, help_text=_("Để trống: hồ sơ trả về hàng chờ")
    )
    basis = basis_field()

    def fill(self) -> None:
        if self.official is None:
            return
        places = {p.agency for p in self.official.posts if p.state != "over"}
        others = {o.official: f"{o.full_name}, {o.title}" for place in places for o in queries.officials_at(place)}
        others.pop(self.official.id, None)
        field: Any = self.fields["stand_in"]
        pairs = sorted(((str(key), name) for key, name in others.items()), key=lambda pair: pair[1])
        field.choices = [("", _("Không có người thay")), *pairs]


class EndForm(StaffForm):
    """The last day."""

    last_day = day_field(_("Ngày làm việc cuối"), help_text=_("Để trống: ngay bây giờ"))
    basis = basis_field()


class AuthorityForm(StaffForm):
    """Leave to sign (Decree 30/2020, article 13)."""

    agency_id = choice_field(_("Ký cho cơ quan"), coerce=UUID)
    form = choice_field(_("Hình thức ký"), coerce=SigningForm)
    on_behalf_of = text_field(
        _("Ký cho ai, in hoa như trên văn bản"),
        help_text=_("Ví dụ CHỦ TỊCH; để trống khi ký chính danh"),
        optional=True,
    )
    position = text_field(
        _("Chức vụ người ký, in hoa"),
        help_text=_("Ví dụ PHÓ CHỦ TỊCH"),
        required=_("Hãy ghi chức vụ in trên chữ ký."),
    )
    basis = basis_field()
    valid_from = day_field(_("Từ ngày"), required=_("Hãy ghi từ ngày nào được ký."))
    valid_to = day_field(_("Đến hết ngày"), help_text=_("Thừa ủy quyền bắt buộc có ngày hết hạn"))

    def fill(self) -> None:
        own = {str(key) for key in self.official.manages} if self.official else set()
        self.choose("agency_id", [pair for pair in self.agencies() if pair[0] in own])
        self.choose("form", [(str(form), str(form.label)) for form in SigningForm])


class ProposalForm(StaffForm):
    """A role above one agency."""

    agency_id = choice_field(_("Cơ quan"), coerce=UUID)
    role = choice_field(_("Vai trò cấp tỉnh"), coerce=Role)
    valid_from = day_field(_("Từ ngày"), help_text=_("Để trống: từ ngày được duyệt"))
    valid_to = day_field(_("Đến hết ngày"), help_text=_("Để trống: cho tới khi có thay đổi"))
    reason = text_field(_("Lý do hoặc văn bản"), required=_("Hãy ghi lý do hoặc văn bản để người duyệt xét."))

    def fill(self) -> None:
        self.choose("agency_id", self.agencies())
        self.choose("role", [(str(role), str(role.label)) for role in Role if role in PROVINCE_WIDE])
