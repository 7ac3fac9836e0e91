"""New rows in memory, many times faster than the model's own constructor: defaults looked up once for each model."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def made(model: type[M], /, **given: Any) -> M:
    """A new row of this model as `model(**given)` makes it, without its signals; not written.

    ``given``: by field or, for a foreign key, by field or column. Nothing is checked: a name that is no field becomes
    an attribute.
    """
    fixed, fresh, relations = _defaults(model)
    thing = model.__new__(model)
    values = vars(thing)
    values["_state"] = state = ModelState()
    values.update(fixed)
    for name, value in given.items():
        column = relations.get(name)
        if column is None:
            values[name] = value
        else:
            values[column] = None if value is None else value.pk
            state.fields_cache[name] = value
    for name, default in fresh:
        if name not in given:
            values[name] = default()
    return thing


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...], dict[str, str]]:
    """Values that every new row has, those that are made anew for each, and the column of each foreign key."""
    fields = model._meta.concrete_fields
    fresh = tuple((f.attname, f.default) for f in fields if f.has_default() and callable(f.default))
    fixed = {f.attname: f.get_default() for f in fields}
    for name, _default in fresh:
        del fixed[name]
    return fixed, fresh, {f.name: f.attname for f in fields if f.is_relation}
