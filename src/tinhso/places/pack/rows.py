"""What the tables of this app's pack parts have in common: dates, validity, checked rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tinhso.kernel.packs import Line, Mistake, Pack, Unreadable, shaped

OptionalDate = Annotated[date | None, BeforeValidator(lambda text: text or None)]


class Validity(BaseModel):
    """Columns ``valid_from`` and ``valid_to``, both days included; empty is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date
    valid_to: OptionalDate = None
    source: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _in_order(self) -> "Validity":
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(_("valid_to phải từ valid_from trở đi."))
        return self

    @property
    def ends(self) -> date:
        return self.valid_to or date.max

    def covers(self, other: "Validity") -> bool:
        return self.valid_from <= other.valid_from and other.ends <= self.ends

    def on(self, day: date) -> bool:
        return self.valid_from <= day <= self.ends


T = TypeVar("T", bound=BaseModel)


def rows(pack: Pack, path: str, model: type[T]) -> list[tuple[int, T]]:
    """Each row as the model, with its line. Raises Unreadable with every mistake of the file."""
    return read_lines(pack.table(path, list(model.model_fields)), path, model)


def read_lines(lines: Iterable[Line], path: str, model: type[T]) -> list[tuple[int, T]]:
    found: list[tuple[int, T]] = []
    wrong: list[Mistake] = []
    for line in lines:
        row, mistakes = shaped(model, line, path)
        wrong += mistakes
        if row is not None:
            found.append((line.line, row))
    if wrong:
        raise Unreadable(*wrong)
    return found


def overlaps(path: str, coded: Sequence[tuple[str, int, Validity]]) -> list[Mistake]:
    """One code, one thing a day."""
    found = []
    for (code, _line, before), (again, line, after) in pairwise(sorted(coded, key=lambda r: (r[0], r[2].valid_from))):
        if code == again and after.valid_from <= before.ends:
            found.append(
                Mistake(
                    path,
                    line,
                    _("Mã %(code)s có hai dòng cùng hiệu lực ngày %(day)s.")
                    % {"code": code, "day": f"{after.valid_from:%d/%m/%Y}"},
                    _("Đặt valid_to của dòng trước vào ngày trước đó."),
                )
            )
    return found
