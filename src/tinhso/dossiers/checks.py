"""What a filled-in form must be before it becomes a dossier: each topic's schema, the procedure's rules, the papers.

Pointers: within a topic ``/field``; over the whole form ``/topic/field``.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.forms import Cleaned, tidy, validate
from tinhso.procedures.spec import ProcedureSpec, Topic

Data = dict[str, Any]


def clean(topic: Topic, typed: Mapping[str, Any]) -> Cleaned:
    """The topic's data as it can be kept, right or wrong; what cannot be kept is said by pointer.

    Fields hidden by the layout keep their values: showing them again brings them back.
    """
    kept = tidy(dict(typed))
    known = set(topic.schema.get("properties", {})) | {field.name for field in topic.fields}
    for name in [name for name in kept.data if name not in known]:
        del kept.data[name]
        kept.errors[f"/{name}"] = _("Mục này không có trong biểu mẫu; hãy bỏ đi.")
    for name in [name for name, value in kept.data.items() if not _finite(value)]:
        del kept.data[name]
        kept.errors[f"/{name}"] = _("Hãy điền một số.")
    return kept


def topic_errors(spec: ProcedureSpec, topic_name: str, data: Data) -> dict[str, str]:
    """What is wrong in one topic of the whole form's data, by ``/field``."""
    topic = spec.form.topic(topic_name)
    if topic.kind == "review":
        return {}
    prefix = f"{topic_name}."
    messages = {key.removeprefix(prefix): text for key, text in spec.form.messages.items() if key.startswith(prefix)}
    found = validate(topic.schema, asked(topic, data), today=clock.today(), messages=messages)
    for rule in spec.rules:
        if rule.severity == "error" and rule.field.startswith(prefix) and broken(rule.expression, data):
            found.setdefault("/" + rule.field.removeprefix(prefix).replace(".", "/"), rule.message)
    return found


def every_error(spec: ProcedureSpec, data: Data, papers: Iterable[str]) -> dict[str, str]:
    """What stands between a draft and its submission, by ``/topic/field``; papers by ``/topic/component``."""
    found: dict[str, str] = {}
    papers_topic = "papers"
    for topic in spec.form.topics:
        if topic.kind == "papers":
            papers_topic = topic.name
        for pointer, sentence in topic_errors(spec, topic.name, data).items():
            found[f"/{topic.name}{pointer}"] = sentence
    for rule in spec.rules:
        if rule.severity == "error" and not rule.field and broken(rule.expression, data):
            found.setdefault("/", rule.message)
    have = set(papers)
    for component in spec.components:
        if component.kind == "file" and component.code not in have and component.asked(data):
            found[f"/{papers_topic}/{component.code}"] = _("Thêm ảnh chụp hoặc tệp: %(name)s.") % {
                "name": component.name
            }
    return found


def warnings(spec: ProcedureSpec, data: Data) -> list[str]:
    """What the applicant and the official should look at again; nothing is stopped by it."""
    return [r.message for r in spec.rules if r.severity == "warning" and broken(r.expression, data)]


def asked(topic: Topic, data: Data) -> Data:
    """The topic's data without what the layout does not ask for, given the rest of the form."""
    hidden = {
        field.name for group in topic.groups for field in group.fields if not (group.shown(data) and field.shown(data))
    }
    return {name: value for name, value in data.get(topic.name, {}).items() if name not in hidden}


def broken(expression: str, data: Data) -> bool:
    """Whether a rule is certainly not met; one whose facts are missing is left to the schema."""
    try:
        return parse(expression).evaluate(data) is False
    except ExpressionError:
        return False


def _finite(value: Any) -> bool:
    """Whether JSON and the database can carry it."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(_finite(v) for v in value.values())
    if isinstance(value, list):
        return all(_finite(v) for v in value)
    return True
