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

from tinhso.kernel import notify
from tinhso.kernel.errors import Problem
from tinhso.kernel.models import Channel
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


@guard(SIGNED_IN)
def channels(request: HttpRequest) -> HttpResponse:
    """By which ways I am told what; what cannot be switched off says so. Only what was changed is written."""
    actor = cast(ActedRequest, request).actor
    ways = [way for way in notify.ways(actor) if way.usable]
    if request.method == "POST":
        sent = set(request.POST.getlist("shown"))
        for choice in notify.choices(actor):
            for way in ways:
                name = f"{choice.topic.name}:{way.channel}"
                wanted = name in request.POST
                if name in sent and not choice.topic.fixed and wanted != choice.wanted[way.channel]:
                    notify.choose(actor, Channel(way.channel), wanted, choice.topic.name)
        messages.success(request, _("Đã lưu cách nhận tin."))
        return HttpResponseRedirect(reverse("people_channels"))
    chosen = notify.choices(actor)
    work, own = ([choice for choice in chosen if choice.topic.at_work is at_work] for at_work in (True, False))
    parts = [(_("Việc ở cơ quan"), work), (_("Việc của riêng bạn"), own)] if work else [("", own)]
    shown = [(heading, [_line(choice, ways) for choice in choices]) for heading, choices in parts]
    return render(request, "people/channels.html", {"ways": notify.ways(actor), "parts": shown, "any": bool(ways)})


def _line(choice: notify.TopicChoice, ways: list[notify.Way]) -> dict[str, object]:
    """A topic with a box for each way that is usable."""
    return {
        "topic": choice.topic,
        "boxes": [
            {"name": f"{choice.topic.name}:{way.channel}", "way": way, "on": choice.wanted[way.channel]} for way in ways
        ],
    }
