"""A mail server that takes letters (RFC 5321, as much as a client needs), or refuses them when told so."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    port: int = 0
    refusing: bool = False
    letters: list[bytes] = field(default_factory=list)


@contextmanager
def smtp() -> Iterator[Mailbox]:
    """A mail server on a free port of the loopback."""
    box = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(b"220 peer")
            for line in self.rfile:
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self.say(b"354 go on")
                    box.letters.append(self.letter())
                elif word == b"QUIT":
                    self.say(b"221 bye")
                    return
                elif word == b"RCPT" and box.refusing:
                    self.say(b"450 mailbox busy")
                    continue
                self.say(b"250 fine")

        def letter(self) -> bytes:
            lines = []
            for line in self.rfile:
                if line == b".\r\n":
                    break
                lines.append(line)
            return b"".join(lines)

        def say(self, words: bytes) -> None:
            self.wfile.write(words + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield box
        server.shutdown()
