"""Business time comes from `kernel.clock` only: no other clock in the apps, their SQL or their models.

What must use the machine's own time (certificates, log-ins, retries) takes `clock.real()`. A line of SQL that compares
with what PostgreSQL itself stamps says so: ``# real time: why``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "src" / "tinhso"
CALLS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now"),
    *("timezone.localdate", "timezone.localtime", "functions.Now", "Now", "localdate"),
}
KEYWORDS = {"auto_now", "auto_now_add"}
SQL = re.compile(
    r"\bnow\s*\(\s*\)|\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bLOCALTIME(STAMP)?\b|"
    r"\b(clock|statement|transaction)_timestamp\s*\(",
    re.IGNORECASE,
)
EXCUSE = "real time:"


def _docstrings(tree: ast.AST) -> set[int]:
    """The ids of the constants that are docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def _offence(node: ast.AST, docstrings: set[int]) -> str:
    if isinstance(node, ast.Call):
        name = ".".join(ast.unparse(node.func).split(".")[-2:])
        if name in CALLS:
            return f"{name}()"
        return next((f"{word.arg}=" for word in node.keywords if word.arg in KEYWORDS), "")
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
        match = SQL.search(node.value)
        return f"SQL {match.group()}" if match else ""
    return ""


def offences(path: Path) -> Iterator[tuple[int, str]]:
    """Line and what stands there, for each other clock in the file."""
    text = path.read_text()
    lines = text.splitlines()
    if path.suffix == ".sql":
        for number, line in enumerate(lines, 1):
            match = SQL.search(line)
            if match and EXCUSE not in line:
                yield number, f"SQL {match.group()}"
        return
    tree = ast.parse(text)
    docstrings = _docstrings(tree)
    for node in ast.walk(tree):
        what = _offence(node, docstrings)
        if not what:
            continue
        first, last = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
        if not any(EXCUSE in line for line in lines[max(0, first - 2) : last]):
            yield first, what


def files() -> Iterator[Path]:
    for path in sorted([*HOUSE.rglob("*.py"), *HOUSE.rglob("*.sql")]):
        if "tests" not in path.parts and path != HOUSE / "kernel" / "clock.py":
            yield path


def main() -> int:
    mistakes = [f"{path.relative_to(ROOT)}:{line}: {what}" for path in files() for line, what in offences(path)]
    for mistake in mistakes:
        print(f"{mistake}: take clock.now(), or clock.real() for what no law counts (tinhso.kernel.clock)")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
