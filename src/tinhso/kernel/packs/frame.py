"""A pack as a folder: what may be in it, the parts that read it, and the way from check to load."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.kernel.packs import table, yaml
from tinhso.kernel.packs.mistakes import Mistake, Unreadable

MOST_FILES = 5_000
LARGEST = 4 * 1024 * 1024  #: bytes of one file
LARGEST_ALL = 200 * 1024 * 1024
TEXT = frozenset({".yaml", ".csv", ".json", ".geojson", ".bpmn", ".dmn", ".html", ".css", ".md", ".txt", ".svg"})
BINARY = frozenset({".png", ".jpg", ".pdf", ".otf", ".ttf", ".woff2"})


@dataclass
class Pack:
    """A province pack on disk. Paths are relative to its folder, with ``/``."""

    root: Path
    _read: dict[str, Any] = field(default_factory=dict, repr=False)

    def bytes(self, path: str) -> bytes:
        """Raises Unreadable when the file is missing, leads outside, or is too big."""
        place = self._inside(path)
        if not place.is_file():
            raise self.unreadable(path, _("Không có tệp này."), _("Thêm tệp, hoặc sửa tên trong nơi nhắc tới nó."))
        if place.stat().st_size > LARGEST:
            remedy = _("Chia nhỏ hoặc giản lược; mỗi tệp nhiều nhất %(n)d MB.") % {"n": LARGEST // 2**20}
            raise self.unreadable(path, _("Tệp quá lớn."), remedy)
        return place.read_bytes()

    def text(self, path: str) -> str:
        try:
            return self.bytes(path).decode("utf-8")
        except UnicodeDecodeError as error:
            line = self.bytes(path)[: error.start].count(b"\n") + 1
            raise Unreadable(Mistake(path, line, _("Không phải mã UTF-8."), _("Lưu lại tệp bằng mã UTF-8."))) from None

    def yaml(self, path: str) -> Any:
        """Mappings and lists that know their lines; the same object for the same file."""
        if path not in self._read:
            self._read[path] = yaml.parse(self.text(path), path)
        return self._read[path]

    def json(self, path: str) -> Any:
        try:
            return json.loads(self.text(path))
        except json.JSONDecodeError as error:
            remedy = _("Kiểm tra dấu phẩy, ngoặc và nháy quanh dòng này (%(what)s).") % {"what": error.msg}
            raise Unreadable(Mistake(path, error.lineno, _("Không đúng cú pháp JSON."), remedy)) from None
        except RecursionError:
            raise self.unreadable(path, _("Lồng quá sâu."), _("Giản lược nội dung.")) from None

    def table(self, path: str, columns: Iterable[str] = ()) -> list[table.Line]:
        """The rows of a CSV file, each with its line. ``columns`` must be there."""
        return table.parse(self.text(path), path, columns)

    def files(self, folder: str, *suffixes: str) -> list[str]:
        """Paths of the files under a folder, sorted; all of them without suffixes. Empty when there is no folder."""
        within = f"{folder.strip('/')}/"
        return [
            p for p in self._paths if p.startswith(within) and (not suffixes or PurePosixPath(p).suffix in suffixes)
        ]

    def has(self, path: str) -> bool:
        return path in self._paths

    def folders(self, folder: str) -> list[str]:
        """Names of the folders right under a folder, sorted."""
        depth = len(PurePosixPath(folder).parts)
        return sorted(
            {PurePosixPath(p).parts[depth] for p in self.files(folder) if len(PurePosixPath(p).parts) > depth + 1}
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over names and contents: which pack was loaded."""
        seen = hashlib.sha256()
        for path in self._paths:
            seen.update(path.encode() + b"\0" + hashlib.sha256(self.bytes(path)).digest())
        return seen.hexdigest()

    def unreadable(self, path: str, message: str, remedy: str) -> Unreadable:
        return Unreadable(Mistake(path, 0, message, remedy))

    @cached_property
    def _paths(self) -> list[str]:
        return sorted(p.relative_to(self.root).as_posix() for p in _walk(self.root) if p.is_file())

    def _inside(self, path: str) -> Path:
        place = self.root / path
        parts = PurePosixPath(path).parts
        links = any((self.root / Path(*parts[: n + 1])).is_symlink() for n in range(len(parts)))
        if ".." in parts or PurePosixPath(path).is_absolute() or links or "\\" in path:
            raise self.unreadable(
                path, _("Đường dẫn ra ngoài gói hoặc là liên kết."), _("Chép tệp vào trong gói và trỏ tới bản chép.")
            )
        return place


@dataclass(frozen=True)
class PackPart:
    """What one app reads from a pack."""

    name: str
    folder: str  #: where its files are, for the analyst's eyes
    check: Callable[[Pack], list[Mistake]]
    load: Callable[[Pack], None]


_parts: dict[str, PackPart] = {}


def register(part: PackPart) -> PackPart:
    """Add an app's part. Parts are checked and loaded in the order of start-up: lower floors first."""
    if part.name in _parts:
        raise ValueError(f"pack part {part.name} is registered twice")
    _parts[part.name] = part
    return part


def parts() -> list[PackPart]:
    return list(_parts.values())


class PackRefused(Exception):
    """The pack has mistakes; nothing was loaded."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


def check_pack(root: Path) -> list[Mistake]:
    """Every mistake of the pack, by file and line. Reads no database."""
    pack = Pack(root)
    return _check(pack)


def load_pack(root: Path) -> str:
    """Check and load all parts in one transaction; the pack's fingerprint. Raises PackRefused."""
    pack = Pack(root)
    mistakes = _check(pack)
    if mistakes:
        raise PackRefused(mistakes)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tinhso.load_pack'))")
        for part in parts():
            part.load(pack)
    return pack.fingerprint


def _check(pack: Pack) -> list[Mistake]:
    """A file that cannot be read keeps nobody from the others; a folder that is no pack is looked at no further."""
    found = _check_folder(pack)
    if all(mistake.halted for mistake in found):
        for part in parts():
            try:
                found += part.check(pack)
            except Unreadable as unreadable:
                found += unreadable.mistakes
    return sorted(set(found), key=lambda m: (m.file, m.line, str(m.message)))


def _check_folder(pack: Pack) -> list[Mistake]:
    """The folder itself: nothing but small, readable files of known kinds, no links."""
    if not pack.root.is_dir():
        return [Mistake(str(pack.root), 0, _("Không có thư mục này."), _("Chỉ tới thư mục của gói."))]
    if not (pack.root / "province.yaml").is_file():
        return [Mistake("province.yaml", 0, _("Gói thiếu tệp province.yaml."), _("Thêm tệp này; xem docs/packs.md."))]
    found: list[Mistake] = []
    size = 0
    for count, place in enumerate(_walk(pack.root)):
        path = place.relative_to(pack.root).as_posix()
        if count >= MOST_FILES or size > LARGEST_ALL:
            return [*found, Mistake(path, 0, _("Gói quá lớn."), _("Bỏ bớt tệp không cần."))]
        if place.is_symlink() or not (place.is_dir() or place.is_file()):
            found.append(Mistake(path, 0, _("Là liên kết hoặc tệp đặc biệt."), _("Thay bằng bản chép thật.")))
        elif place.is_file():
            size += place.stat().st_size
            found += _check_file(pack, path)
    return found


def _check_file(pack: Pack, path: str) -> list[Mistake]:
    suffix = PurePosixPath(path).suffix
    if suffix not in TEXT | BINARY:
        kinds = ", ".join(sorted(TEXT | BINARY))
        return [Mistake(path, 0, _("Loại tệp không dùng trong gói."), _("Chỉ dùng: %(kinds)s.") % {"kinds": kinds})]
    try:
        if suffix == ".yaml":
            pack.yaml(path)
        elif suffix in {".json", ".geojson"}:
            pack.json(path)
        elif suffix in TEXT:
            pack.text(path)
        else:
            pack.bytes(path)
    except Unreadable as unreadable:
        return list(unreadable.mistakes)
    return []


def _walk(root: Path) -> Iterator[Path]:
    """Everything under the folder, sorted, links not followed."""
    for place in sorted(root.iterdir()):
        yield place
        if place.is_dir() and not place.is_symlink():
            yield from _walk(place)
