"""The mail server of the province: how `[mail]` of config.toml reaches it.

``tls = true``: in the clear first, TLS before name and password (STARTTLS, RFC 3207); ``"implicit"``: TLS from the
first byte (port 465, RFC 8314); ``false``: none. ``ca``: a PEM file of the authorities that its certificate must come
from; without it those that this machine trusts. The certificate is always checked, name and all.
"""

import ssl
from functools import cached_property

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

IMPLICIT = "implicit"


def trust(ca: str) -> ssl.SSLContext:
    """Whom a mail server's certificate must come from. Raises OSError when the file cannot be read."""
    return ssl.create_default_context(cafile=ca or None)


class Smtp(EmailBackend):
    """Django's, which trusts our own authority too."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return trust(settings.EMAIL_AUTHORITIES)
