"""What the fill pages show of a draft beside the fields: the trail, the papers, the answers to check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers.joined.filling import Page
from tinhso.dossiers.queries import DraftDetail, Paper
from tinhso.procedures.filling import words
from tinhso.procedures.spec import Component, Topic
from tinhso.vault.queries import Reusable


@dataclass(frozen=True)
class TrailStep:
    """A topic as the trail draws it."""

    draft: UUID
    name: str
    title: str
    state: str  #: done, now, next


@dataclass(frozen=True)
class PaperRow:
    """A kind of paper and the files given for it."""

    component: Component
    papers: tuple[Paper, ...]
    asked: bool
    held: tuple[Reusable, ...] = ()  #: at the counter: what the state holds of this kind for the person

    @property
    def accept(self) -> str:
        return ",".join(self.component.media_types)

    @property
    def full(self) -> bool:
        return len(self.papers) >= self.component.max_files


@dataclass(frozen=True)
class Answer:
    """A question with its answer, in words."""

    label: str
    words: str
    error: str = ""


@dataclass(frozen=True)
class Section:
    """A topic's answers on the check page."""

    topic: Topic
    answers: tuple[Answer, ...]
    errors: tuple[str, ...]


def pages_of(draft: DraftDetail) -> list[Page]:
    """The pages of the form: of its own draft, or of the joined form that it is a part of."""
    if draft.whole is not None:
        return draft.whole.pages
    return [Page(draft.id, topic.name, topic.title, "") for topic in draft.spec.form.topics]


def place_of(pages: list[Page], draft: DraftDetail, current: Topic) -> int:
    return [(page.draft, page.topic) for page in pages].index((draft.id, current.name))


def trail(pages: Iterable[Page], place: int) -> list[TrailStep]:
    return [
        TrailStep(page.draft, page.topic, page.title, "done" if n < place else "now" if n == place else "next")
        for n, page in enumerate(pages)
    ]


def paper_rows(draft: DraftDetail, held: Mapping[str, Sequence[Reusable]] | None = None) -> list[PaperRow]:
    """The papers that this application asks for, given what the form says, and what the state holds of each kind."""
    given, known = draft.papers, held or {}
    return [
        PaperRow(
            c,
            tuple(p for p in given if p.component == c.code),
            c.asked(draft.data),
            tuple(known.get(c.code, ())),
        )
        for c in draft.spec.components
        if c.kind == "file"
        and (c.asked(draft.data) or not c.required_when or any(p.component == c.code for p in given))
    ]


def answers(draft: DraftDetail, errors: dict[str, str]) -> list[Section]:
    """Every topic's answers in words, with what is still wrong beside the answer it belongs to."""
    told = {_path(pointer): words for pointer, words in errors.items()}
    said = words(draft.spec, draft.data)
    sections = []
    for topic in draft.spec.form.topics:
        if topic.kind == "review":
            continue
        if topic.kind == "papers":
            sections.append(_papers_section(topic, draft, told))
            continue
        sections.append(_fields_section(topic, said[topic.name], told))
    return sections


def _fields_section(topic: Topic, said: dict[str, str], told: dict[str, str]) -> Section:
    labels = {field.name: field.label for field in topic.fields}
    rows = tuple(Answer(labels[n], text, told.get(f"{topic.name}.{n}", "")) for n, text in said.items())
    rest = tuple(w for path, w in told.items() if path.split(".")[0] == topic.name and path.split(".")[-1] not in said)
    return Section(topic, rows, rest)


def _papers_section(topic: Topic, draft: DraftDetail, told: dict[str, str]) -> Section:
    rows = tuple(
        Answer(
            row.component.name,
            ", ".join(p.name for p in row.papers) or _("Chưa có tệp"),
            told.get(f"{topic.name}.{row.component.code}", told.get(f"components.{row.component.code}", "")),
        )
        for row in paper_rows(draft)
    )
    known = {t.name for t in draft.spec.form.topics}
    shown = {row.error for row in rows}
    rest = tuple(
        w for path, w in told.items() if (path.split(".")[0] not in known or path == topic.name) and w not in shown
    )
    return Section(topic, rows, rest)


def _path(pointer: str) -> str:
    """ "/child/birth_date" and "child.birth_date" are the same."""
    return pointer.strip("/").replace("/", ".")
