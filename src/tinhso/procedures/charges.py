"""What a dossier costs by its procedure's decision tables (`dmn`): computed, never typed.

A row's amount counts only as far as it is verified; everything else an official confirms. Facts are those of the form
and `OWN`; ``today()`` is the day on which the dossier was received, whose law it follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tinhso.kernel.expressions import ExpressionError, Value, parse
from tinhso.procedures import dmn
from tinhso.procedures.cells import test_of
from tinhso.procedures.spec import ProcedureSpec

#: The ground of exemption that an official saw proven, in the words of the table; the two days of the dossier.
CLAIM, FILED, RECEIVED = "claim", "filed_on", "received_on"
OWN = frozenset({CLAIM, FILED, RECEIVED})

#: The highest single amount that is believed, in đồng: above it a digit was typed twice.
LARGEST = 10_000_000_000

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Charge:
    """One thing to be paid. ``amount`` in đồng, ``unit`` × ``times``; None: nobody has verified how much, or no row
    fits. ``exemption`` says why nothing is paid, ``article`` by which text; ``verified``: both were checked."""

    code: str
    item: str
    amount: int | None
    unit: int | None
    times: int
    article: str
    exemption: str
    verified: bool


def charges(spec: ProcedureSpec, answers: Facts, *, filed: date, received: date, claim: str = "") -> list[Charge]:
    """Each charge of the procedure for these answers; none when it has no table."""
    if not spec.fee_table:
        return []
    facts = {**answers, CLAIM: claim or None, FILED: filed, RECEIVED: received}
    return [_charge(table, facts, received) for table in dmn.read(spec.fee_table)]


def claims(spec: ProcedureSpec) -> list[str]:
    """The grounds of exemption that the tables know, in their order."""
    found: list[str] = []
    for table in dmn.read(spec.fee_table) if spec.fee_table else ():
        for column, input_ in enumerate(table.inputs):
            if input_.text == CLAIM:
                tests = [test_of(dmn.condition(CLAIM, row.tests[column].text)) for row in table.rows]
                found += [key[1] for t in tests if t.kind == "some" for key in sorted(t.values) if key[0] == "str"]
    return list(dict.fromkeys(found))


def _charge(table: dmn.Table, facts: Facts, today: date) -> Charge:
    hits = [row for row in table.rows if _hit(table, row, facts, today)]
    if not hits or (table.policy == "UNIQUE" and len(hits) > 1):
        return Charge(table.code, table.name, None, None, 1, "", "", False)
    said = {name: _said(cell.text, facts, today) for name, cell in hits[0].says.items()}
    unit, times = _whole(said.get("amount")), _whole(said.get("times")) if _asked(hits[0], "times") else 1
    known = unit is not None and times is not None and 0 <= unit * times <= LARGEST
    return Charge(
        code=table.code,
        item=_text(said.get("item")) or table.name,
        amount=unit * times if known and unit is not None and times is not None else None,
        unit=unit,
        times=times or 1,
        article=_text(said.get("article")),
        exemption=_text(said.get("exemption")),
        verified=said.get("verified") is True and known,
    )


def _hit(table: dmn.Table, row: dmn.Row, facts: Facts, today: date) -> bool:
    """Every test of the row is certainly met; a missing fact meets none."""
    for input_, test in zip(table.inputs, row.tests, strict=True):
        asked = dmn.condition(input_.text, test.text)
        if asked is not None and _said(asked, facts, today) is not True:
            return False
    return True


def _asked(row: dmn.Row, name: str) -> bool:
    return name in row.says and row.says[name].text not in ("", "-")


def _said(text: str, facts: Facts, today: date) -> Value:
    try:
        return parse(text).evaluate(facts, today=today) if text not in ("", "-") else None
    except ExpressionError:
        return None


def _whole(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""
