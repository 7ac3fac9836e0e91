"""The number that the catalogue offers: how many procedures are wholly online."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.measures import Count, Kind, Line, Measure, register
from tinhso.procedures.queries import online_levels


class Listed(NamedTuple):
    """A procedure in force: what its catalogue says of being online."""

    code: str
    name: str
    since: date
    level: str
    verified: bool


def record_of(code: str) -> UUID:
    """A procedure is one record whatever its version: the same id from day to day."""
    return uuid5(NAMESPACE_URL, f"tinhso:procedure:{code}")


def _in_force() -> dict[UUID, Listed]:
    return {record_of(row[0]): Listed(*row) for row in online_levels(clock.today())}


def _count(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    known = _in_force()
    return {
        id: Count(known[id].since, int(known[id].level == "full"), unverified=not known[id].verified)
        for id in ids
        if id in known
    }


def _lines(ids: Sequence[UUID]) -> list[Line]:
    known = _in_force()
    return [Line(id, known[id].code, known[id].name, f"/thu-tuc/{known[id].code}") for id in ids if id in known]


register(
    Measure(
        name="procedures.wholly_online",
        title=_("Thủ tục cung cấp trực tuyến toàn trình (mức độ 4)"),
        unit="%",
        definition=_(
            "Thủ tục đang có hiệu lực được cung cấp trực tuyến toàn trình, chia cho mọi thủ tục đang có hiệu lực trong "
            "hệ thống. Quyết định chỉ tính thủ tục “có đủ điều kiện”; chưa có danh sách đó nên chia cho tất cả."
        ),
        numerator=_("thủ tục trực tuyến toàn trình"),
        denominator=_("thủ tục đang có hiệu lực"),
        count=_count,
        every=lambda: sorted(_in_force()),
        show=_lines,
        kind=Kind.STOCK,
        local=False,
        from_pack=True,
    )
)
