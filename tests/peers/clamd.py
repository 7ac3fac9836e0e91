"""A server that behaves like clamd's INSTREAM, also when it misbehaves."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

THREAT = b"THREAT-FOR-TESTS"


@dataclass
class Clamd:
    """How it answers: `well`, `error` (its own limit exceeded), `garbage`, `hang up`."""

    port: int = 0
    manner: str = "well"
    seen: list[bytes] = field(default_factory=list)


def _take(link: socket.socket) -> bytes:
    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count and (more := link.recv(count - len(data))):
            data += more
        return data

    command = exactly(len(b"nINSTREAM\n"))
    assert command == b"nINSTREAM\n"
    content = b""
    while size := struct.unpack("!L", exactly(4))[0]:
        content += exactly(size)
    return content


@contextmanager
def clamd() -> Iterator[Clamd]:
    """A clamd on a free port of the loopback."""
    peer = Clamd()

    class Session(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if peer.manner == "hang up":
                return
            content = _take(self.request)
            peer.seen.append(content)
            verdict = b"stream: Test.Threat FOUND\n" if THREAT in content else b"stream: OK\n"
            answers = {"error": b"INSTREAM size limit exceeded. ERROR\n", "garbage": b"\xff\xfe\n"}
            self.request.sendall(answers.get(peer.manner, verdict))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        peer.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield peer
        server.shutdown()
