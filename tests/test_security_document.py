"""`docs/security.md` promises nothing that no test holds."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tinhso.config import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/.-]+\.py)::(\w+)`", DOCUMENT)
PROMISES = [line for line in DOCUMENT.splitlines() if line.startswith("|") and not re.match(r"\| (threat|---)", line)]


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_a_test_that_the_document_names_exists(file: str, test: str) -> None:
    path = ROOT / file if file.startswith("tests/") else ROOT / "src" / "tinhso" / file
    assert path.is_file(), f"{file} is gone: name another test, or take the promise back"
    assert test in functions_of(path), f"{file} has no {test}"


@pytest.mark.parametrize("line", PROMISES)
def test_every_promise_names_its_test(line: str) -> None:
    assert re.search(r"::test_\w+`", line)


def test_the_document_is_read() -> None:
    assert len(PROMISES) > 30
    assert len(NAMED) > len(PROMISES)
