"""A mail server as a province has one: TLS, then name and password, before it takes a letter (aiosmtpd)."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

LOGIN, PASSWORD = "tinhso", "mot-mat-khau-thu-dai-9Xq2"


@dataclass
class PostOffice:
    """Where it listens, and what it took: recipients and the letter."""

    port: int = 0
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    in_the_clear: int = 0  #: commands that came before TLS and were more than a greeting

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Any, envelope: Any
    ) -> str:
        if session.ssl is None and not server._over_ssl:
            self.in_the_clear += 1
        self.taken.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 taken"


def _known(server: SMTP, session: Any, envelope: Any, mechanism: str, said: Any) -> AuthResult:
    fine = isinstance(said, LoginPassword) and (said.login, said.password) == (LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=fine, handled=False)  # the server says the words


@contextmanager
def post_office(shown: ssl.SSLContext, *, implicit: bool = False) -> Iterator[PostOffice]:
    """On a free port of the loopback. Without ``implicit`` it insists on STARTTLS."""
    office = PostOffice()

    def session() -> SMTP:
        tls = {"auth_require_tls": False} if implicit else {"tls_context": shown, "require_starttls": True}
        return SMTP(office, hostname="localhost", authenticator=_known, auth_required=True, loop=loop, **tls)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)  # Playwright may run a loop in the test's own
    thread.start()
    opening = loop.create_server(session, "127.0.0.1", office.port, ssl=shown if implicit else None)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(10)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
