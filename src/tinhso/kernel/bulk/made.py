"""New rows in memory, many times faster than the model's own constructor: defaults looked up once for each model."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

from tinhso.kernel.bulk.ids import fresh_id
from tinhso.kernel.ids import new_id

M = TypeVar("M", bound=Model)


def made(model: type[M], /, **given: Any) -> M:
    """A new row of this model as `model(**given)` makes it, without its signals; not written.

    ``given``: by field or, for a foreign key, by field or column. Nothing is checked: a name that is no field becomes
    an attribute.
    """
    fixed, fresh, relations = _defaults(model)
    thing = model.__new__(model)
    values = vars(thing)
    values.update(fixed)
    for name, default in fresh:
        if name not in given:
            values[name] = default()
    values.update(given)
    values["_state"] = state = ModelState()
    for name in relations.keys() & given:
        other = values.pop(name)
        values[relations[name]] = None if other is None else other.pk
        state.fields_cache[name] = other
    return thing


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...], dict[str, str]]:
    """Values that every new row has, those that are made anew for each, and the column of each foreign key."""
    fields = model._meta.concrete_fields
    called = [(f.attname, f.default) for f in fields if f.has_default() and callable(f.default)]
    fresh = tuple((name, fresh_id if default is new_id else default) for name, default in called)
    fixed = {f.attname: f.get_default() for f in fields}
    for name, _default in fresh:
        del fixed[name]
    return fixed, fresh, {f.name: f.attname for f in fields if f.is_relation}
