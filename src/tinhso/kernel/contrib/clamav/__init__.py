"""ClamAV's daemon: the content is streamed to clamd (INSTREAM), which sees no file of ours."""

from dataclasses import dataclass
from typing import Any, BinaryIO

import clamd

from tinhso.kernel.files.base import ScannerSilent, Verdict


@dataclass(frozen=True)
class ClamAV:
    host: str
    port: int
    socket: str = ""  #: a Unix socket instead of host and port

    def scan(self, content: BinaryIO) -> Verdict:
        content.seek(0)
        daemon = (
            clamd.ClamdUnixSocket(self.socket, timeout=60)
            if self.socket
            else clamd.ClamdNetworkSocket(self.host, self.port, timeout=60)
        )
        try:
            status, threat = daemon.instream(content)["stream"]
        except (clamd.ClamdError, OSError, KeyError, TypeError, ValueError) as error:
            raise ScannerSilent(type(error).__name__) from error
        if status == "FOUND":
            return Verdict(threat or "unknown")
        if status != "OK":
            raise ScannerSilent(status)
        return Verdict()


def make(settings: dict[str, Any]) -> ClamAV:
    """``host`` and ``port``, or ``socket``."""
    return ClamAV(settings.get("host", "127.0.0.1"), int(settings.get("port", 3310)), settings.get("socket", ""))
