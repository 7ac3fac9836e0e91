"""`fees.dmn`: readable decision tables, known inputs, whole amounts with their source, rows that do not overlap."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.packs import Mistake
from tinhso.procedures import dmn
from tinhso.procedures.cells import covers, meet, test_of
from tinhso.procedures.charges import LARGEST, OWN
from tinhso.procedures.dmn import Cell, DmnError, Row, Table
from tinhso.procedures.pack.facts import known, wrong_expression
from tinhso.procedures.pack.reading import FEES, Draft
from tinhso.procedures.spec import ProcedureSpec


def check(draft: Draft, spec: ProcedureSpec) -> list[Mistake]:
    """Every mistake of the procedure's own or shared fee tables; none when it has none."""
    if not spec.fee_table:
        return []
    taken = sorted(OWN & {topic.name for topic in spec.form.topics})
    if taken:
        message = _("Trang “%(name)s” của biểu mẫu trùng tên với dữ kiện của bảng phí.") % {"name": taken[0]}
        return [draft.on(FEES, 1, message, _("Đổi tên trang của biểu mẫu."))]
    try:
        tables = dmn.read(spec.fee_table)
    except DmnError as error:
        return [draft.on(FEES, error.line, error.message + ".", error.remedy + ".")]
    facts = known(spec) | OWN
    return [mistake for table in tables for mistake in _table(draft, table, facts)]


def _table(draft: Draft, table: Table, facts: frozenset[str]) -> Iterator[Mistake]:
    wrong = [m for input_ in table.inputs for m in _expression(draft, input_, facts)]
    if wrong:
        yield from wrong
        return
    for row in table.rows:
        for input_, test in zip(table.inputs, row.tests, strict=True):
            asked = dmn.condition(input_.text, test.text)
            if asked is not None:
                yield from _expression(draft, Cell(asked, test.line), facts)
        yield from _says(draft, row, facts)
    yield from _order(draft, table)


def _expression(draft: Draft, cell: Cell, facts: frozenset[str]) -> Iterator[Mistake]:
    wrong = wrong_expression(cell.text, facts)
    if wrong is not None:
        yield draft.on(FEES, cell.line, *wrong)


def _says(draft: Draft, row: Row, facts: frozenset[str]) -> Iterator[Mistake]:
    for name in ("item", "article", "exemption"):
        cell = row.says.get(name)
        if cell is None or (name == "exemption" and cell.text in ("", "-")):
            continue
        value = _literal(cell)
        if not isinstance(value, str) or not value.strip():
            if name == "article":
                message = _("Dòng này không có nguồn.")
                remedy = _(
                    'Ghi điều khoản trong nháy kép, ví dụ "Luật …, Điều …"; chưa đọc được thì nói đã thấy ở đâu.'
                )
            else:
                message = _("Ô “%(name)s” chưa có chữ.") % {"name": name}
                remedy = _('Viết trong nháy kép, ví dụ "Lệ phí đăng ký khai sinh".')
            yield draft.on(FEES, cell.line, message, remedy)
    amount, times = row.says["amount"], row.says.get("times")
    value = _literal(amount)
    if amount.text != "null" and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST):
        message = _("Số tiền “%(text)s” không phải số nguyên đồng.") % {"text": amount.text}
        remedy = _("Viết số nguyên không dấu chấm, ví dụ 8000; chưa biết thì viết null.")
        yield draft.on(FEES, amount.line, message, remedy)
    if times is not None and times.text not in ("", "-"):
        yield from _expression(draft, times, facts)
    yield from _verified(draft, row, amount)


def _verified(draft: Draft, row: Row, amount: Cell) -> Iterator[Mistake]:
    cell = row.says.get("verified")
    if cell is None or cell.text in ("", "-"):
        return
    if cell.text not in ("true", "false"):
        yield draft.on(FEES, cell.line, _("Ô “verified” phải là true hoặc false."), _("Viết true hoặc false."))
    elif cell.text == "true" and amount.text == "null":
        message = _("Dòng ghi là đã xác minh mà không có số tiền.")
        yield draft.on(FEES, cell.line, message, _("Ghi số tiền, hoặc viết false."))


def _literal(cell: Cell) -> object:
    """What the cell says when it is a value written out; None otherwise."""
    try:
        expression = parse(cell.text)
        return None if expression.facts or "(" in cell.text.split('"')[0] else expression.evaluate({})
    except ExpressionError:
        return None


def _order(draft: Draft, table: Table) -> Iterator[Mistake]:
    """Rows that answer the same question twice: with UNIQUE those that overlap, with FIRST those never reached."""
    tests = [
        [test_of(dmn.condition(input_.text, test.text)) for input_, test in zip(table.inputs, row.tests, strict=True)]
        for row in table.rows
    ]
    for later, row in enumerate(table.rows):
        for earlier in range(later):
            pairs = list(zip(tests[earlier], tests[later], strict=True))
            said = {"row": later + 1, "other": earlier + 1}
            if table.policy == "UNIQUE" and all(meet(a, b) for a, b in pairs):
                message = _("Dòng %(row)d và dòng %(other)d cùng đúng cho một hồ sơ.") % said
                remedy = _("Sửa điều kiện cho hai dòng tách nhau, hoặc dùng hitPolicy FIRST.")
                yield draft.on(FEES, row.line, message, remedy)
            elif table.policy == "FIRST" and all(covers(a, b) for a, b in pairs):
                message = _("Dòng %(row)d không bao giờ được dùng: dòng %(other)d đã gồm nó.") % said
                yield draft.on(FEES, row.line, message, _("Đưa dòng này lên trước, hoặc xóa."))
