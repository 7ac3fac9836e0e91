"""`valid_from` and `valid_to` as a pack writes them."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel.packs import Mapping

Period = tuple[date, date | None]


class WrongPeriod(Exception):
    """What is wrong with the days of a version, at which of its lines, and what to do."""

    def __init__(self, inside: tuple[str, ...], message: str, remedy: str) -> None:
        self.inside, self.message, self.remedy = inside, message, remedy
        super().__init__(message)


def period(stated: Any) -> Period:
    """First and last day of a version. Raises WrongPeriod."""
    if not isinstance(stated, Mapping) or not isinstance(stated.get("valid_from"), date):
        raise WrongPeriod((), _("Phiên bản thiếu ngày bắt đầu hiệu lực."), _("Thêm valid_from: 2025-07-01."))
    start, end = stated["valid_from"], stated.get("valid_to")
    if end is not None and (not isinstance(end, date) or end < start):
        remedy = _("Ghi ngày cuối cùng còn hiệu lực, không trước valid_from; còn hiệu lực thì bỏ dòng này.")
        raise WrongPeriod(("valid_to",), _("Ngày hết hiệu lực chưa đúng."), remedy)
    return start, end


def overlap(periods: Iterable[Period]) -> Iterator[date]:
    """The first days on which two of the periods hold at once."""
    for (_start, end), (after, _end) in pairwise(sorted(periods, key=lambda period: period[0])):
        if end is None or end >= after:
            yield after
