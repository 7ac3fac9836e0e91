"""What is wrong with a filled-in form: each topic's schema and the procedure's rules.

Pointers are within a topic: ``/field``.
"""

from datetime import date
from typing import Any

from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.forms import validate
from tinhso.procedures.spec import ProcedureSpec, Topic

Data = dict[str, Any]


def topic_errors(spec: ProcedureSpec, topic_name: str, data: Data, today: date) -> dict[str, str]:
    """What is wrong in one topic of the whole form's data, by ``/field``."""
    found = schema_errors(spec, topic_name, data, today)
    prefix = f"{topic_name}."
    for rule in spec.rules:
        if rule.severity == "error" and rule.field.startswith(prefix) and broken(rule.expression, data, today):
            found.setdefault("/" + rule.field.removeprefix(prefix).replace(".", "/"), rule.message)
    return found


def schema_errors(spec: ProcedureSpec, topic_name: str, data: Data, today: date) -> dict[str, str]:
    """The same by the topic's schema alone."""
    topic = spec.form.topic(topic_name)
    if topic.kind == "review":
        return {}
    prefix = f"{topic_name}."
    messages = {key.removeprefix(prefix): text for key, text in spec.form.messages.items() if key.startswith(prefix)}
    return validate(topic.schema, asked(topic, data), today=today, messages=messages)


def asked(topic: Topic, data: Data) -> Data:
    """The topic's data without what the layout does not ask for, given the rest of the form."""
    hidden = {
        field.name for group in topic.groups for field in group.fields if not (group.shown(data) and field.shown(data))
    }
    return {name: value for name, value in data.get(topic.name, {}).items() if name not in hidden}


def broken(expression: str, data: Data, today: date) -> bool:
    """Whether a rule is certainly not met; one whose facts are missing is left to the schema."""
    try:
        return parse(expression).evaluate(data, today=today) is False
    except ExpressionError:
        return False
