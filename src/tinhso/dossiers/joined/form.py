"""One form out of the parts' own: shared answers are asked once and read from where they were given, never copied
before the filing is sent, so that two windows cannot make them differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers.checks import every_error
from tinhso.dossiers.joined.spec import Joined, PartSpec, Shared
from tinhso.procedures.spec import ProcedureSpec

Data = dict[str, dict[str, Any]]


def together(joined: Joined, said: Mapping[str, Data]) -> dict[str, Data]:
    """Each part's whole data: its own answers with the shared ones from the other parts. Left-out ones are gone."""
    whole = {key: {topic: dict(values) for topic, values in data.items()} for key, data in said.items()}
    for shared in joined.shared:
        part, topic, field = shared.to.split(".")
        if part not in whole:
            continue
        value = _value(shared, whole)
        if value in (None, ""):
            whole[part].get(topic, {}).pop(field, None)
        else:
            whole[part].setdefault(topic, {})[field] = value
    for path in joined.left_out:
        part, topic, field = path.split(".")
        whole.get(part, {}).get(topic, {}).pop(field, None)
    return whole


def _value(shared: Shared, said: Mapping[str, Data]) -> Any:
    if shared.value is not None:
        return shared.value
    values = [_at(path, said) for path in shared.sources]
    if len(values) > 1:
        return " ".join(str(value) for value in values if value not in (None, "")) or None
    value = values[0]
    if shared.meaning and value not in (None, ""):
        return shared.meaning.get(str(value), shared.meaning.get("*"))
    return value


def _at(path: str, said: Mapping[str, Data]) -> Any:
    part, topic, field = path.split(".")
    return said.get(part, {}).get(topic, {}).get(field)


def not_asked(joined: Joined, part: PartSpec) -> set[str]:
    """ "topic.field" of the part's form that the joined form does not ask."""
    prefix = f"{part.key}."
    paths = {*(s.to for s in joined.shared), *joined.left_out}
    flowing = {flow.field for flow in part.flows if flow.field and _flows(joined, flow.after)}
    return {path.removeprefix(prefix) for path in paths if path.startswith(prefix)} | flowing


def given(joined: Joined, part: PartSpec) -> set[str]:
    """Papers of the part that an earlier part's result becomes."""
    return {flow.component for flow in part.flows if flow.component and _flows(joined, flow.after)}


def _flows(joined: Joined, key: str) -> bool:
    return any(one.key == key for one in joined.parts)


def shortened(joined: Joined, part: PartSpec, spec: ProcedureSpec) -> ProcedureSpec:
    """The part's procedure with only those questions and papers that this form asks; no check page of its own."""
    gone, papers = not_asked(joined, part), given(joined, part)
    components = tuple(c for c in spec.components if c.code not in papers)
    topics = []
    for topic in spec.form.topics:
        if topic.kind == "review":
            continue
        if topic.kind == "papers":
            if any(c.kind == "file" for c in components):
                topics.append(replace(topic, title=_("Giấy tờ: %(title)s") % {"title": spec.title}))
            continue
        groups = tuple(
            replace(group, fields=kept)
            for group in topic.groups
            if (kept := tuple(f for f in group.fields if f"{topic.name}.{f.name}" not in gone))
        )
        if groups:
            topics.append(replace(topic, groups=groups))
    return replace(spec, components=components, form=replace(spec.form, topics=tuple(topics)))


@dataclass(frozen=True)
class Wrong:
    """What stands between the form and its sending: at a question or paper of a part, by ``/topic/field``."""

    part: str
    pointer: str
    words: str


def wrong(joined: Joined, part: PartSpec, spec: ProcedureSpec, data: Data, papers: set[str]) -> list[Wrong]:
    """What is wrong in one part; a shared answer's mistake is said where the answer was given."""
    asked_at = {shared.to: shared.sources[0] for shared in joined.shared if shared.sources}
    later = {f"/{flow.field.replace('.', '/')}" for flow in part.flows if flow.field}
    found = []
    for pointer, words in every_error(spec, data, papers | given(joined, part)).items():
        if pointer in later:
            continue
        path = f"{part.key}.{pointer.strip('/').replace('/', '.')}"
        if path in asked_at:
            at, topic, field = asked_at[path].split(".")
            found.append(Wrong(at, f"/{topic}/{field}", words))
        else:
            found.append(Wrong(part.key, pointer, words))
    return found
