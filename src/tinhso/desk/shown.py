"""What the record page shows of a dossier: the answers in words, the papers by kind."""

from dataclasses import dataclass

from tinhso.dossiers.queries import DossierDetail, Paper
from tinhso.procedures.spec import Component
from tinhso.procedures.words import in_words


@dataclass(frozen=True)
class Shown:
    """A question with its answer; ``source`` says which data of the state it came from."""

    label: str
    words: str
    source: str = ""


@dataclass(frozen=True)
class ShownTopic:
    title: str
    rows: tuple[Shown, ...]


@dataclass(frozen=True)
class ShownPapers:
    component: Component
    papers: tuple[Paper, ...]


def answered(dossier: DossierDetail) -> list[ShownTopic]:
    """Every topic with the answers that were asked for."""
    shown = []
    for topic in dossier.spec.form.topics:
        if topic.kind != "fields":
            continue
        values = dossier.data.get(topic.name, {})
        rows = [
            Shown(
                f.label,
                in_words(f, values.get(f.name)),
                dossier.sources.get(f"{topic.name}.{f.name}", {}).get("source", ""),
            )
            for group in topic.groups
            if group.shown(dossier.data)
            for f in group.fields
            if f.shown(dossier.data)
        ]
        shown.append(ShownTopic(topic.title, tuple(rows)))
    return shown


def papers_shown(dossier: DossierDetail) -> list[ShownPapers]:
    """The papers that the procedure asked of this dossier, each kind with its files, missing ones too."""
    return [
        ShownPapers(c, given)
        for c in dossier.spec.components
        if c.kind == "file"
        and ((given := tuple(p for p in dossier.papers if p.component == c.code)) or c.asked(dossier.data))
    ]
