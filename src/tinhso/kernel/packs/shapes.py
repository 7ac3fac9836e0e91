"""Checks a read file against a pydantic model and says its errors as mistakes with lines."""

from typing import Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from tinhso.kernel.http.problems import sentence
from tinhso.kernel.packs.mistakes import Mistake, Unreadable
from tinhso.kernel.packs.yaml import Items, Mapping

T = TypeVar("T", bound=BaseModel)


class Fact(BaseModel):
    """Something a pack states: it names its source, or says that it is not verified."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = ""
    unverified: bool = False

    @model_validator(mode="after")
    def _sourced(self) -> "Fact":
        if not self.source and not self.unverified:
            raise ValueError(_("Hãy ghi source (văn bản, điều khoản), hoặc unverified: true nếu chưa kiểm chứng."))
        return self


def shaped(model: type[T], data: Any, file: str) -> tuple[T | None, list[Mistake]]:
    """The model, or its mistakes, each at the line of the value it is about."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_mistake(e, data, file) for e in error.errors(include_url=False)]


def read_as(model: type[T], data: Any, file: str) -> T:
    """The model. Raises Unreadable."""
    found, mistakes = shaped(model, data, file)
    if found is None:
        raise Unreadable(*mistakes)
    return found


def _mistake(error: Any, data: Any, file: str) -> Mistake:
    path = tuple(error["loc"])
    where = ".".join(str(step) for step in path)
    if error["type"] == "value_error" and isinstance(error["ctx"].get("error"), Exception):
        error = {**error, "ctx": {"error": str(error["ctx"]["error"])}}
    message = _("Mục %(where)s chưa đúng.") % {"where": where} if where else _("Nội dung tệp chưa đúng.")
    return Mistake(file, line_at(data, path), message, sentence(error))


def line_at(data: Any, path: tuple[int | str, ...]) -> int:
    """The line of the nearest value on the way of ``path``."""
    line = getattr(data, "line", 0)
    for step in path:
        if isinstance(data, Mapping) and step in data:
            line, data = data.line_of(str(step)), data[str(step)]
        elif isinstance(data, Items) and isinstance(step, int) and step < len(data):
            line, data = data.line_of(step), data[step]
        else:
            break
    return line
