"""Questions as drawn: frozen, complete, without a word of logic left for the template."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tinhso.kernel.form_view.shapes import HelpLike


@dataclass(frozen=True)
class Source:
    """Where a prefilled value came from and when; ``value`` is what it said, ``since`` the day on which that was first
    written down."""

    label: str
    at: datetime | None = None
    value: Any = None
    since: date | None = None


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
    errors: tuple[Widget | Elsewhere, ...] = ()
    fresh: bool = False  #: questions appeared that the page sent had not asked

    @property
    def asked(self) -> str:
        """The names of all questions here, for the page to send along."""
        return " ".join(widget.name for section in self.sections for widget in section.widgets)
