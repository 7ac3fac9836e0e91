"""The copy of what is held about a person: every row as JSON, and on paper as much as a person can leaf through."""

import json
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.personal import Section
from tinhso.kernel.province import province
from tinhso.vault.models import DataRequest

FORMAT = "tinhso-personal-data/1"
#: Rows of one section that go on paper, the newest. The JSON always has all of them.
PRINTED = 500

Pair = tuple[str, str]


@dataclass(frozen=True)
class OnPaper:
    """A section as it is printed: rows as pairs of words. ``left_out``: how many older rows only the JSON has."""

    title: str
    rows: list["PrintedRow"]
    left_out: int


@dataclass(frozen=True)
class PrintedRow:
    """``joined``: it goes on from the row before, whose first words it shares and does not repeat."""

    pairs: list[Pair]
    joined: bool


@dataclass(frozen=True)
class Copy:
    """``data`` is the JSON of `docs/personal-data.schema.json`, ``counts`` the rows of each section that has any."""

    data: bytes
    counts: dict[str, int]
    paper: list[OnPaper]


def copied(row: DataRequest, sections: Iterable[Section]) -> Copy:
    """Read every section once, to its last row, page by page. Nothing is left out of the data, however long it is:
    in memory are its bytes and the rows to be printed."""
    out, counts, paper = BytesIO(), {}, []
    out.write(_head(row))
    for place, part in enumerate(sections):
        out.write(b",\n" if place else b"\n")
        out.write(_json({"name": part.name, "title": part.title, "columns": part.columns})[:-1] + b',"rows":[')
        newest: deque[dict[str, Any]] = deque(maxlen=PRINTED)
        count = 0
        for page in part.pages():
            out.write(b",\n" if count else b"\n")
            out.write(b",\n".join(map(_json, page)))
            newest.extend(page)
            count += len(page)
        out.write(b"]}")
        if count:
            counts[part.name] = count
        paper.append(OnPaper(part.title, _printed(part.columns, newest), count - len(newest)))
    out.write(b"]}\n")
    return Copy(out.getvalue(), counts, paper)


def _head(row: DataRequest) -> bytes:
    told = {
        "format": FORMAT,
        "request": str(row.id),
        "person": str(row.person_id),
        "made_at": clock.now().isoformat(timespec="seconds"),
        "authority": province().authority,
        "sample": settings.HERE.sample,
    }
    return _json(told)[:-1] + b',"sections":['


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _printed(columns: dict[str, str], rows: Iterable[dict[str, Any]]) -> list[PrintedRow]:
    """Each row without what is empty, and without the first words when the row before began with the same."""
    found: list[PrintedRow] = []
    before: Sequence[Pair] = ()
    for row in rows:
        pairs = [(words, worded(row.get(key))) for key, words in columns.items()]
        pairs = [pair for pair in pairs if pair[1]]
        shared = 0
        while shared < min(len(pairs) - 1, len(before)) and pairs[shared] == before[shared]:
            shared += 1
        found.append(PrintedRow(pairs[shared:], joined=bool(shared)))
        before = pairs
    return found


def worded(value: Any) -> str:
    """A value of the data as it reads on paper; instants as Vietnamese clocks show them. Empty: nothing to say."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {told}" for key, inner in value.items() if (told := worded(inner)))
    if isinstance(value, list):
        return "; ".join(told for inner in value if (told := worded(inner)))
    text = str(value)
    if len(text) >= 19 and text[4:5] == "-" and text[10:11] == "T":
        try:
            return f"{clock.local(clock.parse(text)):%d/%m/%Y %H:%M}"
        except ValueError:
            return text
    return text
