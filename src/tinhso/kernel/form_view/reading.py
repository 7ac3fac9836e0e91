"""What a browser sent, as a topic's data: dates from three boxes, numbers as Vietnamese writes them, units by name."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import QueryDict

from tinhso.kernel.form_view.shapes import FieldLike, Json, TopicLike
from tinhso.kernel.form_view.widgets import Option, Source


def read_topic(
    topic: TopicLike,
    sent: QueryDict,
    *,
    options: Mapping[str, Sequence[Option]] | None = None,
    sources: Mapping[str, Source] | None = None,
    prefix: str = "",
) -> Json:
    """The topic's data as typed: empty answers left out, spaces trimmed; read-only fields are not read.

    A unit picked by name becomes its code (an unknown name stays as typed, for validation to refuse), and
    ``sent["restore"]`` ("Dùng lại") puts a prefilled value back.
    """
    data: Json = {}
    restored = str(sent.get("restore", ""))
    for item in (item for group in topic.groups for item in group.fields if not item.readonly):
        if prefix + item.name == restored and item.name in (sources or {}):
            data[item.name] = (sources or {})[item.name].value
            continue
        value = _read(item, prefix + item.name, sent, (options or {}).get(item.name, ()))
        if value is not None and value != "":
            data[item.name] = value
    return data


def _read(item: FieldLike, name: str, sent: QueryDict, given: Sequence[Option]) -> Any:
    typed = str(sent.get(name, "")).strip()
    match item.kind:
        case "date":
            return _date(*(str(sent.get(f"{name}-{part}", "")).strip(" -") for part in ("day", "month", "year")))
        case "checkbox":
            return name in sent or None
        case "yesno":
            return {"true": True, "false": False}.get(typed, typed)
        case "integer" | "number":
            return _number(typed)
        case "phone":
            return re.sub(r"[\s.\-]", "", typed)
        case "email":
            return typed.replace(" ", "")
        case "unit":
            return next((o.value for o in given if typed.casefold() in {o.label.casefold(), o.value}), typed)
        case "name":
            return " ".join(typed.split())
        case _:
            return typed


def _date(day: str, month: str, year: str) -> str:
    """An ISO date; an impossible one stays "year-month-day" as typed, so that it can be shown again."""
    if not (day or month or year):
        return ""
    return "-".join((year, month.zfill(2) if month else "", day.zfill(2) if day else ""))


def _number(typed: str) -> int | float | str:
    """1.234,5 or 1 234,5 as Vietnamese writes it; 7.5 from a keyboard without a comma, where the point parts no
    thousands. What is no number stays text for validation to name."""
    if re.fullmatch(r"-?[0-9]{1,3}([ \xa0\u202f][0-9]{3})+(,[0-9]{1,6})?", typed):
        typed = re.sub(r"\s", "", typed)
    if re.fullmatch(r"-?[0-9]{1,15}", typed):
        return int(typed)
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,6})?|-?[0-9]{1,15},[0-9]{1,6}", typed):
        plain = typed.replace(".", "").replace(",", ".")
        return float(plain) if "." in plain else int(plain)
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,6}", typed):
        return float(typed)
    return typed


def date_sent(sent: QueryDict, name: str) -> date | None:
    """A date from three boxes outside a topic; None when it is missing or impossible."""
    typed = _date(*(str(sent.get(f"{name}-{part}", "")).strip(" -") for part in ("day", "month", "year")))
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
