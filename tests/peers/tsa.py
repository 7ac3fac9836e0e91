"""A time-stamping authority over HTTP (RFC 3161) that can also misbehave.

with time_stamp_authority("slow") as (address, peer): …
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from asn1crypto import tsp

from tinhso.kernel.signing.authority import Authority, authority
from tinhso.kernel.signing.stamping import answer

Mode = Literal[
    "good",
    "slow",  # answers after the client has gone
    "wrong-shape",  # HTML with status 200
    "half-answer",  # the connection breaks in mid-answer
    "duplicate-nonce",  # replays the first answer it ever gave
    "unavailable",  # 503
    "refuses",  # a well-formed rejection
    "other-imprint",  # a stamp over something else
    "stranger",  # signs with a key that nobody trusts
    "empty",
]


class _Peer(ThreadingHTTPServer):
    daemon_threads = True
    mode: Mode = "good"
    strangers: Path | None = None
    first: bytes = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stop = threading.Event()

    def reply(self, asked: bytes) -> bytes:
        req = tsp.TimeStampReq.load(asked)
        if self.mode == "other-imprint":
            req["message_imprint"]["hashed_message"] = b"\x01" * 32
        own = Authority(self.strangers) if self.mode == "stranger" and self.strangers else authority()
        made = answer(req, own.certificate("tsa"), own.certificate("issuing"), own.private_key("tsa"))
        if self.mode == "refuses":
            made = tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": tsp.PKIStatus("rejection")})})
        self.first = self.first or made.dump()
        return self.first if self.mode == "duplicate-nonce" else made.dump()


class _Handler(BaseHTTPRequestHandler):
    server: _Peer

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        mode = self.server.mode
        if mode == "slow":
            self.server.stop.wait(5)
        canned = {"wrong-shape": b"<html>Welcome</html>", "empty": b""}
        body = canned[mode] if mode in canned else self.server.reply(asked)
        self.send_response(503 if mode == "unavailable" else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if mode == "half-answer" else body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test says what it saw."""


@contextmanager
def time_stamp_authority(mode: Mode = "good", strangers: Path | None = None) -> Iterator[tuple[str, _Peer]]:
    """Its address, and itself: its mode may be changed while it serves."""
    peer = _Peer()
    peer.mode, peer.strangers = mode, strangers
    thread = threading.Thread(target=peer.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{peer.server_port}/tsa", peer
    finally:
        peer.stop.set()
        peer.shutdown()
        peer.server_close()
