"""A draft that is a part of a joined form: its whole data, what is wrong, and the pages of the whole form."""

from dataclasses import dataclass
from uuid import UUID

from tinhso.dossiers.checks import topic_errors
from tinhso.dossiers.joined import form, moving
from tinhso.dossiers.models import Attachment, Draft, Joint, JointPart
from tinhso.procedures.spec import ProcedureSpec


@dataclass(frozen=True)
class Page:
    """One page of the joined form: a topic of a part's draft."""

    draft: UUID
    topic: str
    title: str
    part: str


@dataclass(frozen=True)
class Whole:
    """The joined form around one draft. ``spec``, ``data``: that draft's own, shortened and completed."""

    joint: UUID
    title: str
    sent: bool
    pages: list[Page]
    spec: ProcedureSpec
    data: form.Data


def part_of(draft: Draft) -> JointPart | None:
    """The part that the draft is, when it is one; read with the draft (`joint_part__joint`)."""
    return getattr(draft, "joint_part", None)


def errors_of(draft: Draft, topic: str) -> dict[str, str]:
    """What is wrong in a topic, by ``/field``: only what this form asks there."""
    part, spec = part_of(draft), draft.procedure_version.spec
    if part is None:
        return topic_errors(spec, topic, draft.data)
    whole = form.together(part.joint.spec, moving.said(moving.parts_of(part.joint)))[part.key]
    gone = form.not_asked(part.joint.spec, part.spec)
    return {at: words for at, words in topic_errors(spec, topic, whole).items() if f"{topic}.{at[1:]}" not in gone}


def whole_of(draft: Draft) -> Whole | None:
    """Two queries; None for a draft of its own."""
    mine = part_of(draft)
    if mine is None:
        return None
    joint, parts = mine.joint, moving.parts_of(mine.joint)
    specs = {
        p.key: form.shortened(joint.spec, p.spec, p.draft.procedure_version.spec) for p in parts if p.draft is not None
    }
    pages = [
        Page(part.draft.id, topic.name, topic.title, moving.named(part))
        for part in parts
        if part.draft is not None
        for topic in specs[part.key].form.topics
    ]
    data = form.together(joint.spec, moving.said(parts))[mine.key]
    return Whole(joint.id, joint.spec.title, joint.submitted_at is not None, pages, specs[mine.key], data)


def wrong_of(joint: Joint, parts: list[JointPart]) -> list[form.Wrong]:
    """What stands between the joined form and its sending."""
    whole = form.together(joint.spec, moving.said(parts))
    papers: dict[UUID, set[str]] = {}
    rows = Attachment.objects.filter(draft__joint_part__joint=joint, removed_at=None)
    for draft_id, component in rows.values_list("draft_id", "component"):
        papers.setdefault(draft_id, set()).add(component)
    return [
        wrong
        for part in parts
        if part.draft is not None
        for wrong in form.wrong(
            joint.spec,
            part.spec,
            part.draft.procedure_version.spec,
            whole[part.key],
            papers.get(part.draft.id, set()),
        )
    ]
