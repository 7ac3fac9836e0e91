"""Lines that must not get lost and must not wait for the database: one append-only file for each process.

A line is one `write` to a file opened with O_APPEND: whole, in order, and still there when the process is killed.
The writer holds a shared lock on its file; a file whose lock is free has no writer any more.
"""

import errno
import fcntl
import os
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinhso.config import instance
from tinhso.kernel.canonical import canonical
from tinhso.kernel.disk import writing
from tinhso.kernel.ids import new_id

DISCLOSURES = "disclosures"
QUARANTINE = "quarantine"

#: Beyond this a process begins a new file, so that the old one can be removed once it is loaded.
FILE_LIMIT = 4 * 1024 * 1024


def folder(kind: str) -> Path:
    """Where the files of one kind lie."""
    return instance().home / "spool" / kind


@dataclass
class _Writer:
    descriptor: int
    process: int
    written: int = 0


_writers: dict[str, _Writer] = {}
_lock = threading.Lock()


def _open(kind: str) -> _Writer:
    where = folder(kind)
    for private in (where.parent, where):
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = where / f"{socket.gethostname()}-{os.getpid()}-{new_id()}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return _Writer(descriptor, os.getpid())


def _writer(kind: str) -> _Writer:
    """This process's writer; a forked child begins its own file."""
    writer = _writers.get(kind)
    if writer is not None and writer.process != os.getpid():
        os.close(writer.descriptor)
        writer = None
    if writer is not None and writer.written > FILE_LIMIT:
        os.close(writer.descriptor)
        writer = None
    if writer is None:
        writer = _writers[kind] = _open(kind)
    return writer


def append(kind: str, line: dict[str, Any]) -> None:
    """Keep one line. Raises NoRoom when the disk does not take it: then the reading it notes must not go on."""
    data = canonical(line) + b"\n"
    with _lock, writing():
        writer = _writer(kind)
        took = os.write(writer.descriptor, data)
        if took != len(data):
            os.ftruncate(writer.descriptor, writer.written)  # a part of a line is no line
            raise OSError(errno.ENOSPC, f"the spool of {kind} took only a part of a line")
        writer.written += took


def close(kind: str) -> None:
    """Let go of this process's file; the next line begins a new one."""
    writer = _writers.pop(kind, None)
    if writer is not None:
        os.close(writer.descriptor)
