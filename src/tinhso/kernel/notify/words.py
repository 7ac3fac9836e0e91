"""The pack's own words of notices (`notices.yaml`); a part of a notice that it does not name keeps the built-in words.

    notices:
      dossiers.supplement:
        title: {vi: "Hồ sơ {code} còn thiếu giấy tờ", en: "Dossier {code} lacks papers"}

A placeholder is one that the built-in words of the same notice have, so its value is always there. Outside the house
only codes, days and hours travel.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import structlog
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.legible import all_legible
from tinhso.kernel.notify.kinds import OUTSIDE, Notice, every_notice, known, notice
from tinhso.kernel.packs import Mistake, Pack, PackPart, Unreadable, line_at, read_as, register

FILE = "notices.yaml"
PARTS = ("title", "body", "outside")
#: What is said outside fits one text message once its placeholders are filled in: a code has up to 30 characters.
LONGEST_OUTSIDE = 130
_HOLE = re.compile(r"\{([a-z_]*)\}")
_BUILT_IN = re.compile(r"%\(([a-z_]+)\)s")
_LINK = re.compile(r"https?:|www\.|[a-z0-9]\.(vn|com|net|org|gov)\b", re.IGNORECASE)

log = structlog.get_logger()


class Words(BaseModel):
    """In both languages of the house, so that nobody reads half a notice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str = Field(min_length=1, max_length=400)
    en: str = Field(min_length=1, max_length=400)


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words | None = None
    body: Words | None = None
    outside: Words | None = None


class NoticesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    notices: dict[str, Entry] = {}


def read(pack: Pack) -> dict[str, Entry]:
    """A pack without the file keeps all built-in words. Raises Unreadable."""
    return read_as(NoticesFile, pack.yaml(FILE), FILE).notices if pack.has(FILE) else {}


def holes_of(said: Notice) -> frozenset[str]:
    """The placeholders that the built-in words of a notice have: their values are always given."""
    return frozenset(name for part in PARTS for name in _BUILT_IN.findall(str(getattr(said, part))))


def check(pack: Pack) -> list[Mistake]:
    """Every notice exists, every placeholder has a value, nothing personal leaves the house. Raises Unreadable."""
    found = []
    for name, entry in read(pack).items():
        for path, words, remedy in _faults(name, entry):
            found.append(Mistake(FILE, line_at(pack.yaml(FILE), ("notices", name, *path)), words, remedy))
    return found


Fault = tuple[tuple[str, ...], str, str]


def _faults(name: str, entry: Entry) -> Iterator[Fault]:
    """Where, what, what to do."""
    if not known(name):
        remedy = _("Xem tên đúng bằng `tinhso pack notices`.")
        yield (), _("Không có thông báo “%(name)s”.") % {"name": name}, remedy
        return
    said = notice(name)
    for part in PARTS:
        words: Words | None = getattr(entry, part)
        if words is None:
            continue
        if not str(getattr(said, part)):
            what = _("Thông báo “%(name)s” không có phần %(part)s.") % {"name": name, "part": part}
            yield (part,), what, _("Bỏ phần này: phần mềm không gửi nó đi đâu.")
            continue
        for language in ("vi", "en"):
            for what, remedy in _wrong(said, part, getattr(words, language)):
                yield (part, language), what, remedy


def _wrong(said: Notice, part: str, text: str) -> Iterator[tuple[str, str]]:
    if not all_legible(text) or "\n" in text:
        yield _("Có ký tự không đọc được hoặc xuống dòng."), _("Viết một câu hay vài câu trên một dòng.")
    allowed = holes_of(said) & (OUTSIDE if part == "outside" else holes_of(said))
    if set("{}") & set(_HOLE.sub("", text)):
        yield _("Ngoặc nhọn không cân hoặc có ký tự lạ bên trong."), _("Viết chỗ trống như {code}.")
    for name in sorted(set(_HOLE.findall(text)) - allowed):
        listed = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or _("không có chỗ trống nào")
        what = _("Chỗ trống {%(name)s} không dùng được trong phần %(part)s của “%(notice)s”.")
        yield what % {"name": name, "part": part, "notice": said.name}, _("Dùng được: %(names)s.") % {"names": listed}
    if part == "outside":
        if len(text) > LONGEST_OUTSIDE:
            what = _("Câu gửi ra ngoài dài %(n)d ký tự.") % {"n": len(text)}
            yield what, _("Rút còn %(most)d ký tự để vừa một tin nhắn.") % {"most": LONGEST_OUTSIDE}
        if _LINK.search(text):
            yield _("Câu gửi ra ngoài có đường dẫn."), _("Bỏ đường dẫn: người dân được dặn không bấm vào link lạ.")


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def _own_words() -> dict[tuple[str, str, str], str]:
    """The pack's words by notice, part and language, as templates of ours; read once by each process. What is wrong in
    a file that nobody checked is left out: a notice with built-in words is better than none."""
    try:
        entries = read(Pack(settings.HERE.pack))
    except Unreadable:
        log.warning("the pack's words of notices cannot be read", file=FILE)
        return {}
    found: dict[tuple[str, str, str], str] = {}
    for name, entry in entries.items():
        if any(_faults(name, entry)):
            log.warning("the pack's words of a notice are wrong", notice=name)
            continue
        for part in PARTS:
            words = getattr(entry, part)
            if words is not None:
                found |= {(name, part, one): _template(getattr(words, one)) for one in ("vi", "en")}
    return found


def _template(text: str) -> str:
    return _HOLE.sub(r"%(\1)s", text.replace("%", "%%"))


def worded(name: str) -> Notice:
    """The notice of that name with the pack's words in the current language. Raises LookupError."""
    said, own = notice(name), _own_words()
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    changed = {part: own[name, part, language] for part in PARTS if (name, part, language) in own}
    return replace(said, **changed) if changed else said  # type: ignore[arg-type]  # words are the only parts


def as_written(said: Notice, part: str) -> str:
    """A part of the built-in words as a pack would write it, in the current language."""
    return _BUILT_IN.sub(r"{\1}", str(getattr(said, part))).replace("%%", "%")


def built_in() -> list[Notice]:
    """Every notice with its built-in words, by name."""
    return [said for _name, said in sorted(every_notice().items())]


register(PackPart("kernel.notices", FILE, check, load))
