"""The row of links above every page about officials."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.kernel.policy import ActedRequest
from tinhso.people.policies import MANAGE_OFFICIALS, PROVINCE_ROLES, SEE_OFFICIALS


def drawn(request: ActedRequest, template: str, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page with the links that this actor may follow."""
    links = (
        ("staff:directory", _("Cán bộ"), SEE_OFFICIALS),
        ("staff:lists", _("Nhập từ Excel"), MANAGE_OFFICIALS),
        ("staff:authorities", _("Quyền ký"), SEE_OFFICIALS),
        ("staff:rights", _("Ai được làm gì"), SEE_OFFICIALS),
        ("staff:proposals", _("Đề nghị cấp tỉnh"), PROVINCE_ROLES),
    )
    tabs = [
        {"url": reverse(view), "words": words, "current": reverse(view) == request.path}
        for view, words, policy in links
        if policy.allows(request.actor)
    ]
    return render(request, template, {**shown, "tabs": tabs}, status=status)
