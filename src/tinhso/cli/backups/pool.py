"""Content files in the backup place: each once, however many backups name it.

A content never changes once it has its name, and is encrypted already under a key that only the database (wrapped)
and the master key (in the encrypted part) give: so it is copied as it is. Copied, not linked: a hard link would share
every fault of the disk with the original. ``files.ledger`` holds a line for each copy that is whole.

The shares of the contents' keys (``files/keys``) lie here as well. Erasing a file destroys its share: the copy in the
pool goes with the next backup, whichever backups name it, so that no restore brings an erased file back.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tinhso.cli.backups.house import opened
from tinhso.cli.backups.place import Damaged, sync_folder

BLOCK = 1024 * 1024
#: A folder's time counts in steps of some milliseconds; one this old (nanoseconds) will show the next change.
SETTLED = 1_000_000_000


@dataclass(frozen=True)
class Copy:
    """One content in the pool: ``path`` below ``files/``, bytes, SHA-256 of the encrypted content (hex)."""

    path: str
    size: int
    sha256: str

    def line(self) -> bytes:
        return f"{self.path} {self.size} {self.sha256}\n".encode()


def read_line(line: bytes) -> Copy | None:
    """A line of a ledger; None when it was cut off."""
    parts = line.decode("ascii", "replace").split(" ")
    if not line.endswith(b"\n") or len(parts) != 3 or not parts[1].isdecimal() or len(parts[2]) != 65:
        return None
    return Copy(parts[0], int(parts[1]), parts[2][:-1])


def digest_of(path: Path) -> tuple[int, str]:
    """Size and SHA-256 (hex) of a file."""
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            seen.update(block)
            size += len(block)
    return size, seen.hexdigest()


@dataclass
class Pool:
    """The pool of one place."""

    folder: Path  #: the place
    known: dict[str, Copy] = field(default_factory=dict)
    _read_up_to: int = 0
    _scanned: dict[str, int] = field(default_factory=dict)

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def catch_up(self) -> None:
        """Read what this or another process added to the ledger since the last time."""
        ledger = self.folder / "files.ledger"
        if not ledger.exists():
            return
        with ledger.open("rb") as file:
            file.seek(self._read_up_to)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read_up_to += len(line)
                if copy := read_line(line):
                    self.known[copy.path] = copy

    def take(self, source: Path, progress: Callable[[int], None] = lambda _size: None) -> list[Copy]:
        """Copy every content of the home's ``files`` that the pool lacks; the copies of all that lie there now.

        A folder that has not changed since this object last looked is not read again.
        """
        self.catch_up()
        there: list[Copy] = []
        for folder in _folders(source):
            for name in sorted(entry.name for entry in os.scandir(source / folder) if _is_file(entry)):
                if copy := self._taken(source, f"{folder}/{name}", progress):
                    there.append(copy)
        return there

    def take_new(self, source: Path) -> int:
        """Copy what came since this object last looked; how many. Cheap: unchanged folders are not read."""
        self.catch_up()
        count = 0
        for folder in _folders(source):
            changed = (source / folder).stat().st_mtime_ns
            if self._scanned.get(folder) == changed:
                continue
            for entry in os.scandir(source / folder):
                if _is_file(entry) and f"{folder}/{entry.name}" not in self.known:
                    count += self._taken(source, f"{folder}/{entry.name}", lambda _size: None) is not None
            if time.time_ns() - changed > SETTLED:  # a file of the same instant would not change the folder's time
                self._scanned[folder] = changed
        return count

    def _taken(self, source: Path, path: str, progress: Callable[[int], None]) -> Copy | None:
        known = self.known.get(path)
        if known is not None and (self.files / path).exists():
            return known
        try:
            copy = self._copied(source / path, path)
        except FileNotFoundError:
            return None  # erased while we looked
        progress(copy.size)
        self._note(copy)
        return copy

    def _copied(self, source: Path, path: str) -> Copy:
        target = self.files / path
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f".{target.name}.{os.getpid()}.new")
        seen, size = hashlib.sha256(), 0
        try:
            with opened(source) as read, os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                while block := read.read(BLOCK):
                    seen.update(block)
                    size += file.write(block)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)
        return Copy(path, size, seen.hexdigest())

    def _note(self, copy: Copy) -> None:
        """One whole line, after the copy is safe."""
        self.known[copy.path] = copy
        ledger = self.folder / "files.ledger"
        descriptor = os.open(ledger, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, (b"\n" if torn else b"") + copy.line())
        finally:
            os.close(descriptor)

    def check(self, copy: Copy) -> None:
        """Read a copy again. Raises Damaged."""
        path = self.files / copy.path
        if not path.is_file():
            raise Damaged(f"files/{copy.path}", "không có / is missing")
        if digest_of(path) != (copy.size, copy.sha256):
            raise Damaged(f"files/{copy.path}", "nội dung đã đổi / its content was changed")

    def drop_unnamed(self, named: set[str], source: Path, before: float) -> int:
        """Remove copies that no kept backup names, that the home no longer has and that are older than ``before``
        (seconds since the epoch): erased contents whose last backup is gone. How many."""
        self.catch_up()
        gone = []
        for path in self._paths():
            copy = self.files / path
            if path not in named and not (source / path).exists() and copy.stat().st_mtime < before:
                copy.unlink()
                self.known.pop(path, None)
                gone.append(path)
        return len(gone)

    def forget(self, erased: set[str]) -> int:
        """Remove the shares of erased contents, given by the ids of their rows, and write down that they went; how
        many went now. The list comes from the database: an empty folder is no proof that everything was erased."""
        gone = [share_path(one) for one in sorted(erased) if (self.files / share_path(one)).exists()]
        with (self.folder / "erased").open("a") as book:
            for path in gone:
                book.write(f"{path}\n")
                book.flush()
                (self.files / path).unlink()
                self.known.pop(path, None)
        return len(gone)

    def forgotten(self) -> set[str]:
        """The shares that went because their files were erased."""
        book = self.folder / "erased"
        return set(book.read_text().splitlines()) if book.exists() else set()

    def _paths(self) -> Iterator[str]:
        for folder in _folders(self.files):
            for entry in os.scandir(self.files / folder):
                if not entry.name.startswith("."):
                    yield f"{folder}/{entry.name}"


def share_path(blob: str) -> str:
    """Where the share of a content's key lies below ``files``, by the id (UUID) of its row."""
    return f"keys/{blob.replace('-', '')[-2:]}/{blob}"


def _folders(root: Path) -> list[str]:
    """Folders of contents and of shares below a ``files``. Shares first: a content without its share is of no use."""
    found = (*root.glob("keys/[0-9a-f][0-9a-f]"), *root.glob("[0-9a-f][0-9a-f]"))
    return sorted((str(folder.relative_to(root)) for folder in found if not folder.is_symlink()), reverse=True)


def _is_file(entry: "os.DirEntry[str]") -> bool:
    """A content of the house: never a link that leads out of it."""
    return entry.is_file(follow_symlinks=False)
