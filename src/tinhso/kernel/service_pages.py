"""What the public reads about the service itself: a page and a feed, the same notices."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.kernel.navigation import Menu, NavItem, register
from tinhso.kernel.operating import banner, notices
from tinhso.kernel.operating.shown import Told, told_as
from tinhso.kernel.policy import PUBLIC, ActedRequest, guard

register(Menu.FOOTER, NavItem("service", gettext_lazy("Tình trạng dịch vụ"), "kernel:service_notices", order=90))


@guard(PUBLIC)
@require_safe
def service_notices(request: ActedRequest) -> HttpResponse:
    """Announced, under way, and the history, the latest first."""
    rows, following = notices.told(request.GET.get("after") or None)
    shown = [told_as(row) for row in rows]
    running = bool(banner.current()) or any(told.standing in {"announced", "under_way"} for told in shown)
    context = {"rows": shown, "next": following or "", "quiet": not running}
    return render(request, "kernel/service_notices.html", context)


@guard(PUBLIC)
@require_safe
def service_feed(request: ActedRequest) -> HttpResponse:
    """RSS 2.0 with the latest twenty."""
    page = settings.SITE_URL + reverse("kernel:service_notices")
    feed = Rss201rev2Feed(_("Tình trạng dịch vụ"), page, _("Sự cố và tạm ngừng"), language=get_language() or "vi")
    for told in [told_as(row) for row in notices.told()[0]]:
        feed.add_item(
            f"{told.standing_words}: {told.title}",
            page,
            _description(told),
            unique_id=f"urn:uuid:{told.id}",
            unique_id_is_permalink=False,
            pubdate=told.published_at,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    return response


def _description(told: Told) -> str:
    """Plain words; readers that take the text for HTML find no mark of it either."""
    lines = [told.kind_words, told.severity_words, told.services, told.text]
    return "\n".join(line for line in lines if line).replace("<", "‹").replace(">", "›").replace("&", "＆")
