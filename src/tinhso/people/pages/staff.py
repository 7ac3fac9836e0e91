"""The officials of an administrator: the directory, one official, and the forms of every act on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.kernel.errors import Problem
from tinhso.kernel.http.versions import version_typed, whole
from tinhso.kernel.policy import ActedRequest, Policy, guard
from tinhso.people import actions, queries
from tinhso.people.forms import explain
from tinhso.people.models import Role
from tinhso.people.pages import staff_forms
from tinhso.people.pages.staff_forms import StaffForm
from tinhso.people.pages.tabs import drawn
from tinhso.people.policies import MANAGE_OFFICIALS, PROVINCE_ROLES, SEE_OFFICIALS
from tinhso.people.queries import matrix
from tinhso.people.queries.directory import OfficialDetail


@guard(SEE_OFFICIALS)
@require_safe
def directory(request: ActedRequest) -> HttpResponse:
    """Officials by name, agency and role; the filters are in the address."""
    asked = request.GET
    agency, role = read_uuid(asked.get("co-quan", "")), asked.get("vai-tro", "")
    text = asked.get("ten", "").strip()[:100]
    left = asked.get("thoi-viec") == "1"
    rows, following = queries.directory(
        request.actor,
        text=text,
        agency=agency,
        role=role if role in Role.values else "",
        left=left,
        cursor=asked.get("after") or None,
    )
    agencies = queries.seen_agencies(request.actor)
    shown = {
        "rows": rows,
        "next": following or "",
        "text": text,
        "role": role,
        "roles": Role.choices,
        "left": left,
        "agency": agency,
        "agencies": sorted(agencies.items(), key=lambda pair: pair[1]) if len(agencies) > 1 else [],
        "filtered": bool(text or agency or role),
        "manages": MANAGE_OFFICIALS.allows(request.actor),
    }
    return drawn(request, "people/officials.html", shown)


def read_uuid(text: str) -> UUID | None:
    """The id in an address; None when there is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


@guard(SEE_OFFICIALS)
@require_safe
def record(request: ActedRequest, official_id: UUID) -> HttpResponse:
    """One official: roles, signing, leave, log-ins, history; actions on top."""
    found = queries.official(request.actor, official_id)
    acts = [] if found.left_on else [act for act in ACTS.values() if act.offered(request.actor, found)]
    shown = {
        "official": found,
        "acts": acts,
        "sessions": queries.sessions_of_official(request.actor, official_id) if found.whole else [],
        "rights": matrix.rights_of(found),
    }
    return drawn(request, "people/official.html", shown)


@dataclass(frozen=True)
class StaffAct:
    """An act on an official with a form of its own. ``run`` gets request, official, version and what was typed."""

    name: str
    title: str | Promise
    button: str | Promise
    icon: str
    form: type[StaffForm]
    run: Callable[[ActedRequest, OfficialDetail, int, dict[str, Any]], str]
    policy: Policy = MANAGE_OFFICIALS
    whole: bool = False  #: on the account as a whole
    danger: bool = False
    lead: str | Promise = ""

    def offered(self, actor: Any, official: OfficialDetail) -> bool:
        """Whether the page shows the button; the action checks again."""
        if not self.policy.allows(actor):
            return False
        return official.whole if self.whole else bool(official.manages) or official.whole


def _grant(request: ActedRequest, official: OfficialDetail, version: int, typed: dict[str, Any]) -> str:
    actions.grant_post(request.actor, official.id, version=version, **typed)
    return _("Đã giao vai trò.")


def _transfer(request: ActedRequest, official: OfficialDetail, version: int, typed: dict[str, Any]) -> str:
    actions.transfer(request.actor, official.id, version=version, **typed)
    return _("Đã điều chuyển. Hồ sơ đang giữ trả về hàng chờ của cơ quan cũ.")


def _leave(request: ActedRequest, official: OfficialDetail, version: int, typed: dict[str, Any]) -> str:
    actions.take_leave(request.actor, official.id, version=version, **typed)
    return _("Đã ghi. Hồ sơ đang giữ chuyển cho người thay từ ngày nghỉ; không có người thay thì trả về hàng chờ.")


def _end_service(request: ActedRequest, official: OfficialDetail, version: int, typed: dict[str, Any]) -> str:
    actions.end_service(request.actor, official.id, version=version, **typed)
    return _("Đã ghi thôi việc.")


def _authority(request: ActedRequest, official: OfficialDetail, version: int, typed: dict[str, Any]) -> str:
    actions.grant_signing_authority(request.actor, official.id, version=version, **typed)
    return _("Đã giao quyền ký.")


def _propose(request: ActedRequest, official: OfficialDetail, version: int, typed: dict[str, Any]) -> str:
    actions.propose_role(request.actor, official.id, version=version, **typed)
    return _("Đã lập đề nghị. Một quản trị cấp tỉnh khác cần duyệt trong 7 ngày.")


ACTS = {
    act.name: act
    for act in (
        StaffAct(
            "vai-tro", gettext_lazy("Giao vai trò"), gettext_lazy("Giao vai trò"), "plus", staff_forms.PostForm, _grant
        ),
        StaffAct(
            "quyen-ky",
            gettext_lazy("Giao quyền ký"),
            gettext_lazy("Giao quyền ký"),
            "file-badge",
            staff_forms.AuthorityForm,
            _authority,
            lead=gettext_lazy("Theo Nghị định 30/2020/NĐ-CP, Điều 13. Hết vai trò thì quyền ký hết theo."),
        ),
        StaffAct(
            "nghi",
            gettext_lazy("Nghỉ và người thay"),
            gettext_lazy("Ghi nghỉ"),
            "circle-pause",
            staff_forms.LeaveForm,
            _leave,
            whole=True,
            lead=gettext_lazy(
                "Người thay nhận cùng vai trò trong những ngày đó. Quyền ký không tự chuyển, cần văn bản riêng."
            ),
        ),
        StaffAct(
            "dieu-chuyen",
            gettext_lazy("Điều chuyển"),
            gettext_lazy("Điều chuyển"),
            "arrow-right",
            staff_forms.TransferForm,
            _transfer,
        ),
        StaffAct(
            "de-nghi",
            gettext_lazy("Đề nghị vai trò cấp tỉnh"),
            gettext_lazy("Lập đề nghị"),
            "circle-user-round",
            staff_forms.ProposalForm,
            _propose,
            policy=PROVINCE_ROLES,
            lead=gettext_lazy("Vai trò cấp tỉnh cần hai người: bạn đề nghị, một quản trị cấp tỉnh khác duyệt."),
        ),
        StaffAct(
            "thoi-viec",
            gettext_lazy("Thôi việc"),
            gettext_lazy("Cho thôi việc"),
            "log-out",
            staff_forms.EndForm,
            _end_service,
            whole=True,
            danger=True,
            lead=gettext_lazy("Mọi vai trò và quyền ký kết thúc, tài khoản đóng lại. Những việc đã làm vẫn còn."),
        ),
    )
}


@guard(MANAGE_OFFICIALS)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: ActedRequest, official_id: UUID, name: str) -> HttpResponse:
    """The form of one act; what was typed survives a refusal."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    found = queries.official(request.actor, official_id)
    if not chosen.offered(request.actor, found) or found.left_on:
        raise Http404
    form = chosen.form(request.actor, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = chosen.run(request, found, version_typed(request), form.cleaned_data)
        except Problem as refused:
            explain(form, refused)
        else:
            messages.success(request, said)
            return redirect("staff:record", official_id)
    shown = {"form": form, "act": chosen, "official": found, "version": found.version}
    if request.method == "POST":
        typed = whole(request.POST.get("version", ""))
        shown["version"] = found.version if typed is None else typed
    return drawn(request, "people/official_act.html", shown, status=422 if request.method == "POST" else 200)


@guard(MANAGE_OFFICIALS)
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: ActedRequest) -> HttpResponse:
    """A new official; the first password is shown on the answer, this once."""
    form = staff_forms.AppointForm(request.actor, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        role = typed.pop("role")
        try:
            official, password = actions.appoint_official(request.actor, **typed)
            if role:
                actions.grant_post(request.actor, official.pk, agency_id=typed["agency_id"], role=Role(role))
        except Problem as refused:
            explain(form, refused)
        else:
            return slip(request, official.pk, official.full_name, official.account.login, password)
    shown = {"form": form, "title": _("Thêm cán bộ"), "button": _("Lập tài khoản")}
    return drawn(request, "people/official_new.html", shown, status=422 if request.method == "POST" else 200)


def slip(request: ActedRequest, official_id: UUID, name: str, login: str, password: str) -> HttpResponse:
    """The page with a first password; it is kept nowhere."""
    slips = [{"full_name": name, "login": login, "password": password}]
    response = drawn(request, "people/first_passwords.html", {"slips": slips, "official": official_id})
    response["Cache-Control"] = "no-store"
    return response


def _say(request: ActedRequest, work: Callable[[], str]) -> None:
    """Do a small act and say how it went above the page it came from."""
    try:
        messages.success(request, work())
    except Problem as refused:
        if refused.status == 404:
            raise
        words = " ".join(dict.fromkeys([str(refused.detail), *(str(said) for said in refused.fields.values())]))
        messages.error(request, words)


@guard(MANAGE_OFFICIALS)
@require_POST
def end_term(request: ActedRequest, official_id: UUID, kind: str, term_id: UUID) -> HttpResponse:
    """End a role, a signing authority or leave: at once, or after the day that was typed."""
    ends = {"vai-tro": actions.end_post, "quyen-ky": actions.end_signing_authority, "nghi": actions.end_leave}
    if kind not in ends:
        raise Http404

    def work() -> str:
        field = forms.DateField(input_formats=staff_forms.DAYS, required=False)
        try:
            day = field.clean(request.POST.get("last_day", "").strip())
        except forms.ValidationError:
            return_words = _("Hãy ghi ngày, tháng, năm như 05/09/2025, hoặc để trống để kết thúc ngay.")
            raise staff_forms.Refused(return_words) from None
        ends[kind](request.actor, term_id, last_day=day, version=version_typed(request))  # type: ignore[operator]
        return _("Đã ghi ngày cuối.") if day else _("Đã kết thúc ngay.")

    _say(request, work)
    return redirect("staff:record", official_id)


@guard(MANAGE_OFFICIALS)
@require_POST
def undo(request: ActedRequest, official_id: UUID, act_id: UUID) -> HttpResponse:
    """Take the newest act back, as far as that is the truth."""

    def work() -> str:
        actions.undo_act(request.actor, act_id, version=version_typed(request))
        return _("Đã hoàn tác. Hồ sơ đã chuyển đi thì ở nguyên nơi đang giữ.")

    _say(request, work)
    return redirect("staff:record", official_id)


@guard(MANAGE_OFFICIALS)
@require_POST
def revoke(request: ActedRequest, official_id: UUID) -> HttpResponse:
    """End every log-in of the official."""

    def work() -> str:
        count = actions.revoke_of_official(request.actor, official_id)
        return _("Đã đăng xuất %(n)s phiên của cán bộ.") % {"n": count}

    _say(request, work)
    return redirect("staff:record", official_id)


@guard(MANAGE_OFFICIALS)
@require_POST
def new_password(request: ActedRequest, official_id: UUID) -> HttpResponse:
    """A new first password, shown this once."""
    found = queries.official(request.actor, official_id)
    place = next(iter(found.manages), None)
    try:
        if place is None:
            raise staff_forms.Refused(_("Bạn không quản trị cơ quan nào của cán bộ này."))
        password = actions.reset_first_password(request.actor, found.account, agency_id=place)
    except Problem as refused:
        messages.error(request, str(refused.detail))
        return redirect("staff:record", official_id)
    return slip(request, official_id, found.full_name, found.login, password)
