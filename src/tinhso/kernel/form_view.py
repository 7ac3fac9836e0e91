"""A form's topic as frozen widgets for templates; :mod:`tinhso.kernel.forms` reads back what a browser sends.

The kernel knows no procedure: anything shaped like :class:`TopicLike` can be drawn. What was typed is never lost: a
date that cannot be, or a number that is none, is kept as text, shown again and named by validation.

    view = topic_view(topic, values=data, errors=errors, sources=sources)
    # template: <c-error-summary :errors="view.errors" /> <c-form-topic :view="view" />
    cleaned = forms.clean(topic.fields, request.POST)
    data = settled(cleaned.data, request.POST, options=units, sources=sources)
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from django.http import QueryDict
from django.utils.translation import gettext as _

from tinhso.kernel import clock, forms

Json = dict[str, Any]


class ChoiceLike(Protocol):
    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...


class FieldLike(Protocol):
    """How one property is asked for. ``kind``: text name textarea date integer number select radio checkbox phone
    email unit."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def width(self) -> str: ...
    @property
    def choices(self) -> Sequence[ChoiceLike]: ...
    @property
    def autocomplete(self) -> str: ...
    @property
    def readonly(self) -> bool: ...
    def shown(self, facts: Json, /) -> bool: ...


class HelpLike(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...


class GroupLike(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def fields(self) -> Sequence[FieldLike]: ...
    @property
    def help(self) -> Sequence[HelpLike]: ...
    def shown(self, facts: Json, /) -> bool: ...


class TopicLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def groups(self) -> Sequence[GroupLike]: ...
    @property
    def schema(self) -> Json: ...


@dataclass(frozen=True)
class Source:
    """Where a prefilled value came from and when; ``value`` is what it said."""

    label: str
    at: datetime | None = None
    value: Any = None


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class DatePart:
    """Day, month or year."""

    name: str
    id: str
    label: str
    value: str
    wrong: bool
    long: bool


@dataclass(frozen=True)
class Widget:
    """One question as drawn."""

    kind: str
    name: str
    id: str
    label: str
    value: str
    hint: str = ""
    error: str = ""
    optional: bool = False
    readonly: bool = False
    width: str = "full"
    autocomplete: str = ""
    options: tuple[Option, ...] = ()
    parts: tuple[DatePart, ...] = ()
    original: str = ""  #: what the source said, when the reader changed it

    @property
    def target(self) -> str:
        """The id that a link in the error summary moves to."""
        if self.parts:
            return next((part.id for part in self.parts if part.wrong), self.parts[0].id)
        return f"{self.id}-1" if self.kind == "radio" else self.id

    @property
    def words(self) -> str:
        """The error, as the summary repeats it."""
        return self.error

    @property
    def pairs(self) -> bool:
        """Whether it may stand beside another: plain text of half a line, and not in error."""
        return self.kind in {"text", "name"} and self.width == "medium" and not self.error and not self.readonly

    @property
    def ticked(self) -> bool:
        return self.value == "true"

    @property
    def input_type(self) -> str:
        return {"phone": "tel", "email": "email"}.get(self.kind, "text")

    @property
    def inputmode(self) -> str:
        return {"integer": "numeric", "number": "decimal", "phone": "tel", "email": "email"}.get(self.kind, "")

    @property
    def autocapitalize(self) -> str:
        return "words" if self.kind == "name" else ""


@dataclass(frozen=True)
class Section:
    """Questions under one heading; with sources it is drawn as a prefilled group."""

    title: str
    hint: str
    widgets: tuple[Widget, ...]
    help: tuple[HelpLike, ...]
    sources: tuple[Source, ...]

    @property
    def rows(self) -> list[list[Widget]]:
        """Two short questions that follow each other share a line where there is room (surname, middle name)."""
        lines: list[list[Widget]] = []
        for widget in self.widgets:
            before = lines[-1] if lines else []
            pairs = len(before) == 1 and widget.pairs and before[0].pairs
            lines[-1:] = [[*before, widget]] if pairs else [before, [widget]] if before else [[widget]]
        return lines


@dataclass(frozen=True)
class Elsewhere:
    """An error that belongs to no field of this topic."""

    words: str
    target: str = ""


@dataclass(frozen=True)
class TopicView:
    """What `<c-form-topic>` draws and `<c-error-summary>` lists."""

    sections: tuple[Section, ...]
    errors: tuple[Widget | Elsewhere, ...] = field(default=())


def topic_view(
    topic: TopicLike,
    *,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    sources: Mapping[str, Source] | None = None,
    options: Mapping[str, Sequence[Option]] | None = None,
    facts: Json | None = None,
) -> TopicView:
    """The widgets of one topic.

    ``errors``: by field name, "topic.field" or JSON pointer ("/topic/field", "/field"). ``options``: choices that
    the caller supplies by field name (units). ``facts``: the whole form's data, for what is shown only sometimes.
    """
    told = {_field_of(topic, path): words for path, words in (errors or {}).items()}
    facts = {**(facts or {}), topic.name: dict(values)}
    required = forms.required_now(topic.schema, values)
    sections = []
    for group in topic.groups:
        if not group.shown(facts):
            continue
        widgets = tuple(
            _widget(topic, item, values, told, sources or {}, options or {}, required)
            for item in group.fields
            if item.shown(facts)
        )
        named = (s for item in group.fields if (s := (sources or {}).get(item.name)))
        sections.append(Section(group.title, group.hint, widgets, tuple(group.help), _distinct(named)))
    drawn = [widget for section in sections for widget in section.widgets]
    at_field = [widget for widget in drawn if widget.error]
    names = {widget.name for widget in drawn}
    astray = [Elsewhere(words) for name, words in told.items() if name not in names]
    return TopicView(tuple(sections), (*at_field, *astray))


def _field_of(topic: TopicLike, path: str) -> str:
    """ "/child/birth_date", "child.birth_date" and "birth_date" all name the same field of topic "child"."""
    steps = [step for step in re.split(r"[/.]", path) if step]
    if len(steps) > 1 and steps[0] == topic.name:
        steps = steps[1:]
    return steps[0] if steps else ""


def _distinct(sources: Iterable[Source]) -> tuple[Source, ...]:
    """One line a source, whatever the number of fields it filled."""
    seen: dict[tuple[str, datetime | None], Source] = {}
    for source in sources:
        seen.setdefault((source.label, source.at), replace(source, value=None))
    return tuple(seen.values())


def _widget(
    topic: TopicLike,
    item: FieldLike,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    sources: Mapping[str, Source],
    options: Mapping[str, Sequence[Option]],
    required: frozenset[str],
) -> Widget:
    value = values.get(item.name)
    error = errors.get(item.name, "")
    source = sources.get(item.name)
    ident = f"{topic.name}-{item.name}"
    choices = _options(item, value, options.get(item.name, ()))
    return Widget(
        kind=item.kind,
        name=item.name,
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
        parts=_parts(item.name, ident, _text(value), bool(error)) if item.kind == "date" else (),
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


def settled(
    data: Json,
    sent: QueryDict,
    *,
    options: Mapping[str, Sequence[Option]] | None = None,
    sources: Mapping[str, Source] | None = None,
) -> Json:
    """Cleaned data with two things done that need the page's context.

    A unit picked by name becomes its code (an unknown name stays as typed, for validation to refuse), and
    ``sent["restore"]`` ("Dùng lại") puts a prefilled value back.
    """
    known = {
        name: {word.casefold(): o.value for o in given for word in (o.label, o.value)}
        for name, given in (options or {}).items()
    }
    done = {name: known.get(name, {}).get(str(value).casefold(), value) for name, value in data.items()}
    field_name = str(sent.get("restore", ""))
    source = (sources or {}).get(field_name)
    return {**done, field_name: source.value} if source else done
