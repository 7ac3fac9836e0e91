"""What a procedure is, as frozen data: the whole definition of one version, read from its stored JSON.

A legal fact carries its ``source`` (law and article); an ``unverified`` one is shown so.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, PositiveInt, StringConstraints, TypeAdapter, with_config

from tinhso.kernel.expressions import parse

strict = with_config(ConfigDict(extra="forbid"))
Json = dict[str, Any]


@strict
@dataclass(frozen=True, kw_only=True)
class Stated:
    """Something the pack states: where it stands in law, and whether that was checked."""

    source: str = ""
    unverified: bool = False

    @property
    def verified(self) -> bool:
        """False: shown as "chưa xác minh", never printed as a promise."""
        return not self.unverified


@strict
@dataclass(frozen=True, kw_only=True)
class Sourced(Stated):
    """A sentence of fact."""

    text: str


@strict
@dataclass(frozen=True, kw_only=True)
class OnlineLevel(Sourced):
    """How far it can be done online: ``full`` is toàn trình (level 4), ``partial`` một phần (level 3), "" unsaid."""

    level: Literal["full", "partial", "none", ""] = ""


@strict
@dataclass(frozen=True, kw_only=True)
class AreaExtra(Stated):
    """More time in a group of communes (`areas.yaml` of the pack), in the unit of the deadline's kind.

    ``where``: the fact path of the answer that names the commune by its code ("land.unit"); empty: the commune of the
    agency that handles the dossier.
    """

    group: str
    extra: int
    where: str = ""


@strict
@dataclass(frozen=True, kw_only=True)
class Deadline(Stated):
    """How long the state may take. ``cutoff`` ("15:00"): received later than that, due the next working day.

    ``areas``: where it takes longer; the longest that fits is added once. Only for terms in days.
    """

    kind: Literal["same_day", "working_days", "working_hours", "calendar_days", "by_case"]
    text: str
    value: int = 0
    cutoff: str | None = None
    areas: tuple[AreaExtra, ...] = ()

    @property
    def counted(self) -> bool:
        """False: the term depends on the case, or nobody has verified one; nothing is promised."""
        return self.kind != "by_case"

    def more_in(self, groups: Collection[str]) -> int:
        """What is added for a dossier of these groups of communes, in days."""
        return max((area.extra for area in self.areas if area.group in groups), default=0)


@strict
@dataclass(frozen=True, kw_only=True)
class Fee(Stated):
    """Amount in đồng; None when not known. Fees are set by each province's People's Council."""

    text: str
    amount: int | None = None


@strict
@dataclass(frozen=True, kw_only=True)
class Component(Stated):
    """A paper that the procedure asks for. ``required_when`` is an expression over the form's facts; ``held``: the kind
    of result under which the vault may hold it already, and then nobody brings it."""

    code: str
    name: str
    kind: Literal["form", "file"] = "file"
    required: bool = True
    required_when: str | None = None
    held: str = ""
    help: str = ""
    max_files: int = 5
    media_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/heic", "application/pdf")

    def asked(self, facts: Json) -> bool:
        """Whether this paper must be there, given what the form says."""
        return self.required if self.required_when is None else holds(self.required_when, facts)


@strict
@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str


#: What a pack may name in ``prefill``: facts of the applicant's own person and account.
PREFILL_KEYS = frozenset(
    {
        "person.full_name", "person.birth_date", "person.birth_year", "person.sex", "person.ethnicity",
        "person.nationality", "person.hometown", "person.residence", "person.identifier", "person.identifier_kind",
        "person.identifier_issued_on", "person.personal_number", "account.phone", "account.email",
    }
)  # fmt: skip


@strict
@dataclass(frozen=True, kw_only=True)
class Prefill:
    """Known data that the applicant's own field starts with: one of `PREFILL_KEYS`, and where it comes from."""

    key: str
    label: str


@strict
@dataclass(frozen=True, kw_only=True)
class SameAs:
    """An answer given earlier in this form that fits here too, when ``when`` holds ("I am the mother")."""

    field: str  #: fact path, "applicant.full_name"
    when: str


@strict
@dataclass(frozen=True, kw_only=True)
class Field:
    """How one property of the topic's schema is asked for. ``name`` is the property's name."""

    name: str
    label: str
    kind: Literal[
        "text", "name", "textarea", "date", "integer", "number", "select", "radio", "checkbox", "yesno",
        "phone", "email", "unit",
    ]  # fmt: skip
    hint: str = ""
    width: Literal["short", "medium", "full"] = "full"
    choices: tuple[Choice, ...] = ()
    autocomplete: str = ""
    show_when: str | None = None
    prefill: Prefill | None = None
    same_as: SameAs | None = None
    readonly: bool = False  #: shown, never asked (a child's number stays "chờ cấp")

    @cached_property
    def values(self) -> frozenset[str]:
        """What may be chosen; empty when anything may be said."""
        return frozenset(choice.value for choice in self.choices)

    def shown(self, facts: Json) -> bool:
        """Whether the field is asked for, given what the form says so far."""
        return self.show_when is None or holds(self.show_when, facts)


@strict
@dataclass(frozen=True, kw_only=True)
class Help:
    """A question people ask at this place, opened when wanted."""

    title: str
    text: str
    source: str = ""


@strict
@dataclass(frozen=True, kw_only=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    help: tuple[Help, ...] = ()
    show_when: str | None = None

    def shown(self, facts: Json) -> bool:
        return self.show_when is None or holds(self.show_when, facts)


@strict
@dataclass(frozen=True, kw_only=True)
class Topic:
    """One page of the form: its groups of fields and the JSON Schema (2020-12) of its data."""

    name: str
    title: str
    kind: Literal["fields", "papers", "review"] = "fields"
    intro: str = ""
    groups: tuple[Group, ...] = ()
    schema: Json = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(f for group in self.groups for f in group.fields)

    @cached_property
    def prefilled(self) -> tuple[tuple[Field, Prefill], ...]:
        """The fields that start with something known."""
        return tuple((f, f.prefill) for f in self.fields if f.prefill is not None)


@strict
@dataclass(frozen=True, kw_only=True)
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


@strict
@dataclass(frozen=True, kw_only=True)
class Rule(Stated):
    """``expression`` must hold; else ``message``. ``severity`` error stops the submission, warning is shown."""

    id: str
    expression: str
    message: str
    field: str = ""  #: fact path of the field that the message belongs to, "child.birth_date"
    severity: Literal["error", "warning"] = "error"


@strict
@dataclass(frozen=True, kw_only=True)
class RefusalReason(Stated):
    """A ground on which the state may refuse, with its article."""

    code: str
    text: str


@strict
@dataclass(frozen=True, kw_only=True)
class BookSpec(Stated):
    """The numbered book that results are entered in. ``number`` e.g. "{n}/{year}"; restarts each year if yearly."""

    code: str
    name: str
    number: str = "{n}/{year}"
    yearly: bool = True


@strict
@dataclass(frozen=True, kw_only=True)
class ResultSpec(Stated):
    """The document that comes out: its Django template source and the book that numbers it."""

    kind: str
    title: str
    template: str
    book: BookSpec
    note: str = ""  #: what the reader must know of the form's standing
    answered: bool = False  #: it prints what the official writes when proposing it, which must then be written


@strict
@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """BPMN 2.0 as it stands in the pack; ``roles`` maps a lane's name to a role.

    A procedure that shares a process may give steps working hours and titles of its own, by the step's id.
    """

    bpmn: str
    roles: dict[str, str]
    hours: dict[str, PositiveInt] = field(default_factory=dict)
    steps: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=200)]] = field(default_factory=dict)


@strict
@dataclass(frozen=True, kw_only=True)
class ProcedureSpec:
    """One version of a procedure."""

    code: str
    name: str
    title: str  #: short, for lists (≤ 28 characters)
    field: str
    level: Sourced
    agency_level: Literal["province", "district", "commune"]
    online_level: OnlineLevel
    deadline: Deadline
    fee: Fee
    components: tuple[Component, ...]
    form: Form
    process: ProcessSpec
    rules: tuple[Rule, ...]
    refusal_reasons: tuple[RefusalReason, ...]
    result: ResultSpec
    legal_basis: tuple[Sourced, ...]
    listed: Stated | None = None  #: where code, name and field were taken from
    summary: str = ""
    who: tuple[Sourced, ...] = ()
    keywords: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()  #: fields that name whose matter it is ("child.full_name"), for queues
    subject_between: str = " "  #: what stands between them: " và " between two people
    also_levels: tuple[Literal["province", "district", "commune"], ...] = ()  #: handle it too; not filed with here
    fee_table: str = ""  #: DMN 1.3 as it stands in the pack (`charges`); empty when the procedure has none
    generic: bool = False  #: filed with the common form of the system; it has none of its own
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
