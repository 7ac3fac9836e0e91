"""Template filters and tags of the house: dates, numbers and spaces the Vietnamese way; assets; icons."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import segno
from django import template
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.kernel import clock
from tinhso.kernel.frontend import asset_url, icon_shapes

register = template.Library()

NBSP = "\u00a0"
Instant = datetime | date | None


def _local(value: datetime | date) -> datetime | date:
    return localtime(value) if isinstance(value, datetime) else value


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: ``{% asset "main.css" %}``; empty while nothing is built."""
    return asset_url(name)


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """A lucide icon inline. Without a label it is decoration and hidden from screen readers."""
    shapes = mark_safe(icon_shapes(name))  # noqa: S308 - shapes come from lucide's own files, checked at build
    said = format_html(' role="img" aria-label="{}"', label) if label else mark_safe(' aria-hidden="true"')
    return format_html('<svg class="icon {}" viewBox="0 0 24 24"{} focusable="false">{}</svg>', extra, said, shapes)


@register.filter
def vi_date(value: Instant) -> str:
    """05/09/2025, in local time."""
    return _local(value).strftime("%d/%m/%Y") if value else ""


@register.filter
def vi_day_month(value: Instant) -> str:
    """05/09, where the year is clear from what stands beside it."""
    return _local(value).strftime("%d/%m") if value else ""


@register.filter
def vi_time(value: datetime | None) -> str:
    """09:42, in local time."""
    return localtime(value).strftime("%H:%M") if value else ""


@register.filter
def vi_datetime(value: datetime | None) -> str:
    """09:42 ngày 05/09/2025."""
    if not value:
        return ""
    return join_words(_("{time} ngày {date}").format(time=vi_time(value), date=vi_date(value)))


@register.filter
def vi_weekday(value: Instant) -> str:
    """ "thứ Năm", never broken over two lines."""
    if not value:
        return ""
    days = (_("thứ Hai"), _("thứ Ba"), _("thứ Tư"), _("thứ Năm"), _("thứ Sáu"), _("thứ Bảy"), _("Chủ nhật"))
    return join_words(days[_local(value).weekday()])


@register.filter
def vi_long_date(value: Instant) -> str:
    """ "thứ Năm 15/05/2025"."""
    return f"{vi_weekday(value)} {vi_date(value)}" if value else ""


@register.filter
def vi_number(value: float | Decimal | str | None, places: int | None = None) -> str:
    """1.234,5: point for thousands, comma for decimals; an empty value stays empty."""
    if value is None or value == "":
        return ""
    text = number_format(value, decimal_pos=places, use_l10n=False, force_grouping=False)
    whole, _point, rest = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", ".")
    return f"{sign}{grouped},{rest}" if rest else sign + grouped


@register.filter
def vi_money(value: int | None) -> str:
    """50.000 đồng."""
    return "" if value is None else join_words(_("{amount} đồng").format(amount=vi_number(value)))


@register.filter
def join_words(value: object) -> str:
    """Words and numbers that must stay on one line, joined with no-break spaces."""
    return str(value).replace(" ", NBSP)


@register.filter
def relative_day(value: Instant) -> str:
    """hôm nay, hôm qua, ngày mai, còn 6 ngày, 3 ngày trước: calendar days, not working days."""
    if not value:
        return ""
    local = _local(value)
    day = local.date() if isinstance(local, datetime) else local
    apart = (day - clock.today()).days
    near = {0: _("hôm nay"), 1: _("ngày mai"), -1: _("hôm qua")}
    if apart in near:
        return near[apart]
    if apart > 0:
        return ngettext("còn {days} ngày", "còn {days} ngày", apart).format(days=apart)
    return ngettext("{days} ngày trước", "{days} ngày trước", -apart).format(days=-apart)


@register.filter
def file_size(value: int | None) -> str:
    """1,4 MB, as people read it."""
    if value is None:
        return ""
    if value < 1024 * 1024:
        return join_words(f"{vi_number(max(1, round(value / 1024)))} KB")
    if value < 1024**3:
        return join_words(f"{vi_number(round(value / 1024 / 1024, 1))} MB")
    return join_words(f"{vi_number(round(value / 1024**3, 1))} GB")


@register.simple_tag
def with_query(request: HttpRequest, name: str, value: str) -> str:
    """The query string of this page with one name set: keeps filters while paging."""
    query = request.GET.copy()
    query[name] = value
    return query.urlencode()


@register.simple_tag
def qr(text: str, label: str = "", extra: str = "") -> SafeString:
    """A QR code, one SVG path; medium error correction, quiet zone of four modules as ISO/IEC 18004 asks."""
    matrix = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit)
    return format_html(
        '<svg class="bg-white text-black {}" viewBox="0 0 {} {}" role="img" aria-label="{}"'
        ' shape-rendering="crispEdges"><path fill="currentColor" d="{}"/></svg>',
        extra,
        len(matrix),
        len(matrix),
        label or text,
        dark,
    )


@dataclass(frozen=True)
class ShownError:
    """An error in the summary: the field's id (may be empty) and the same words as at the field."""

    target: str
    words: str


@register.filter
def as_errors(value: object) -> list[ShownError]:
    """A dict id → words, or a list of ShownError, as one list."""
    if isinstance(value, dict):
        return [ShownError(str(target), str(words)) for target, words in value.items()]
    return list(value) if isinstance(value, list | tuple) else []


@register.filter
def unlocalize_number(value: float | Decimal | str) -> str:
    """A number as SVG wants it, held within 0–100."""
    return f"{min(100.0, max(0.0, float(value))):g}"


@register.filter
def times(value: int | str, factor: int) -> int:
    return int(value) * factor


@register.filter
def numbers(value: int | str) -> range:
    """1 … value, for drawing that many of a thing."""
    return range(1, int(value) + 1)
