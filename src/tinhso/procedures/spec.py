"""What a procedure is, as frozen data: the whole definition of one version, read from its stored JSON.

A legal fact carries its ``source`` (law and article) and ``verified``; an unverified one is shown so.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, with_config

from tinhso.kernel.expressions import parse

_strict = with_config(ConfigDict(extra="forbid"))
Json = dict[str, Any]


@_strict
@dataclass(frozen=True)
class Sourced:
    """A statement of fact with where it stands in law. ``verified`` False: shown as "chưa xác minh"."""

    text: str
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class Deadline:
    """How long the state may take. ``cutoff`` ("15:00"): received later than that, due the next working day."""

    kind: Literal["same_day", "working_days", "working_hours"]
    text: str
    value: int = 0
    cutoff: str | None = None
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class Fee:
    """Amount in đồng; None when not known. Fees are set by each province's People's Council."""

    text: str
    amount: int | None = None
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class Component:
    """A paper that the procedure asks for. ``required_when`` is an expression over the form's facts."""

    code: str
    name: str
    kind: Literal["form", "file"] = "file"
    required: bool = True
    required_when: str | None = None
    help: str = ""
    max_files: int = 5
    media_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/heic", "application/pdf")
    source: str = ""
    verified: bool = False

    def asked(self, facts: Json) -> bool:
        """Whether this paper must be there, given what the form says."""
        return self.required if self.required_when is None else holds(self.required_when, facts)


@_strict
@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@_strict
@dataclass(frozen=True)
class Prefill:
    """Where a field's value may come from: a key that the portal knows (``person.full_name``) and its label."""

    key: str
    label: str


@_strict
@dataclass(frozen=True)
class Field:
    """How one property of the topic's schema is asked for. ``name`` is the property's name."""

    name: str
    label: str
    kind: Literal[
        "text", "name", "textarea", "date", "integer", "select", "radio", "checkbox", "number", "phone", "email"
    ]
    hint: str = ""
    width: Literal["short", "medium", "full"] = "full"
    choices: tuple[Choice, ...] = ()
    autocomplete: str = ""
    show_when: str | None = None
    prefill: Prefill | None = None
    readonly: bool = False  #: shown, never asked (a child's number stays "chờ cấp")

    def shown(self, facts: Json) -> bool:
        """Whether the field is asked for, given what the form says so far."""
        return self.show_when is None or holds(self.show_when, facts)


@_strict
@dataclass(frozen=True)
class Help:
    """A question people ask at this place, opened when wanted."""

    title: str
    text: str
    source: str = ""


@_strict
@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    help: tuple[Help, ...] = ()
    show_when: str | None = None

    def shown(self, facts: Json) -> bool:
        return self.show_when is None or holds(self.show_when, facts)


@_strict
@dataclass(frozen=True)
class Topic:
    """One page of the form: its groups of fields and the JSON Schema (2020-12) of its data."""

    name: str
    title: str
    kind: Literal["fields", "papers", "review"] = "fields"
    intro: str = ""
    groups: tuple[Group, ...] = ()
    schema: Json = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(f for group in self.groups for f in group.fields)


@_strict
@dataclass(frozen=True)
class Form:
    """Topics in order. The data of a dossier is ``{topic name: {field name: value}}``."""

    topics: tuple[Topic, ...]
    messages: dict[str, str] = field(default_factory=dict)  #: "child.given_name/required" → sentence

    def topic(self, name: str) -> Topic:
        """Raises LookupError."""
        for topic in self.topics:
            if topic.name == name:
                return topic
        raise LookupError(name)


@_strict
@dataclass(frozen=True)
class Rule:
    """``expression`` must hold; else ``message``. ``severity`` error stops the submission, warning is shown."""

    id: str
    expression: str
    message: str
    field: str = ""  #: fact path of the field that the message belongs to, "child.birth_date"
    severity: Literal["error", "warning"] = "error"
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class RefusalReason:
    """A ground on which the state may refuse, with its article."""

    code: str
    text: str
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class BookSpec:
    """The numbered book that results are entered in. ``number`` e.g. "{n}/{year}"; restarts each year if yearly."""

    code: str
    name: str
    number: str = "{n}/{year}"
    yearly: bool = True
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class ResultSpec:
    """The document that comes out: its Django template source and the book that numbers it."""

    kind: str
    title: str
    template: str
    book: BookSpec
    note: str = ""  #: what the reader must know of the form's standing
    source: str = ""
    verified: bool = False


@_strict
@dataclass(frozen=True)
class ProcessSpec:
    """BPMN 2.0 as it stands in the pack; ``roles`` maps a lane's name to a role."""

    bpmn: str
    roles: dict[str, str]


@_strict
@dataclass(frozen=True)
class ProcedureSpec:
    """One version of a procedure."""

    code: str
    name: str
    title: str  #: short, for lists (≤ 28 characters)
    field: str
    level: Sourced
    agency_level: Literal["province", "district", "commune"]
    online_level: Sourced
    deadline: Deadline
    fee: Fee
    components: tuple[Component, ...]
    form: Form
    process: ProcessSpec
    rules: tuple[Rule, ...]
    refusal_reasons: tuple[RefusalReason, ...]
    result: ResultSpec
    legal_basis: tuple[Sourced, ...]
    summary: str = ""
    who: tuple[Sourced, ...] = ()
    keywords: tuple[str, ...] = ()
    content_hash: str = ""  #: of the definition; set when read from a version

    def component(self, code: str) -> Component:
        """Raises LookupError."""
        for component in self.components:
            if component.code == code:
                return component
        raise LookupError(code)


SPEC: TypeAdapter[ProcedureSpec] = TypeAdapter(ProcedureSpec)


def holds(expression: str, facts: Json) -> bool:
    """Whether an expression of the pack is true of these facts."""
    return bool(parse(expression).evaluate(facts))
