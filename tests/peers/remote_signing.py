"""A remote signing service (Cloud Signature Consortium API, version 2, asynchronous) that can also misbehave.

with remote_signing(key, "good") as (address, peer): … peer.agree() is the holder's tap on the telephone.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

Mode = Literal[
    "good",
    "slow",  # answers after the client has gone
    "wrong-shape",  # HTML with status 200
    "half-answer",  # the connection breaks in mid-answer
    "duplicate",  # answers two values for one digest
    "unavailable",  # 503
    "refused",  # the holder said no
    "other-digest",  # a signature over something else
    "not-base64",
]


class Peer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key, self.mode, self.agreed = key, "good", False
        self.asked: dict[str, bytes] = {}
        self.tokens: set[str] = set()
        self.stop = threading.Event()

    def agree(self) -> None:
        self.agreed = True

    def reply(self, path: str, question: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("/signHash"):
            number = f"r-{len(self.asked) + 1}"
            self.asked[number] = base64.b64decode(question["hashes"][0])
            return {"responseID": number}
        if self.mode == "refused":
            return {"error": "access_denied", "error_description": "user cancelled"}
        if not self.agreed:
            return {"responseID": question["responseID"]}
        digest = b"\x07" * 32 if self.mode == "other-digest" else self.asked[question["responseID"]]
        value = base64.b64encode(self.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))).decode()
        return {"signatures": {"duplicate": [value, value], "not-base64": ["~~"]}.get(self.mode, [value])}


class _Handler(BaseHTTPRequestHandler):
    server: Peer

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = self.server.mode
        self.server.tokens.add(self.headers["Authorization"])
        if mode == "slow":
            self.server.stop.wait(5)
        answer = self.server.reply(self.path, question)
        body = b"<html>Welcome</html>" if mode == "wrong-shape" else json.dumps(answer).encode()
        self.send_response(503 if mode == "unavailable" else 403 if "error" in answer else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if mode == "half-answer" else body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test says what it saw."""


@contextmanager
def remote_signing(key: rsa.RSAPrivateKey) -> Iterator[tuple[str, Peer]]:
    """Its address, and itself: its mode may be changed while it serves."""
    peer = Peer(key)
    threading.Thread(target=peer.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{peer.server_port}", peer
    finally:
        peer.stop.set()
        peer.shutdown()
        peer.server_close()
