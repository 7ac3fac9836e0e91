"""The officer's page: the person stands at the counter with their papers and the code of their account."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import ActedRequest, Actor, guard
from tinhso.people import actions
from tinhso.people.actions import AtCounter, SeenIdentity
from tinhso.people.forms import date_field, explain, kind_field, text_field
from tinhso.people.models import Role, Sex
from tinhso.people.policies import VERIFY_IDENTITY
from tinhso.places import queries as places

SELECT = {"class": "select mt-1.5 w-full"}


class PaperForm(forms.Form):
    """What stands on the paper: typed from it, never shown beforehand."""

    agency = forms.TypedChoiceField(
        label=gettext_lazy("Cơ quan tiếp nhận"), coerce=UUID, widget=forms.Select(attrs=SELECT)
    )
    kind = kind_field(gettext_lazy("Giấy tờ đã xem"))
    number = text_field(
        gettext_lazy("Số trên giấy tờ"), required=gettext_lazy("Hãy ghi số trên giấy tờ."), autocomplete="off"
    )
    full_name = text_field(
        gettext_lazy("Họ và tên trên giấy tờ"), required=gettext_lazy("Hãy ghi họ và tên."), autocomplete="off"
    )
    birth_date = date_field(gettext_lazy("Ngày sinh trên giấy tờ"))
    sex = forms.ChoiceField(
        label=gettext_lazy("Giới tính"),
        choices=[("", gettext_lazy("Chọn theo giấy tờ")), *Sex.choices],
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": gettext_lazy("Hãy chọn giới tính ghi trên giấy tờ.")},
    )
    papers_seen = forms.BooleanField(
        label=gettext_lazy("Tôi đã xem giấy tờ gốc và đối chiếu với người đứng trước mặt"),
        widget=forms.CheckboxInput(attrs={"class": "checkbox checkbox-primary"}),
        error_messages={"required": gettext_lazy("Hãy đối chiếu giấy tờ gốc và người trước khi xác minh.")},
    )

    def __init__(self, agencies: dict[UUID, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["agency"]).choices = [(str(key), name) for key, name in agencies.items()]


class PapersForm(PaperForm):
    """With the residence that stands on the paper."""

    residence = text_field(gettext_lazy("Nơi cư trú trên giấy tờ"), optional=True, autocomplete="off")
    field_order = ("agency", "kind", "number", "full_name", "birth_date", "sex", "residence", "papers_seen")


def receiving(actor: Actor) -> dict[UUID, str]:
    """Where the officer receives."""
    return places.names([grant.scope for grant in actor.grants if grant.role == Role.RECEIVER and not grant.kept])


@guard(VERIFY_IDENTITY)
def counter(request: HttpRequest) -> HttpResponse:
    """Find the account by its code or log-in name, then say what the papers show."""
    actor = cast(ActedRequest, request).actor
    agencies = receiving(actor)
    said = request.GET.get("ma", "").strip()
    found: AtCounter | None = None
    sorry = ""
    if said and agencies:
        try:
            found = actions.find_for_counter(actor, next(iter(agencies)), said)
        except Problem as refused:
            sorry = str(refused.detail)
    form = PapersForm(agencies, request.POST or None)
    if request.method == "POST" and found is not None and form.is_valid():
        try:
            return _verify(request, actor, found, form.cleaned_data)
        except Problem as refused:
            explain(form, refused)
    shown = {"said": said, "found": found, "sorry": sorry, "form": form, "agencies": agencies}
    return render(request, "people/counter.html", shown, status=422 if request.method == "POST" else 200)


def _verify(request: HttpRequest, actor: Actor, found: AtCounter, papers: dict[str, Any]) -> HttpResponse:
    agency_id, papers_seen = papers.pop("agency"), papers.pop("papers_seen")
    actions.verify_identity(
        actor, found.account, agency_id=agency_id, seen=SeenIdentity(**papers), papers_seen=papers_seen
    )
    messages.success(request, _("Đã xác minh danh tính cho tài khoản %(code)s.") % {"code": found.code})
    return HttpResponseRedirect(reverse("people_counter"))
