"""My account: who I am to the state, how sure it is of that, and how this account is protected."""

from typing import cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.kernel.errors import Problem
from tinhso.kernel.policy import SIGNED_IN, ActedRequest, guard
from tinhso.people import actions, queries
from tinhso.people.forms import date_field, explain, kind_field, text_field


class ClaimForm(forms.Form):
    """What one says of oneself."""

    full_name = text_field(
        gettext_lazy("Họ và tên như trên giấy tờ"), required=gettext_lazy("Hãy ghi họ và tên."), autocomplete="name"
    )
    birth_date = date_field(gettext_lazy("Ngày sinh"))
    kind = kind_field(gettext_lazy("Loại giấy tờ"))
    number = text_field(
        gettext_lazy("Số giấy tờ"), required=gettext_lazy("Hãy ghi số giấy tờ."), inputmode="text", autocomplete="off"
    )


@guard(SIGNED_IN)
def mine(request: HttpRequest) -> HttpResponse:
    """Identity status in words, and what protects the account."""
    actor = cast(ActedRequest, request).actor
    account = queries.account(cast(UUID, actor.account))
    shown = {
        "account": account,
        "claim": None if account.verified else queries.claim_of(account.pk),
        "person": queries.person_of(account.pk) if account.verified else None,
        "vneid": bool(settings.VNEID),
        "official": queries.official_of(account.pk),
    }
    return render(request, "people/account.html", shown)


@guard(SIGNED_IN)
def claim(request: HttpRequest) -> HttpResponse:
    """Say who I am; it stays unverified, and tells nothing of what the state holds."""
    actor = cast(ActedRequest, request).actor
    form = ClaimForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.claim_identity(actor, **form.cleaned_data)
                messages.success(request, _("Đã ghi. Danh tính của bạn vẫn chờ xác minh."))
                return HttpResponseRedirect(reverse("people_account"))
            except Problem as refused:
                explain(form, refused)
    return render(request, "people/claim.html", {"form": form}, status=status)
