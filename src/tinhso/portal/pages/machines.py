"""What search engines and security researchers look for at a fixed address."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.policy import PUBLIC, guard

#: Pages of one person, of officials, and for programs: nothing there for a search engine (RFC 9309).
NOT_FOR_ROBOTS = (
    *("/api/", "/ban-lam-viec/", "/van-hanh/", "/can-bo/", "/tai-khoan/", "/design"),
    *("/dang-nhap/", "/dang-ky/", "/dang-xuat/", "/quen-mat-khau/"),
    *("/to-khai/", "/ho-so", "/kho-giay-to", "/du-lieu-cua-toi", "/ai-da-xem", "/thong-bao"),
    *("/tra-cuu", "/thu-tuc/goi-y", "/thu-tuc/*/nop", "/lam-chung/", "/lich-hen"),
    *("/chien-luoc/ban-chup/*/ky", "/chien-luoc/ban-chup/*/dong-dau", "/chien-luoc/viec/*/ghi"),
)
#: How long a reader may believe the contact without asking again. RFC 9116, 2.5.5: less than a year.
BELIEVED = timedelta(days=30)


@guard(PUBLIC)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Which pages a search engine leaves alone. It protects nothing: the policies do."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@guard(PUBLIC)
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116); 404 where `[security] contact` of config.toml names nobody."""
    if not settings.SECURITY_CONTACTS:
        raise Http404
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS),
        f"Expires: {clock.real() + BELIEVED:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
        f"Canonical: {settings.SITE_URL}{reverse('portal:security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
