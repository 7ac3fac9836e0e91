"""A topic, its values, errors and sources as widgets."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.form_view.shapes import FieldLike, Json, TopicLike
from tinhso.kernel.form_view.widgets import DatePart, Elsewhere, Option, Section, Source, TopicView, Widget
from tinhso.kernel.forms import required_now


def topic_view(
    topic: TopicLike,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    sources: Mapping[str, Source] | None = None,
    options: Mapping[str, Sequence[Option]] | None = None,
    facts: Json | None = None,
    asked: str | None = None,
    prefix: str = "",
) -> TopicView:
    """The widgets of one topic.

    ``errors``: by field name, "topic.field" or JSON pointer ("/topic/field", "/field"). ``options``: choices that
    the caller supplies by field name (units). ``facts``: the whole form's data, for what is shown only sometimes.
    ``asked``: what the page that was sent had asked (its field ``asked``): new questions carry no error yet.
    ``prefix`` goes before each input's name, for several topics in one form; give `read_topic` the same.
    """
    told = {_field_of(topic, path): words for path, words in (errors or {}).items()}
    facts = {**(facts or {}), topic.name: dict(values)}
    required = required_now(topic.schema, values)
    sections = []
    for group in topic.groups:
        if not group.shown(facts):
            continue
        widgets = tuple(
            _widget(topic, item, values, told, sources or {}, options or {}, required, prefix)
            for item in group.fields
            if item.shown(facts)
        )
        named = (s for item in group.fields if (s := (sources or {}).get(item.name)))
        sections.append(Section(group.title, group.hint, widgets, tuple(group.help), _distinct(named)))
    sections, fresh = _without_haste(sections, asked)
    drawn = [widget for section in sections for widget in section.widgets]
    at_field = [widget for widget in drawn if widget.error]
    names = {widget.name for widget in drawn}
    astray = [Elsewhere(words) for name, words in told.items() if prefix + name not in names]
    return TopicView(tuple(sections), (*at_field, *astray), fresh)


def _without_haste(sections: list[Section], asked: str | None) -> tuple[list[Section], bool]:
    """Nobody is blamed for a question not seen yet: errors of new questions wait. Also whether there are any."""
    if asked is None:
        return sections, False
    seen = set(asked.split())
    fresh = any(widget.name not in seen for section in sections for widget in section.widgets)
    calm = [
        replace(s, widgets=tuple(w if w.name in seen else replace(w, error="") for w in s.widgets)) for s in sections
    ]
    return calm, fresh


def _field_of(topic: TopicLike, path: str) -> str:
    """ "/child/birth_date", "child.birth_date" and "birth_date" all name the same field of topic "child"."""
    steps = [step for step in re.split(r"[/.]", path) if step]
    if len(steps) > 1 and steps[0] == topic.name:
        steps = steps[1:]
    return steps[0] if steps else ""


def _distinct(sources: Iterable[Source]) -> tuple[Source, ...]:
    """One line a source, whatever the number of fields it filled; with the age of the oldest of them."""
    seen: dict[str, Source] = {}
    for source in sources:
        known = seen.get(source.label)
        if known is None or (source.at and known.at and source.at < known.at):
            seen[source.label] = replace(source, value=None)
    return tuple(seen.values())


def _widget(
    topic: TopicLike,
    item: FieldLike,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    sources: Mapping[str, Source],
    options: Mapping[str, Sequence[Option]],
    required: frozenset[str],
    prefix: str,
) -> Widget:
    value = values.get(item.name)
    error = errors.get(item.name, "")
    source = sources.get(item.name)
    ident = f"{topic.name}-{item.name}"
    choices = _options(item, value, options.get(item.name, ()))
    return Widget(
        kind="radio" if item.kind == "yesno" else item.kind,
        name=prefix + item.name,
        id=ident,
        label=item.label,
        value=_label_of(choices, value) if item.kind == "unit" else _text(value),
        hint=item.hint,
        error=str(error),
        optional=item.name not in required and not item.readonly and item.kind != "checkbox",
        readonly=item.readonly,
        width=item.width,
        autocomplete=item.autocomplete,
        options=choices,
        parts=_parts(prefix + item.name, ident, _text(value), bool(error)) if item.kind == "date" else (),
        original=_original(item, value, source),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _options(item: FieldLike, value: object, given: Sequence[Option]) -> tuple[Option, ...]:
    chosen = _text(value)
    pairs = [(o.value, o.label) for o in given] or [(c.value, c.label) for c in item.choices]
    if item.kind == "yesno":
        pairs = [("true", _("Có")), ("false", _("Không"))]
    return tuple(Option(key, label, key == chosen) for key, label in pairs)


def _label_of(options: Iterable[Option], value: object) -> str:
    return next((option.label for option in options if option.chosen), _text(value))


def _original(item: FieldLike, value: object, source: Source | None) -> str:
    """What the source says, in words, when it is not what stands in the field now."""
    if source is None or source.value is None or _text(source.value) == _text(value):
        return ""
    if item.kind == "date":
        return "/".join(reversed(_text(source.value).split("-")))
    return next((c.label for c in item.choices if c.value == _text(source.value)), _text(source.value))


def _parts(name: str, ident: str, value: str, error: bool) -> tuple[DatePart, ...]:
    year, month, day = [*value.split("-"), "", "", ""][:3]
    wrong = _wrong_parts(day, month, year) if error else frozenset()
    return (
        DatePart(f"{name}-day", f"{ident}-day", _("Ngày"), day, "day" in wrong, False),
        DatePart(f"{name}-month", f"{ident}-month", _("Tháng"), month, "month" in wrong, False),
        DatePart(f"{name}-year", f"{ident}-year", _("Năm"), year, "year" in wrong, True),
    )


def _wrong_parts(day: str, month: str, year: str) -> frozenset[str]:
    """Which of the three to colour: what is missing or impossible, else what makes the date lie ahead, else all."""
    limits = (("day", day, 1, 31), ("month", month, 1, 12), ("year", year, 1800, 9999))
    impossible = {part for part, text, low, high in limits if not (text.isdecimal() and low <= int(text) <= high)}
    if impossible:
        return frozenset(impossible)
    try:
        typed = date(int(year), int(month), int(day))
    except ValueError:
        return frozenset({"day"})
    today = clock.today()
    if typed > today:
        ahead = {"year": typed.year > today.year, "month": typed.month > today.month, "day": True}
        return frozenset({next(part for part, is_ahead in ahead.items() if is_ahead)})
    return frozenset({"day", "month", "year"})


def date_parts(name: str, sent: QueryDict, *, wrong: bool = False) -> tuple[DatePart, ...]:
    """The three boxes of a date outside a topic, with what was typed."""
    day, month, year = (str(sent.get(f"{name}-{part}", "")) for part in ("day", "month", "year"))
    return _parts(name, name, "-".join((year, month, day)), wrong)
