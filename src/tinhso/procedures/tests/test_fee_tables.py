"""Fee tables: what a table says for answers, by the articles; each mistake of an analyst named with line and remedy."""

from datetime import date

import pytest

from tinhso.config import ROOT
from tinhso.kernel.expressions import parse
from tinhso.kernel.packs import Pack
from tinhso.procedures import dmn
from tinhso.procedures.cells import covers, meet, test_of
from tinhso.procedures.charges import Charge, charges, claims
from tinhso.procedures.pack.reading import read
from tinhso.procedures.spec import ProcedureSpec
from tinhso.procedures.tests.conftest import BIRTH, PACK, Copy

FEES = "fees.dmn"
DAY = date(2026, 11, 9)
POOR = "Người thuộc hộ nghèo"

cell = test_of  # a name that pytest does not take for a test
del test_of


def spec_of(code: str) -> ProcedureSpec:
    return read(Pack(PACK), f"procedures/{code}").versions[-1].spec


def one(code: str, answers: dict[str, dict[str, object]], claim: str = "", filed: date = DAY) -> Charge:
    (found,) = charges(spec_of(code), answers, filed=filed, received=DAY, claim=claim)
    return found


@pytest.mark.parametrize(
    ("born", "claim", "amount", "verified"),
    [
        ("2026-09-10", "", 0, True),  # the sixtieth day: in time, art. 15.1 and 11.1
        ("2026-09-09", "", None, False),  # the sixty-first: the province's amount, which nobody has read
        ("2026-09-09", POOR, 0, False),  # exempt, by a text that was not read: an official confirms
        ("2026-09-09", "Người quen", None, False),  # no such ground
    ],
)
def test_a_birth_registered_in_time_costs_nothing_a_late_one_what_the_province_says(
    born: str, claim: str, amount: int | None, verified: bool
) -> None:
    found = one("1.001193", {"child": {"birth_date": born}}, claim)
    assert (found.amount, found.verified) == (amount, verified)
    assert "Luật Hộ tịch 60/2014/QH13 Điều 11" in found.article


def test_a_death_is_in_time_for_fifteen_days() -> None:
    found = [one("1.000656", {"deceased": {"death_date": day}}) for day in ("2026-10-25", "2026-10-24")]
    assert [(charge.amount, charge.verified) for charge in found] == [(0, True), (None, False)]


@pytest.mark.parametrize("code", ["1.000894", "1.004837"])
def test_marriage_and_guardianship_at_home_cost_nothing(code: str) -> None:
    found = one(code, {})
    assert (found.amount, found.verified, bool(found.exemption)) == (0, True, True)


def test_copies_are_charged_each_and_the_amount_is_nobodys_promise() -> None:
    found = one("2.000635", {"event": {"copies": 3}})
    assert (found.amount, found.unit, found.times, found.verified) == (24_000, 8_000, 3, False)
    assert one("2.000635", {"event": {}}).amount is None
    assert one("2.000635", {"event": {"copies": 3}}, POOR).amount == 0


def test_the_grounds_of_exemption_are_those_of_the_table() -> None:
    assert claims(spec_of("2.000635")) == [
        "Người thuộc gia đình có công với cách mạng", POOR, "Người khuyết tật"
    ]  # fmt: skip
    assert claims(spec_of("1.000894")) == []


def test_nothing_in_the_pack_is_asked_for_by_itself() -> None:
    """Until somebody reads the province's resolution no amount above nothing is verified."""
    pack = Pack(ROOT / "provinces" / "kien_giang")
    own = pack.files("procedures", ".dmn")
    tables = [table for path in (*own, *pack.files("fees", ".dmn")) for table in dmn.read(pack.text(path))]
    assert len(tables) == 7
    sure = {row.says["amount"].text for t in tables for row in t.rows if row.says["verified"].text == "true"}
    assert sure == {"0"}


def test_without_its_row_a_birth_in_time_is_no_longer_free(copy: Copy) -> None:
    text = copy.text(FEES)
    start, end = text.index('      <rule id="birth_fee_1">'), text.index('      <rule id="birth_fee_2">')
    copy.write(FEES, text[:start] + text[end:])
    (found,) = charges(copy.spec(), {"child": {"birth_date": "2026-11-01"}}, filed=DAY, received=DAY)
    assert (found.amount, found.verified) == (None, False)


def test_a_table_never_runs_as_python(copy: Copy) -> None:
    line = copy.change(FEES, "days_between(child.birth_date, filed_on)", "__import__('os').system('true')")
    (mistake,) = copy.mistakes()
    assert (mistake.file, mistake.line) == (f"{BIRTH}/{FEES}", line)


MISTAKES = [
    ("child.birth_date, filed_on", "child.hour, filed_on", "dữ kiện không có", "form.schema.json"),
    ("<text>&lt;= 60</text>", "<text>&lt;= sixty</text>", "dữ kiện không có", "form.schema.json"),
    ("<text>0</text>", "<text>0.5</text>", "không phải số nguyên đồng", "số nguyên"),
    ("<text>0</text>", "<text>8.000</text>", "không phải số nguyên đồng", "số nguyên"),
    ('<text>"Luật Hộ tịch 60/2014/QH13 Điều 11.1"</text>', "<text>-</text>", "không có nguồn", "điều khoản"),
    ("<text>true</text>", "<text>yes</text>", "true hoặc false", "true"),
    ("<text>&lt;= 60</text>", "<text>-</text>", "không bao giờ được dùng", "lên trước"),
    ('hitPolicy="FIRST"', 'hitPolicy="UNIQUE"', "cùng đúng cho một hồ sơ", "FIRST"),
    ('hitPolicy="FIRST"', 'hitPolicy="COLLECT"', "cách chọn dòng", "UNIQUE"),
    ('name="article"', 'name="source"', "Cột kết quả", "article"),
    ("<decisionTable", "<literalExpression/><decisionTable", "Không cho phép phần tử", "bảng quyết định"),
    ('<inputEntry id="birth_fee_1_in2"><text>-</text></inputEntry>', "", "1 ô điều kiện", "2 ô điều kiện"),
    ("</definitions>", "", "Không phải XML đúng", "DMN"),
]


@pytest.mark.parametrize(("old", "new", "said", "remedy"), MISTAKES)
def test_each_mistake_names_file_line_and_remedy(copy: Copy, old: str, new: str, said: str, remedy: str) -> None:
    line = copy.change(FEES, old, new)
    found = copy.mistakes()
    fitting = [m for m in found if said in m.message]
    assert fitting, found
    assert all(m.file == f"{BIRTH}/{FEES}" for m in found)
    assert remedy in fitting[0].remedy
    # an overlap stands at the later of two rows; a wrong column at its table, a missing cell at its row
    assert fitting[0].line >= line or new in ('name="source"', "")


def test_a_shared_table_that_is_not_there_is_named(copy: Copy) -> None:
    copy.change("procedure.yaml", "\nwho:", "\nfees: khong-co\n\nwho:")
    assert any("không có" in m.message.lower() and m.file == f"{BIRTH}/procedure.yaml" for m in copy.mistakes())


@pytest.mark.parametrize(
    ("first", "second", "together", "hides"),
    [
        ("x <= 60", "x > 60", False, False),
        ("x <= 60", "x >= 60", True, False),
        ("x <= 60", "x <= 30", True, True),
        ("x in ['a', 'b']", "x in ['a']", True, True),
        ("x in ['a']", "x in ['b']", False, False),
        ("x not in ['a']", "x in ['a']", False, False),
        ("x not in ['a']", "x in ['b']", True, True),
        ("(x) >= 1 and (x) <= 20", "x in [21]", False, False),
        ("(x) >= 1 and (x) <= 20", "(x) > 3 and (x) < 9", True, True),
        ("x < 2025-07-01", "x >= 2025-07-01", False, False),
        ("x < today()", "x = 5", True, False),
        (None, "x = 5", True, True),
    ],
)
def test_what_two_tests_have_in_common(first: str | None, second: str, together: bool, hides: bool) -> None:
    assert meet(cell(first), cell(second)) is meet(cell(second), cell(first)) is together
    assert covers(cell(first), cell(second)) is hides


@pytest.mark.parametrize(
    ("written", "holds"),
    [("-", None), ("<= 3", True), ('"a", 3', True), ("not(3)", False), ("[1..3]", True), ("[1..3)", False)],
)
def test_a_cell_is_read_as_dmn_writes_it(written: str, holds: bool | None) -> None:
    text = dmn.condition("x", written)
    assert (parse(text).evaluate({"x": 3}) if text else None) is holds
