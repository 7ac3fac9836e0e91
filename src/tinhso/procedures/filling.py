"""A form with answers in it: what they are in words, and what earlier answers suggest for later fields."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel.forms.formats import wrong_date
from tinhso.kernel.templatetags.house import vi_number
from tinhso.procedures.spec import Field, ProcedureSpec, Topic, holds

Data = Mapping[str, Any]


def words(spec: ProcedureSpec, data: Data) -> dict[str, dict[str, str]]:
    """Each shown answer as people read it: 05/09/2025 for a date, 1.234,5 for a number, the label for a choice, "Không"
    for a box that is not ticked. Other unanswered ones are ""."""
    return {
        topic.name: {
            field.name: _in_words(field, data.get(topic.name, {}).get(field.name))
            for group in topic.groups
            if group.shown(dict(data))
            for field in group.fields
            if field.shown(dict(data))
        }
        for topic in spec.form.topics
    }


def suggested(topic: Topic, data: Data) -> dict[str, Any]:
    """For fields without an answer: the one given at another place of the form that fits here ("I am the mother")."""
    found: dict[str, Any] = {}
    for field in topic.fields:
        if field.same_as is None or field.name in data.get(topic.name, {}):
            continue
        source, _dot, name = field.same_as.field.partition(".")
        value = data.get(source, {}).get(name)
        if value not in (None, "") and holds(field.same_as.when, dict(data)):
            found[field.name] = value
    return found


def _in_words(field: Field, value: Any) -> str:
    if value is None:
        return _("Không") if field.kind == "checkbox" else ""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if field.kind in ("integer", "number") and isinstance(value, int | float):
        return vi_number(value)
    text = str(value)
    if field.kind == "date" and wrong_date(text) is None:
        return "/".join(reversed(text.split("-")))
    return next((choice.label for choice in field.choices if choice.value == text), text)
