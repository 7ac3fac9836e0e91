"""What a filled-in form must be before it becomes a dossier: each topic's schema, the procedure's rules, the papers.

Pointers: within a topic ``/field``; over the whole form ``/topic/field``.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.forms import Cleaned, tidy
from tinhso.procedures import judging
from tinhso.procedures.judging import broken
from tinhso.procedures.spec import ProcedureSpec, Topic

Data = dict[str, Any]

#: Longest topic, in characters of its JSON: many times what any form of the pack asks.
LARGEST_TOPIC = 200_000


def clean(topic: Topic, typed: Mapping[str, Any]) -> Cleaned:
    """The topic's data as it can be kept, right or wrong; what cannot be kept is said by pointer.

    Fields hidden by the layout keep their values: showing them again brings them back. Raises Invalid for what is
    longer than any topic.
    """
    kept = tidy(dict(typed))
    known = set(topic.schema.get("properties", {})) | {field.name for field in topic.fields}
    for name in [name for name in kept.data if name not in known]:
        del kept.data[name]
        kept.errors[f"/{name}"] = _("Mục này không có trong biểu mẫu; hãy bỏ đi.")
    for name in [name for name, value in kept.data.items() if not _finite(value)]:
        del kept.data[name]
        kept.errors[f"/{name}"] = _("Hãy điền một số.")
    if len(json.dumps(kept.data, ensure_ascii=False)) > LARGEST_TOPIC:
        raise Invalid(_("Nội dung quá dài. Rút gọn lại."))
    return kept


def topic_errors(spec: ProcedureSpec, topic_name: str, data: Data) -> dict[str, str]:
    """What is wrong today in one topic of the whole form's data, by ``/field``."""
    return judging.topic_errors(spec, topic_name, data, clock.today())


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
        if rule.severity == "error" and not rule.field and broken(rule.expression, data, clock.today()):
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
    return [r.message for r in spec.rules if r.severity == "warning" and broken(r.expression, data, clock.today())]


def _finite(value: Any) -> bool:
    """Whether JSON and the database can carry it."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(_finite(v) for v in value.values())
    if isinstance(value, list):
        return all(_finite(v) for v in value)
    return True
