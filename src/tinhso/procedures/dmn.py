"""Reading DMN 1.3: decision tables that say what a dossier costs. Nothing else of DMN may stand in the file.

Each decision is one charge; each of its rules one row with its article. Cells are written in the house's small
language (`kernel.expressions`) and never run as anything else. The XML is read without entities, network or DTD.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from tinhso.procedures import bpmn

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"

ALLOWED = frozenset(
    {
        "definitions", "decision", "decisionTable", "input", "inputExpression", "inputValues", "output",
        "outputValues", "rule", "inputEntry", "outputEntry", "text", "description", "annotation", "annotationEntry",
        "variable", "extensionElements",
    }
)  # fmt: skip
POLICIES = ("UNIQUE", "FIRST")
#: What a row says: what is paid for, how much in đồng, how often (a fact), by which article, exempt as what, and
#: whether amount and article were checked against the text of the law.
NEEDED = ("item", "amount", "article")
OUTPUTS = (*NEEDED, "times", "exemption", "verified")

_OPERATORS = ("<=", ">=", "<>", "!=", "<", ">", "=")
_RANGE = re.compile(r"(?P<open>[\[(\]])(?P<low>.+?)\.\.(?P<high>.+?)(?P<close>[\])\[])")


class DmnError(ValueError):
    """A file that cannot be used: the line and what to do, in Vietnamese."""

    def __init__(self, message: str, remedy: str, line: int = 0) -> None:
        self.message, self.remedy, self.line = message, remedy, line
        super().__init__(f"{message} (dòng {line}). {remedy}")


@dataclass(frozen=True)
class Cell:
    """A text of the table and its line in the file."""

    text: str
    line: int


@dataclass(frozen=True)
class Row:
    """One rule: a test for each input (None: anything goes), and what it says."""

    tests: tuple[Cell, ...]
    says: dict[str, Cell]
    line: int


@dataclass(frozen=True)
class Table:
    """A decision table: one charge. ``policy`` is one of `POLICIES`; ``inputs`` are expressions, ``labels`` what they
    ask, in words where the file has some."""

    code: str
    name: str
    policy: str
    inputs: tuple[Cell, ...]
    rows: tuple[Row, ...]
    line: int
    labels: tuple[str, ...]


@lru_cache(maxsize=256)
def read(source: str) -> tuple[Table, ...]:
    """The decision tables of a DMN file, in order. Raises DmnError at the first thing that is not one."""
    try:
        root = bpmn.tree(source)
    except bpmn.BpmnError as error:
        raise DmnError(error.message, "Mở tệp bằng trình vẽ DMN và lưu lại", error.line) from None
    if root.tag != f"{{{DMN}}}definitions":
        raise DmnError("Không phải tệp DMN 1.3", f'Phần tử ngoài cùng là definitions với xmlns="{DMN}"', _line(root))
    for node in root.iter(f"{{{DMN}}}*"):
        if _local(node) not in ALLOWED:
            raise DmnError(
                f"Không cho phép phần tử “{_local(node)}”", "Chỉ dùng bảng quyết định: input, output, rule", _line(node)
            )
    tables = tuple(_table(node) for node in root.iterfind(f"{{{DMN}}}decision"))
    if not tables:
        raise DmnError("Tệp không có bảng quyết định nào", "Thêm một decision có decisionTable", 1)
    codes = [table.code for table in tables]
    for table in tables:
        if not table.code or codes.count(table.code) > 1:
            raise DmnError(f"Mã “{table.code}” trống hoặc dùng nhiều lần", "Đặt mỗi decision một id riêng", table.line)
    return tables


def condition(input_: str, test: str) -> str | None:
    """A cell's test as one expression; None when anything goes.

    ``-`` anything · ``<= 60`` a comparison · ``"a", "b"`` one of these · ``not("a")`` none of these · ``[1..20]``.
    """
    kept = test.strip()
    if kept in ("", "-"):
        return None
    if kept.startswith(_OPERATORS):
        return f"({input_}) {kept}"
    if span := _RANGE.fullmatch(kept):
        low = ">=" if span["open"] == "[" else ">"
        high = "<=" if span["close"] == "]" else "<"
        return f"({input_}) {low} {span['low']} and ({input_}) {high} {span['high']}"
    if kept.startswith("not(") and kept.endswith(")"):
        return f"({input_}) not in [{kept[4:-1]}]"
    return f"({input_}) in [{kept}]"


def _table(decision: etree._Element) -> Table:
    found = decision.findall(f"{{{DMN}}}decisionTable")
    name, line = (decision.get("name") or "").strip(), _line(decision)
    if len(found) != 1:
        raise DmnError(f"“{name}” không phải là một bảng quyết định", "Mỗi decision có đúng một decisionTable", line)
    node = found[0]
    policy = node.get("hitPolicy", "UNIQUE")
    if policy not in POLICIES:
        raise DmnError(f"Không dùng được cách chọn dòng “{policy}”", f"Dùng: {', '.join(POLICIES)}", _line(node))
    asked = node.findall(f"{{{DMN}}}input")
    inputs = tuple(_cell(_one(column, "inputExpression")) for column in asked)
    labels = tuple(column.get("label") or cell.text for column, cell in zip(asked, inputs, strict=True))
    columns = [column.get("name") or "" for column in node.iterfind(f"{{{DMN}}}output")]
    wrong = [c for c in columns if c not in OUTPUTS or columns.count(c) > 1] + [c for c in NEEDED if c not in columns]
    if wrong:
        raise DmnError(
            f"Cột kết quả thiếu hoặc không dùng được: {', '.join(map(repr, wrong))}",
            f"Cần {', '.join(NEEDED)}; có thể thêm {', '.join(OUTPUTS[len(NEEDED) :])}",
            _line(node),
        )
    rows = tuple(_row(rule, len(inputs), columns) for rule in node.iterfind(f"{{{DMN}}}rule"))
    if not name or not rows:
        raise DmnError("Bảng không có tên hoặc không có dòng nào", "Đặt name cho decision, thêm ít nhất một rule", line)
    return Table(decision.get("id", ""), name, policy, inputs, rows, line, labels)


def _row(rule: etree._Element, inputs: int, columns: list[str]) -> Row:
    tests = tuple(_cell(entry) for entry in rule.iterfind(f"{{{DMN}}}inputEntry"))
    says = [_cell(entry) for entry in rule.iterfind(f"{{{DMN}}}outputEntry")]
    if len(tests) != inputs or len(says) != len(columns):
        raise DmnError(
            f"Dòng có {len(tests)} ô điều kiện và {len(says)} ô kết quả",
            f"Bảng này cần {inputs} ô điều kiện và {len(columns)} ô kết quả",
            _line(rule),
        )
    return Row(tests, dict(zip(columns, says, strict=True)), _line(rule))


def _one(node: etree._Element, name: str) -> etree._Element:
    found = node.find(f"{{{DMN}}}{name}")
    if found is None:
        raise DmnError("Cột điều kiện không có biểu thức", "Thêm inputExpression có text", _line(node))
    return found


def _cell(node: etree._Element) -> Cell:
    text = node.find(f"{{{DMN}}}text")
    kept = (text.text or "").strip() if text is not None else ""
    return Cell(kept, _line(text if text is not None else node))


def _local(node: etree._Element) -> str:
    return str(etree.QName(node).localname)


def _line(node: etree._Element) -> int:
    return int(node.sourceline or 0)
