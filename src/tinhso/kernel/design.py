"""What the design page shows: invented questions, dates and figures, each marked as sample on the page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.form_view import Option, Source, TopicView, topic_view
from tinhso.kernel.workdays import Day, working_days

SAMPLE_DAY = date(2025, 5, 7)
SAMPLE_INSTANT = datetime(2025, 5, 7, 2, 42, tzinfo=UTC)
OFF = {date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 2)}
MADE_UP = {date(2025, 4, 26)}


@dataclass(frozen=True)
class _Question:
    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    width: str = "full"
    choices: tuple[Option, ...] = ()
    autocomplete: str = ""
    readonly: bool = False

    def shown(self, facts: dict[str, Any], /) -> bool:
        return True


@dataclass(frozen=True)
class _Help:
    title: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class _Group:
    title: str
    fields: tuple[_Question, ...]
    hint: str = ""
    help: tuple[_Help, ...] = ()

    def shown(self, facts: dict[str, Any], /) -> bool:
        return True


@dataclass(frozen=True)
class _Topic:
    name: str
    groups: tuple[_Group, ...]
    schema: dict[str, Any]


def _groups() -> tuple[_Group, ...]:
    name = _Group(
        _("Tên"),
        (
            _Question("surname", _("Họ"), "name", width="medium"),
            _Question("middle_name", _("Chữ đệm"), "name", width="medium"),
            _Question("given_name", _("Tên"), "name", width="medium"),
        ),
        help=(_Help(_("Viết họ và tên thế nào là đúng"), _("Viết đủ dấu, như trong giấy tờ.")),),
    )
    event = _Group(
        _("Ngày và nơi"),
        (
            _Question("day", _("Ngày"), "date"),
            _Question("sex", _("Giới tính"), "radio", choices=(Option("m", _("Nam")), Option("f", _("Nữ")))),
            _Question("where", _("Nơi")),
        ),
    )
    more = _Group(
        _("Các loại ô khác"),
        (
            _Question(
                "ethnicity",
                _("Dân tộc"),
                "select",
                _("Chọn một"),
                "medium",
                (Option("1", "Kinh"), Option("2", "Khmer")),
            ),
            _Question("commune", _("Xã, phường"), "unit", _("Gõ tên rồi chọn trong danh sách")),
            _Question("phone", _("Số điện thoại"), "phone", width="medium", autocomplete="tel"),
            _Question("count", _("Số bản"), "integer", width="short"),
            _Question("note", _("Ghi thêm"), "textarea"),
            _Question("agree", _("Tôi cam đoan lời khai là đúng"), "checkbox"),
            _Question("number", _("Số định danh"), readonly=True),
        ),
    )
    return name, event, more


def sample_form() -> TopicView:
    """Every kind of question; two in error, one group prefilled."""
    required = ["surname", "given_name", "day", "sex", "where", "ethnicity", "commune", "count"]
    source = _("giấy tờ mẫu")
    day = datetime(2025, 5, 7, 2, 40, tzinfo=UTC)
    return topic_view(
        _Topic("sample", _groups(), {"required": required}),
        values={
            "surname": "Lê",
            "middle_name": "Trần Minh",
            "day": f"{clock.today().year + 1}-04-29",
            "sex": "m",
            "where": _("Bệnh viện mẫu"),
            "ethnicity": "1",
            "count": 2,
        },
        errors={"given_name": _("Ghi tên"), "day": _("Ngày phải trước hoặc đúng hôm nay")},
        sources={"day": Source(source, day, "2025-04-29"), "where": Source(source, day)},
        options={"commune": [Option("1", _("Xã Mẫu")), Option("2", _("Phường Mẫu"))]},
    )


def sample_weeks() -> list[list[Day | None]]:
    """Twelve working days over a holiday with a made-up Saturday."""

    def is_working(day: date) -> bool:
        return day in MADE_UP or (day.weekday() < 5 and day not in OFF)

    return working_days(date(2025, 4, 25), date(2025, 5, 15), SAMPLE_DAY, is_working)
