"""What pages show: of a dossier the answers in words and the papers by kind; of a refused form what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from tinhso.dossiers.queries import DossierDetail, Paper
from tinhso.dossiers.queries.detail import SupplementDetail
from tinhso.kernel.errors import Problem
from tinhso.procedures.filling import Data, words
from tinhso.procedures.spec import Component

#: Digits of an amount in đồng that a person may type.
LONGEST_AMOUNT = 11


@dataclass(frozen=True)
class Shown:
    """A question with its answer; ``prefilled``: data of the state or of an earlier answer, not typed here."""

    label: str
    words: str
    prefilled: bool


@dataclass(frozen=True)
class ShownTopic:
    title: str
    rows: tuple[Shown, ...]


@dataclass(frozen=True)
class ShownPapers:
    component: Component
    papers: tuple[Paper, ...]


def in_page_order(problem: Problem | None, names: Sequence[str]) -> dict[str, object]:
    """What is wrong with each question, in the order that the page asks them."""
    if problem is None:
        return {}
    return {name: problem.fields[name] for name in (*names, *problem.fields) if name in problem.fields}


def answered(dossier: DossierDetail) -> list[ShownTopic]:
    """Every topic with the answers that were asked for."""
    said = words(dossier.spec, dossier.data)
    shown = []
    for topic in dossier.spec.form.topics:
        if topic.kind != "fields":
            continue
        labels = {field.name: field.label for field in topic.fields}
        rows = tuple(
            Shown(labels[n], text, f"{topic.name}.{n}" in dossier.sources) for n, text in said[topic.name].items()
        )
        shown.append(ShownTopic(topic.title, rows))
    return shown


@dataclass(frozen=True)
class Correction:
    """An answer as it was before a supplement and as it became."""

    topic: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class AnsweredSupplement:
    asked: SupplementDetail
    corrections: tuple[Correction, ...]


def supplements_answered(dossier: DossierDetail) -> list[AnsweredSupplement]:
    """What came with each answered request: the words, and what was corrected, question by question."""
    after, found = dict(dossier.data), []
    for one in reversed([one for one in dossier.supplements if one.answered_at is not None]):
        before = {**after, **one.replaced}
        found.append(AnsweredSupplement(one, tuple(_corrections(dossier, before, after))))
        after = before
    return found[::-1]


def _corrections(dossier: DossierDetail, before: Data, after: Data) -> Iterator[Correction]:
    old, new = words(dossier.spec, before), words(dossier.spec, after)
    for topic in (topic for topic in dossier.spec.form.topics if topic.kind == "fields"):
        for field in topic.fields:
            was, now = (said[topic.name].get(field.name, "") for said in (old, new))
            if was != now:
                yield Correction(topic.title, field.label, was, now)


def papers_shown(dossier: DossierDetail) -> list[ShownPapers]:
    """The papers that the procedure asked of this dossier, each kind with its files, missing ones too."""
    return [
        ShownPapers(c, given)
        for c in dossier.spec.components
        if c.kind == "file"
        and ((given := tuple(p for p in dossier.papers if p.component == c.code)) or c.asked(dossier.data))
    ]


def amount_typed(request: HttpRequest) -> int:
    """The amount typed, in đồng; 0 for none. Dots between thousands are how amounts are written here: 50.000."""
    digits = "".join(request.POST.get("amount", "").replace(".", "").split())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_AMOUNT else 0


def has_fees(found: DossierDetail) -> bool:
    """Whether the dossier has charges to be shown: computed on receipt, or asked for by an official."""
    return found.received_at is not None and (
        bool(found.spec.fee_table) or any(pause.amount is not None for pause in found.pauses)
    )
