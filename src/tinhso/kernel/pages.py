"""Pages of the kernel itself: the language switch and the design page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel.design import SAMPLE_INSTANT, sample_form, sample_weeks
from tinhso.kernel.errors import Invalid
from tinhso.kernel.policy import PUBLIC, guard
from tinhso.kernel.service_pages import service_feed, service_notices


@guard(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language in a cookie and go back to where they were."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Invalid(_("Chọn tiếng Việt hoặc tiếng Anh."))
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, samesite="Lax", secure=request.is_secure()
    )
    return response


@guard(PUBLIC)
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state: the reference for whoever makes a page."""
    context = {
        "form": sample_form(),
        "weeks": sample_weeks(),
        "sample_instant": SAMPLE_INSTANT,
        "errors": {"sample-given_name": _("Ghi tên"), "sample-day-year": _("Ngày phải trước hoặc đúng hôm nay")},
    }
    return render(request, "kernel/design.html", context)


_own: list[URLPattern | URLResolver] = [
    path("language", language, name="language"),
    path("design", design, name="design"),
    path("tinh-trang", service_notices, name="service_notices"),
    path("tinh-trang/rss", service_feed, name="service_feed"),
]
urls: list[URLPattern | URLResolver] = [path("", include((_own, "kernel")))]
