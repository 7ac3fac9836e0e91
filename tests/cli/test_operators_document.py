"""docs/operators.md says what is there: its answers are taken, its words and flags exist, its checks are those made."""

import re
import tomllib
from argparse import ArgumentParser

import pytest

from tinhso.cli import main
from tinhso.cli.doctoring import database, home, outside
from tinhso.cli.installing.answers import QUESTIONS, SETTINGS
from tinhso.config import ROOT

DOCUMENT = (ROOT / "docs" / "operators.md").read_text()
UNITS = ROOT / "deploy" / "one-machine" / "systemd"


def blocks() -> list[str]:
    """What is set off as code."""
    return [block.strip("\n") for block in re.findall(r"(?:^ {4,}\S.*\n|^\n(?= {4}))+", DOCUMENT, re.MULTILINE)]


def test_the_answers_of_the_document_are_all_that_must_be_answered():
    said = tomllib.loads(next(b for b in blocks() if 'domain = "' in b).replace("\n    ", "\n").removeprefix("    "))
    known = {question.key for question in (*QUESTIONS, *SETTINGS)}
    assert set(said) <= known
    assert {question.key for question in QUESTIONS if question.default is None} <= set(said)
    own = tomllib.loads(next(b for b in blocks() if "db_owner" in b).replace("\n    ", "\n").removeprefix("    "))
    assert set(own) <= known


def commands() -> list[tuple[str, str]]:
    """Each `tinhso word …` of the document, with what follows it on its line."""
    quoted = "\n".join(re.findall(r"`[^`]+`", DOCUMENT))
    found = re.findall(r"\btinhso ([a-z]+)((?: (?:-[^\n`;|]*|\w[^\n`;|]*))?)", quoted)
    return [*found, *re.findall(r"tinhso ([a-z]+)((?: [^\n]*)?)", "\n".join(b for b in blocks() if "tinhso " in b))]


def test_each_command_and_flag_of_the_document_exists():
    parsers: dict[str, ArgumentParser] = {}
    for word in main.WORDS:
        parsers[word] = ArgumentParser()
        main._modules()[word].configure(parsers[word])
    seen = set()
    for word, rest in commands():
        if word not in parsers:
            continue
        seen.add(word)
        flags = {flag for action in parsers[word]._actions for flag in action.option_strings}
        assert set(re.findall(r"(?<!\w)--[a-z-]+", rest)) <= flags, (word, rest)
    assert {"init", "doctor", "backup", "restore", "upgrade", "authority", "retention"} <= seen


def test_each_unit_of_the_document_is_there():
    named = set(re.findall(r"tinhso-(?!new)[a-z]+(?!\.key)\b(?:@\d|@)?(?:\.timer|\.service)?", DOCUMENT))
    assert "tinhso-archiver" in named
    there = {path.name for path in UNITS.iterdir()}
    for name in named:
        plain = re.sub(r"@\d?", "@", name)
        assert plain in there or f"{plain}.service" in there, name


@pytest.mark.parametrize("checks", [home, database, outside], ids=["home", "database", "outside"])
def test_each_check_of_the_doctor_stands_in_the_table(checks: object):
    source = (ROOT / "src/tinhso/cli/doctoring" / f"{checks.__name__.rpartition('.')[2]}.py").read_text()  # type: ignore[attr-defined]
    made = set(re.findall(r'(?:well|soon|broken|_lasting)\(\s*"([a-z]+)"', source))
    table = set(re.findall(r"`([a-z]+)`", "\n".join(line for line in DOCUMENT.splitlines() if line.startswith("| `"))))
    assert made, "no check was found"
    assert made <= table


def test_every_file_that_the_document_leads_to_is_there():
    for link in re.findall(r"\]\(([^)#]+)", DOCUMENT):
        assert (ROOT / "docs" / link).resolve().exists(), link
