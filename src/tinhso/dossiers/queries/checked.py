"""The joined form's answers, to be checked before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tinhso.dossiers.joined import form, moving
from tinhso.dossiers.joined.filling import wrong_of
from tinhso.dossiers.models import Attachment, Joint
from tinhso.dossiers.policies import JOINT
from tinhso.dossiers.queries.mine import Paper, papers_of
from tinhso.dossiers.seen import note
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor
from tinhso.procedures.filling import words
from tinhso.procedures.spec import ProcedureSpec


@dataclass(frozen=True)
class CheckedPart:
    """A part's answers on the check page, with what is wrong beside them."""

    part: str
    draft: UUID
    sections: list["CheckedTopic"]


@dataclass(frozen=True)
class CheckedTopic:
    topic: str
    title: str
    rows: list[tuple[str, str, str]]  #: question, answer, what is wrong
    rest: list[str]


def checked(actor: Actor, joint_id: UUID) -> tuple[list[CheckedPart], bool]:
    """The joined form's answers, part by part, and whether something is to be put right."""
    found = Joint.objects.select_related("presence").filter(id=joint_id).first()
    if found is None:
        raise NotFound
    JOINT.require(actor, found)
    if found.presence is not None:
        note(actor, found.presence, ["data"])
    parts = moving.parts_of(found)
    wrong = wrong_of(found, parts)
    whole = form.together(found.spec, moving.said(parts))
    said = []
    for part in parts:
        if part.draft is None:
            continue
        spec = form.shortened(found.spec, part.spec, part.draft.procedure_version.spec)
        told = {w.pointer: w.words for w in wrong if w.part == part.key}
        given = papers_of(Attachment.objects.filter(draft=part.draft))
        said.append(CheckedPart(moving.named(part), part.draft.id, _topics(spec, whole[part.key], told, given)))
    return said, bool(wrong)


def _topics(spec: ProcedureSpec, data: form.Data, told: dict[str, str], given: Sequence[Paper]) -> list[CheckedTopic]:
    answers, topics = words(spec, data), []
    for topic in spec.form.topics:
        if topic.kind == "papers":
            rows = [
                (
                    c.name,
                    ", ".join(p.name for p in given if p.component == c.code),
                    told.pop(f"/{topic.name}/{c.code}", ""),
                )
                for c in spec.components
                if c.kind == "file" and (c.asked(data) or any(p.component == c.code for p in given))
            ]
        else:
            labels = {f.name: f.label for f in topic.fields}
            rows = [
                (labels[n], text, told.pop(f"/{topic.name}/{n}", "")) for n, text in answers.get(topic.name, {}).items()
            ]
        rest = [told.pop(at) for at in list(told) if at.startswith(f"/{topic.name}")]
        topics.append(CheckedTopic(topic.name, topic.title, rows, rest))
    if told and topics:
        last = topics[-1]
        topics[-1] = CheckedTopic(last.topic, last.title, last.rows, [*last.rest, *told.values()])
    return topics


def _names(given: Sequence[Paper], component: str) -> str:
    return ", ".join(paper.name for paper in given if paper.component == component)
