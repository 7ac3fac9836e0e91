"""Processes and refusals that procedures share, and the examples that each procedure has."""

from pathlib import Path

import pytest

from tinhso.kernel.packs import Mistake, Pack
from tinhso.procedures import process
from tinhso.procedures.pack.examples import examples
from tinhso.procedures.pack.reading import read
from tinhso.procedures.tests.conftest import Copy

COPY_OF_ORIGINAL, EXAMPLES = "procedures/2.000815", "procedures/1.001193/examples.yaml"
SAME_DAY = "processes/same-day/process.bpmn"


def change(copy: Copy, path: str, old: str, new: str) -> int:
    """Replace the first occurrence in a file of the pack; its line."""
    file: Path = copy.root / path
    before = file.read_text()
    assert old in before, f"{old!r} is not in {path}"
    file.write_text(before.replace(old, new, 1))
    return before[: before.index(old)].count("\n") + 1


def said(copy: Copy) -> list[tuple[str, int, str]]:
    return [(m.file, m.line, str(m.message)) for m in copy.mistakes()]


def only(copy: Copy, file: str) -> Mistake:
    found = copy.mistakes()
    assert {m.file for m in found} == {file}, list(map(str, found))
    assert found[0].remedy
    return found[0]


def test_a_procedure_has_the_steps_of_the_process_it_names_with_hours_and_titles_of_its_own(copy: Copy) -> None:
    steps = {s.step_id: s for s in process.steps(read(Pack(copy.root), COPY_OF_ORIGINAL).versions[0].spec)}
    assert (steps["check"].name, steps["check"].deadline_hours) == ("Đối chiếu bản sao với bản chính", 2)
    assert (steps["receive"].name, steps["receive"].deadline_hours) == ("Tiếp nhận hồ sơ", 1)


def test_its_refusals_are_those_of_its_field(copy: Copy) -> None:
    spec = read(Pack(copy.root), COPY_OF_ORIGINAL).versions[0].spec
    assert "unusable_original" in {reason.code for reason in spec.refusal_reasons}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("process: same-day", "process: some-day", "some-day"),
        ("process: same-day", "process: ../same-day", "../same-day"),
        ("refusals: chung-thuc", "refusals: ho-tich-x", "ho-tich-x"),
        ("hours: {receive: 1, ", "hours: {recieve: 1, ", "recieve"),
        ("hours: {receive: 1, ", "hours: {receive: 0, ", "hours.receive"),
        ("steps: {check: ", "steps: {chek: ", "chek"),
        ("process: same-day\n", "process: same-day\nroles: {Tiếp nhận: receiver}\n", "roles.yaml"),
    ],
)
def test_a_mistake_in_what_it_names_stands_in_procedure_yaml(copy: Copy, old: str, new: str, words: str) -> None:
    line = change(copy, f"{COPY_OF_ORIGINAL}/procedure.yaml", old, new)
    mistake = only(copy, f"{COPY_OF_ORIGINAL}/procedure.yaml")
    assert words in f"{mistake.message} {mistake.remedy}"
    assert mistake.line in (line, line + 1)


def test_a_process_of_its_own_beside_a_shared_one_is_a_mistake(copy: Copy) -> None:
    (copy.root / COPY_OF_ORIGINAL / "process.bpmn").write_text((copy.root / SAME_DAY).read_text())
    assert "process.bpmn" in str(only(copy, f"{COPY_OF_ORIGINAL}/procedure.yaml").message)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("outcome = 'pass'", "outcome = 'passed'", "passed"),
        ("outcome = 'pass'", "outcome = 'pass' and document.copies > 1", "document.copies"),
        ('kind="check"', 'kind="muse"', "muse"),
        ('name="Thẩm định">', 'name="Soi xét">', "Soi xét"),
    ],
)
def test_a_mistake_in_a_shared_process_is_named_there_once_whoever_uses_it(
    copy: Copy, old: str, new: str, words: str
) -> None:
    line = change(copy, SAME_DAY, old, new)
    found = [m for m in said(copy) if words in m[2]]
    assert (SAME_DAY, line) in {(file, at) for file, at, _words in found} or old.startswith("kind")
    assert len(found) == len(set(found))


def test_a_shared_process_that_nothing_uses_is_checked_too(copy: Copy) -> None:
    folder = copy.root / "processes" / "alone"
    folder.mkdir()
    (folder / "process.bpmn").write_text((copy.root / SAME_DAY).read_text())
    (folder / "roles.yaml").write_text("Tiếp nhận: wizard\n")
    assert ("processes/alone/roles.yaml", 1, "Không có vai “wizard”.") in said(copy)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("on: 2025-09-15", "on: 2017-09-15", "15/09/2017"),
        ("on: 2025-09-15", "when: 2025-09-15", "when"),
        ("sex: female", "gender: female", "child.gender"),
        ("given_name: Dụ", "given_name: Dụ 2", "child.given_name"),
        ("birth_date: 2025-09-01", "birth_date: 2025-07-01", "within_60_days"),
        ("papers: [birth_paper]", "papers: [birth_certificate]", "birth_certificate"),
        ("papers: [birth_paper]", "papers: []", "birth_paper"),
        ("  within_60_days: {child", "  within_61_days: {child", "within_61_days"),
        ("{birth_date: 2025-07-16}", "{birth_date: 2025-07-17}", "đang vi phạm: —"),
        ("{birth_date: 2025-07-16}", "{birth_date: 2025-09-16}", "biểu mẫu chặn ở child.birth_date"),
        (
            "{mother_recorded: no, father_recorded: no}",
            "{mother_recorded: no, father_birth_date: 2013-02-11}",
            "father_old",
        ),
        ("supplement: {component: birth_paper", "supplement: {component: declaration", "declaration"),
        ("refusal: not_competent", "refusal: too_late", "too_late"),
        ("- Nguyễn Thí Dụ", "- Lê Thí Dụ", "Lê Thí Dụ"),
    ],
)
def test_a_wrong_example_is_named_with_its_remedy(copy: Copy, old: str, new: str, words: str) -> None:
    change(copy, EXAMPLES, old, new)
    found = copy.mistakes()
    assert {m.file for m in found} == {EXAMPLES}
    assert any(words in str(m.message) for m in found), list(map(str, found))
    assert all(m.remedy and m.line for m in found)


def test_a_procedure_without_examples_is_a_mistake(copy: Copy) -> None:
    (copy.root / EXAMPLES).unlink()
    assert only(copy, EXAMPLES).message


def test_a_rule_without_an_example_that_breaks_it_is_a_mistake(copy: Copy) -> None:
    change(copy, EXAMPLES, "  within_60_days: {child: {birth_date: 2025-07-16}}\n", "")
    assert "within_60_days" in str(only(copy, EXAMPLES).message)


def test_an_example_of_breaking_changes_the_accepted_filing_and_null_leaves_an_answer_out(copy: Copy) -> None:
    _spec, shown = examples(Pack(copy.root), "procedures/2.001035")
    assert "price" in shown.accepted["contract"]
    assert "price" not in shown.breaking("sale_has_a_price")["contract"]
    assert shown.breaking("sale_has_a_price")["applicant"] == shown.accepted["applicant"]
