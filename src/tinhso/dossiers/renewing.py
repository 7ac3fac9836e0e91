"""A dossier follows the law of the day it is sent and received, not of the day somebody began to fill it in (decision
0229). A corrected text of the same period is no other law: what was begun keeps the text that was read."""

from typing import Any

from tinhso.dossiers.events import DraftRenewed, LawChanged
from tinhso.dossiers.flow import tell
from tinhso.dossiers.models import Attachment, Dossier, Draft
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.procedures import queries as procedures
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.spec import ProcedureSpec, Topic

#: What a schema says to readers alone.
_WORDS = frozenset({"title", "description", "$comment"})


def other_law(version: ProcedureVersion) -> ProcedureVersion | None:
    """The version of today when it is of another period than this one; None when the law is the same. One query.

    Raises NotFound when the procedure cannot be filed any more.
    """
    today = procedures.procedure(version.code, clock.today())
    return None if today.valid_from == version.valid_from else today


def renew_draft(draft: Draft, law: ProcedureVersion) -> DraftRenewed:
    """Bring a locked draft to that law, not saved: what the new form still asks stays as it was said. The event says
    whether it asks otherwise, so that its author looks at it again."""
    before, after = draft.procedure_version.spec, law.spec
    draft.procedure_version = law
    draft.version += 1
    asked = not asks_the_same(before, after)
    if asked:
        names = {topic.name: {field.name for field in topic.fields} for topic in after.form.topics}
        said = {topic: answers for topic, answers in draft.data.items() if topic in names}
        draft.data = {topic: {k: v for k, v in said[topic].items() if k in names[topic]} for topic in said}
        draft.sources = {of: told for of, told in draft.sources.items() if _stands(of, draft.data)}
        same = {topic.name for topic in after.form.topics if _topic(topic) in map(_topic, before.form.topics)}
        draft.topic_versions = {topic: at for topic, at in draft.topic_versions.items() if topic in same}
        papers = {component.code for component in after.components}
        gone = Attachment.objects.filter(draft=draft, removed_at=None).exclude(component__in=papers)
        gone.update(removed_at=clock.now())
    return DraftRenewed(draft=draft.id, since=law.valid_from, asked_anew=asked)


def renew_dossier(dossier: Dossier) -> None:
    """On receipt, inside the act: a dossier sent under an earlier law follows today's where that asks the same and goes
    the same way; where it does not, it ends as it was begun."""
    if clock.local(dossier.submitted_at).date() == clock.today():
        return
    try:
        law = other_law(dossier.procedure_version)
    except NotFound:
        return
    before = dossier.procedure_version.spec
    if law is None or not asks_the_same(before, law.spec) or before.process != law.spec.process:
        return
    dossier.procedure_version = law
    tell(dossier, LawChanged(dossier=dossier.id, version=dossier.version, since=law.valid_from))


def asks_the_same(before: ProcedureSpec, after: ProcedureSpec) -> bool:
    """Whether a form filled in under one is one under the other: the same answers and papers, whatever their words."""
    return _form(before) == _form(after)


def _form(spec: ProcedureSpec) -> object:
    papers = [(c.code, c.kind, c.required, c.required_when, c.max_files, c.media_types) for c in spec.components]
    return [_topic(topic) for topic in spec.form.topics], papers


def _topic(topic: Topic) -> object:
    fields = [(f.name, f.kind, f.show_when, f.values, f.readonly) for f in topic.fields]
    return topic.name, topic.kind, fields, _bare(topic.schema)


def _bare(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _bare(value) for key, value in schema.items() if key not in _WORDS or isinstance(value, dict)}
    return [_bare(value) for value in schema] if isinstance(schema, list) else schema


def _stands(pointer: str, data: dict[str, Any]) -> bool:
    topic, _dot, field = pointer.partition(".")
    return field in data.get(topic, {})
