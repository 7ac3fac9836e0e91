"""A fee table in words: what people see who read neither DMN nor expressions."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.kernel.templatetags.house import vi_money
from tinhso.procedures.dmn import Row, Table
from tinhso.procedures.spec import ProcedureSpec

#: What a cell says that asks nothing.
ANY = ("", "-")


@dataclass(frozen=True)
class FeeLine:
    """One row. ``when``: what each column asks and what it must be; nothing: every case."""

    item: str
    amount: str
    times: str
    when: list[tuple[str, str]]
    verified: bool
    article: str


def fee_lines(table: Table, spec: ProcedureSpec) -> list[FeeLine]:
    """The rows of a table; ``spec``: whose form the table's expressions speak of."""
    return [_line(table, row, _labels(spec)) for row in table.rows]


def plain(text: str) -> str:
    """A text without its marks; an expression as it is written."""
    inner = text[1:-1]
    return inner if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in inner else text


def money(text: str) -> str:
    """An amount in words; an expression as it is written."""
    if text == "null":
        return _("chưa biết số tiền")
    return vi_money(int(text)) if text.isascii() and text.isdigit() else text


def _line(table: Table, row: Row, labels: dict[str, str]) -> FeeLine:
    says = {name: plain(cell.text) for name, cell in row.says.items()}
    times = says.get("times", "")
    return FeeLine(
        says["item"],
        money(says["amount"]),
        "" if times in ANY else labels.get(times, times),
        [
            (label, plain(test.text))
            for label, test in zip(table.labels, row.tests, strict=True)
            if test.text not in ANY
        ],
        says.get("verified") == "true",
        says["article"],
    )


def _labels(spec: ProcedureSpec) -> dict[str, str]:
    return {f"{topic.name}.{field.name}": field.label for topic in spec.form.topics for field in topic.fields}
