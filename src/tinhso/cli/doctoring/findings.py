"""What a check says."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import psycopg

from tinhso.config import Instance


class State(StrEnum):
    """How it is: well, soon not well, or broken."""

    OK = "ok"
    SOON = "soon"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One answer of one check."""

    check: str
    state: State
    what: str
    remedy: str = ""


@dataclass
class Patient:
    """The deployment that is looked at, and its database, reached once for all checks."""

    here: Instance
    role: str = "app"
    timeout: int = 5
    fault: str = field(default="", init=False)

    @cached_property
    def database(self) -> psycopg.Connection | None:
        """A connection as the app's role; None when there is none, and ``fault`` says why."""
        where = self.here.database
        try:
            return psycopg.connect(
                host=where.host,
                port=where.port,
                dbname=where.name,
                user=f"tinhso_{self.role}",
                password=(self.here.home / "secrets" / f"db-{self.role}").read_text().strip(),
                connect_timeout=self.timeout,
                **where.tls,
                autocommit=True,
            )
        except (psycopg.Error, OSError) as error:
            self.fault = why(error)
            return None

    def number(self, query: str) -> float:
        """The one number that a query answers; 0 for none. Raises psycopg.Error."""
        assert self.database is not None
        row = self.database.execute(query.encode()).fetchone()
        return float(row[0]) if row is not None and row[0] is not None else 0.0


#: What kept us from a machine, for whoever must mend it; the first kind that fits.
_WHY: tuple[tuple[type[BaseException], str], ...] = (
    (ConnectionRefusedError, "không có gì lắng nghe ở địa chỉ và cổng ấy"),
    (TimeoutError, "quá lâu không trả lời"),
    (ssl.SSLCertVerificationError, "chứng thư của máy ấy không tin được"),
    (ssl.SSLError, "không bắt tay TLS được"),
    (socket.gaierror, "không tìm thấy máy mang tên ấy"),
    (FileNotFoundError, "thiếu tệp cần đọc"),
    (PermissionError, "không có quyền đọc tệp"),
    (smtplib.SMTPAuthenticationError, "sai tên hoặc mật khẩu"),
    (smtplib.SMTPNotSupportedError, "máy ấy không có TLS"),
    (psycopg.OperationalError, "máy chủ không trả lời, hoặc không nhận tên và mật khẩu"),
    (ConnectionError, "bị ngắt giữa chừng"),
    (smtplib.SMTPException, "máy ấy từ chối"),
)


def why(error: BaseException) -> str:
    """The fault in words, never the name of a class."""
    return next((words for kind, words in _WHY if isinstance(error, kind)), "lỗi mạng hoặc câu trả lời không hiểu được")


Check = Callable[[Patient], Finding]


def well(check: str, what: str) -> Finding:
    return Finding(check, State.OK, what)


def soon(check: str, what: str, remedy: str) -> Finding:
    return Finding(check, State.SOON, what, remedy)


def broken(check: str, what: str, remedy: str) -> Finding:
    return Finding(check, State.BROKEN, what, remedy)
