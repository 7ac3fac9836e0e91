"""Who really asks: the client behind the proxies that this instance is set to trust, and nobody's word else.

Rate limits and lockouts count `REMOTE_ADDR`. Behind nginx that would be nginx itself, for everybody: so its word
about the client is taken. From anyone else the same headers are only words, and change nothing.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tinhso.kernel import problems
from tinhso.kernel.errors import TooLarge

Respond = Callable[[HttpRequest], HttpResponse]
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Set on requests that came through a trusted proxy.
PROXIED = "tinhso.proxied"


def networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks as config.toml names them. Raises ValueError for what is neither."""
    return tuple(ip_network(one) for one in written)


def parsed(text: str) -> Address | None:
    """An address; None for anything else. An IPv4 client of an IPv6 socket is the IPv4 address."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def client_of(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The client's address: each trusted hop may name the one before it, read from the nearest to the farthest.

    What stands beyond the first address that is not trusted was written by the client itself.
    """
    client = parsed(peer)
    named = [name for name in forwarded_for.split(",") if name.strip()]
    while client is not None and named and any(client in network for network in trusted):
        before = parsed(named.pop())
        if before is None:
            break
        client = before
    return str(client) if client is not None else peer


class ProxyMiddleware:
    """Set ``REMOTE_ADDR`` and the scheme to what the trusted proxy says. First of all middleware."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.trusted = networks(settings.TRUSTED_PROXIES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = parsed(request.META.get("REMOTE_ADDR", ""))
        if peer is not None and any(peer in network for network in self.trusted):
            self._believe(request)
        return self.respond(request)

    def _believe(self, request: HttpRequest) -> None:
        request.META[PROXIED] = True
        said = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_of(request.META["REMOTE_ADDR"], said, self.trusted)
        if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
            request.META["wsgi.url_scheme"] = "https"


class BodyLimitMiddleware:
    """Refuse a body that says it is larger than anything the house takes, before a byte of it is read."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_BODY:
            words = _(
                "Nội dung gửi lên lớn hơn %(limit)d MB. Hãy chụp lại với độ phân giải thấp hơn hoặc chia nhỏ tệp."
            )
            return problems.respond_plainly(request, TooLarge(words % {"limit": settings.LARGEST_BODY // 2**20}))
        return self.respond(request)
