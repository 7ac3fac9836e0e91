"""The board as files: CSV for programs, a workbook for officers."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.indicators.queries import TargetFacts
from tinhso.kernel import clock, files


@dataclass(frozen=True)
class Export:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


Cell = str | float | int | None


def _heads() -> list[str]:
    return [
        _("Mã"),
        _("Khoản"),
        _("Mục tiêu"),
        _("Nguyên văn"),
        _("Đến năm"),
        _("Mức"),
        _("Đơn vị tính"),
        _("Chiều"),
        _("Hiện có"),
        _("Tử số"),
        _("Mẫu số"),
        _("Chưa xác minh"),
        _("Kỳ"),
        _("Cần có hôm nay"),
        _("Đánh giá"),
        _("Cách tính"),
        _("Ghi chú"),
        _("Chịu trách nhiệm"),
        _("Nguồn"),
    ]


def _row(facts: TargetFacts) -> list[Cell]:
    current = facts.current
    return [
        facts.id,
        facts.clause,
        facts.title,
        facts.sentence,
        facts.year,
        float(facts.value),
        facts.unit,
        facts.direction,
        float(current.value) if current else None,
        current.numerator if current else None,
        current.denominator if current else None,
        current.unverified if current else None,
        current.period if current else None,
        float(facts.expected) if facts.measure else None,
        facts.status_words,
        facts.definition,
        facts.note,
        facts.owner or _("Quyết định không giao riêng cho cơ quan nào"),
        facts.source,
    ]


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula is shown as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


def _name(ending: str) -> str:
    return f"chien-luoc-muc-tieu-{clock.today():%Y-%m-%d}.{ending}"


def csv_of(found: Sequence[TargetFacts]) -> Export:
    """UTF-8 with a mark, so that spreadsheets read Vietnamese right; numbers with a point."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(_heads())
    writer.writerows([_harmless(cell) for cell in _row(facts)] for facts in found)
    return Export(_name("csv"), "text/csv; charset=utf-8", kept.getvalue().encode("utf-8-sig"))


def xlsx_of(found: Sequence[TargetFacts]) -> Export:
    """One sheet, heads frozen, long texts wrapped."""
    from openpyxl import Workbook  # noqa: PLC0415  loads slowly
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = _("Mục tiêu")
    sheet.append(_heads())
    for facts in found:
        sheet.append(_row(facts))
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for column, width in zip("ABCDEFGHIJKLMNOPQRS", (11, 9, 34, 60, *(10,) * 10, 24, 50, 40, 30, 40), strict=True):
        sheet.column_dimensions[column].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    kept = io.BytesIO()
    book.save(kept)
    return Export(_name("xlsx"), files.XLSX, kept.getvalue())
