"""How protected each stored field is; masks, logs, disclosure, export and erasure follow from it.

Each app declares its models in ``classes.py``::

    declare("people.Person", full_name=PERSONAL, birth_date=PERSONAL, sex=SENSITIVE)

`id`, `created_at` and foreign keys are INTERNAL unless declared otherwise. A test fails for an undeclared field.
"""

from enum import StrEnum

from django.apps import apps
from django.conf import settings
from django.db.models import Field, ForeignKey

HIDDEN = "•"


class FieldClass(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"  #: for officials; says nothing about a person
    PERSONAL = "personal"  #: about an identified person (Decree 13/2023, art. 2.3)
    SENSITIVE = "sensitive"  #: its loss hurts (Decree 13/2023, art. 2.4), and secrets


_declared: dict[str, dict[str, FieldClass]] = {}


def declare(model: str, **fields: FieldClass) -> None:
    """Say the class of a model's fields; the model is written "app.Model"."""
    known = _declared.setdefault(model.lower(), {})
    for name, kind in fields.items():
        if name in known:
            raise ValueError(f"the class of {model}.{name} is declared twice")
        known[name] = kind


def class_of(model: str, field: str) -> FieldClass:
    """The class of a field. Raises LookupError for one that is not declared."""
    kind = _declared.get(model.lower(), {}).get(field)
    if kind is not None:
        return kind
    if _internal_by_nature(apps.get_model(model)._meta.get_field(field)):
        return FieldClass.INTERNAL
    raise LookupError(f"{model}.{field} has no class: declare it in the app's classes.py")


def _internal_by_nature(field: object) -> bool:
    if isinstance(field, ForeignKey):
        return True
    return isinstance(field, Field) and (field.primary_key or field.name == "created_at")


def undeclared() -> list[str]:
    """Fields of the house's own models without a class, and declarations without a field."""
    faults = []
    labels = set()
    for model in apps.get_models():
        if model._meta.app_config is None or model._meta.app_config.name not in settings.FLOORS:
            continue
        label = model._meta.label_lower
        labels.add(label)
        declared = _declared.get(label, {})
        fields = {field.name: field for field in model._meta.concrete_fields}
        faults += [
            f"{model._meta.label}.{name}: no class"
            for name, field in fields.items()
            if name not in declared and not _internal_by_nature(field)
        ]
        faults += [f"{model._meta.label}.{name}: declared, but no such field" for name in declared.keys() - fields]
    return faults + [f"{label}: declared, but no such model" for label in _declared.keys() - labels]


def personal_names() -> frozenset[str]:
    """Names of fields that are personal or sensitive in some model."""
    protected = {FieldClass.PERSONAL, FieldClass.SENSITIVE}
    return frozenset(n for fields in _declared.values() for n, kind in fields.items() if kind in protected)


def mask(value: object, kind: FieldClass) -> str:
    """The value as it may be shown to somebody who need not know it.

    Personal: the first letter of each word, or the last three digits of a number. Sensitive: nothing, not even its
    length.
    """
    text = "" if value is None else str(value)
    if not text or kind in {FieldClass.PUBLIC, FieldClass.INTERNAL}:
        return text
    if kind is FieldClass.SENSITIVE:
        return HIDDEN * 5
    if any(letter.isdigit() for letter in text):
        return HIDDEN * 5 + (text[-3:] if text.isdigit() and len(text) >= 9 else "")
    return " ".join(word[0] + HIDDEN * 3 for word in text.split())


INTERNAL, PERSONAL, SENSITIVE = FieldClass.INTERNAL, FieldClass.PERSONAL, FieldClass.SENSITIVE
PUBLIC = FieldClass.PUBLIC
_ACTOR = {"actor_account": INTERNAL, "actor_name": PERSONAL, "request_id": INTERNAL}

declare("kernel.EventRecord", **_ACTOR, position=INTERNAL, type=INTERNAL, subject=INTERNAL, data=PERSONAL)
declare(
    "kernel.AuditRecord",
    **_ACTOR,
    position=INTERNAL,
    xact=INTERNAL,
    act=INTERNAL,
    subject=INTERNAL,
    event=INTERNAL,
    data=PERSONAL,
)
declare(
    "kernel.Disclosure",
    **_ACTOR,
    batch=INTERNAL,
    person=PERSONAL,
    record=INTERNAL,
    fields=INTERNAL,
    purpose=INTERNAL,
)
declare(
    "kernel.Seal",
    number=INTERNAL,
    since=INTERNAL,
    until=INTERNAL,
    rows=INTERNAL,
    members=INTERNAL,
    statement=INTERNAL,
    signature=INTERNAL,
)
declare(
    "kernel.Delivery",
    event=INTERNAL,
    event_at=INTERNAL,
    reaction=INTERNAL,
    state=INTERNAL,
    attempts=INTERNAL,
    due_at=INTERNAL,
    done_at=INTERNAL,
    fault=INTERNAL,
)
declare("kernel.SpoolMark", offset=INTERNAL)
declare("kernel.Blob", address=INTERNAL, size=INTERNAL, wrapped_key=SENSITIVE)
declare(
    "kernel.StoredFile",
    name=PERSONAL,
    media_type=INTERNAL,
    size=INTERNAL,
    sha256=INTERNAL,
    state=INTERNAL,
    stored_by=INTERNAL,
    threat=INTERNAL,
)
declare("kernel.Notification", account=INTERNAL, kind=INTERNAL, context=PERSONAL, subject=INTERNAL, read_at=INTERNAL)
declare("kernel.ChannelChoice", account=INTERNAL, topic=INTERNAL, channel=INTERNAL, wanted=INTERNAL)
declare("kernel.NotificationSending", channel=INTERNAL, state=INTERNAL, sent_at=INTERNAL, fault=INTERNAL)
declare("kernel.StorageCount", day=INTERNAL, kind=INTERNAL, files=INTERNAL, bytes=INTERNAL)
declare(
    "kernel.ServiceNotice",
    kind=PUBLIC,
    severity=PUBLIC,
    state=PUBLIC,
    title_vi=PUBLIC,
    title_en=PUBLIC,
    text_vi=PUBLIC,
    text_en=PUBLIC,
    services=PUBLIC,
    starts_at=PUBLIC,
    ends_at=PUBLIC,
    published_at=PUBLIC,
    ended_at=PUBLIC,
    version=INTERNAL,
)
_PARTS = {"numerator": PUBLIC, "denominator": PUBLIC, "unverified": PUBLIC, "scope": PUBLIC, "place": PUBLIC}
declare("kernel.Counted", **_PARTS, measure=INTERNAL, record=INTERNAL, day=INTERNAL)
declare("kernel.Rollup", **_PARTS, measure=PUBLIC, grain=PUBLIC, start=PUBLIC)
