"""The pack against the decision's own text, which is parsed here by other means than the pack's reader."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from tests.packs import KIEN_GIANG, without_procedures

from tinhso.indicators.models import Owner, Target, Undertaking
from tinhso.kernel.packs import Pack, check_pack
from tinhso.places.models import Agency

STRATEGY = KIEN_GIANG / "strategy"


def bullets() -> dict[str, list[str]]:
    """Clause → its bullets, straight from the text: "II.1.1" … "III.10", "2.1" …"""
    text = (STRATEGY / "decision.txt").read_bytes().decode("utf-8")
    parts = {
        "II": text.split("II. MỤC TIÊU\n", 1)[1].split("III. NHIỆM VỤ TRỌNG TÂM\n", 1)[0],
        "III": text.split("III. NHIỆM VỤ TRỌNG TÂM\n", 1)[1].split("Điều 2. ", 1)[0],
        "2": text.split("Điều 2. ", 1)[1].split("Điều 3. ", 1)[0],
    }
    found: dict[str, list[str]] = {}
    for part, body in parts.items():
        clause = part
        for line in body.split("\n"):
            numbered = re.match(r"([0-9]+(?:\.[0-9]+)?)\. ", line)
            if numbered:
                clause = f"{part}.{numbered[1]}"
            elif line.startswith("- "):
                found.setdefault(clause, []).append(line[2:].strip())
    return found


def read(name: str) -> list[dict]:
    return yaml.safe_load((STRATEGY / name).read_text(encoding="utf-8"))


def test_the_decision_has_43_sentences_of_targets_68_tasks_and_11_duties() -> None:
    counted = Counter(clause.split(".")[0] for clause, lines in bullets().items() for _line in lines)
    assert counted == {"II": 43, "III": 68, "2": 11}


def test_every_sentence_of_part_two_is_in_the_pack_byte_for_byte_and_in_order() -> None:
    written: dict[str, list[str]] = {}
    for bullet in read("targets.yaml"):
        written.setdefault(bullet["clause"], []).append(bullet["sentence"])
        assert bullet["bullet"] == len(written[bullet["clause"]])
    assert written == {clause: lines for clause, lines in bullets().items() if clause.startswith("II.")}


@pytest.mark.parametrize(("name", "part"), [("tasks.yaml", "III."), ("duties.yaml", "2.")])
def test_every_task_and_duty_is_in_the_pack_byte_for_byte_and_in_order(name: str, part: str) -> None:
    written: dict[str, list[str]] = {}
    for line in read(name):
        written.setdefault(line["clause"], []).append(line["sentence"])
        assert line["id"] == f"{line['clause']}-{len(written[line['clause']])}"
    assert written == {clause: lines for clause, lines in bullets().items() if clause.startswith(part)}


#: Numbers in the sentences that are no aims: ages.
NO_AIM = r"từ 15 tuổi"


def test_every_number_of_a_sentence_is_one_target_with_its_own_value_and_direction() -> None:
    for bullet in read("targets.yaml"):
        text = re.sub(NO_AIM, "", bullet["sentence"])
        aims = [float(number) for number in re.findall(r"([0-9]+) ?%", text)]
        assert [float(target["value"]) for target in bullet["targets"]] == aims, bullet["sentence"]
        for target in bullet["targets"]:
            assert target["part"] in bullet["sentence"]
            assert re.search(rf"(?<![0-9]){target['value']} ?%", target["part"])
            above = bool(re.search(rf"trên {target['value']}%", target["part"]))
            assert target["direction"] == ("above" if above else "at_least")


def test_the_year_is_the_one_of_the_heading() -> None:
    for bullet in read("targets.yaml"):
        assert bullet["year"] == {"1": 2025, "2": 2030}[bullet["clause"].split(".")[1]]


def test_an_owner_is_named_only_where_the_decision_names_an_agency() -> None:
    assert all("owner" not in target for bullet in read("targets.yaml") for target in bullet["targets"])
    owned = {line["id"]: line["owner"]["name"] for line in read("tasks.yaml") if "owner" in line}
    assert owned == {"III.6-2": "Trung tâm Công nghệ thông tin và Truyền thông tỉnh Kiên Giang"}
    headings = yaml.safe_load((STRATEGY / "headings.yaml").read_text(encoding="utf-8"))
    text = (STRATEGY / "decision.txt").read_text(encoding="utf-8")
    for duty in read("duties.yaml"):
        assert duty["owner"]["name"] == headings[duty["clause"]]
        assert f"\n{duty['clause'].split('.')[1]}. {duty['owner']['name']}\n" in text


@pytest.mark.django_db
def test_the_database_holds_what_the_pack_says() -> None:
    assert list(Target.objects.order_by("position").values_list("sentence", flat=True).distinct("position")) == [
        bullet["sentence"] for bullet in read("targets.yaml") for _target in bullet["targets"]
    ]
    kinds = Counter(Undertaking.objects.values_list("kind", flat=True))
    assert kinds == {"task": 68, "duty": 11}
    assert Target.objects.count() == 50


@pytest.mark.django_db
def test_the_sixth_duty_belongs_to_every_department_and_district_of_the_decisions_day() -> None:
    charged = set(Owner.objects.filter(undertaking__key="2.6-1").values_list("agency__code", flat=True))
    departments = {f"H33.{number:02}" for number in range(1, 6)}
    districts = set(
        Agency.objects.filter(kind="district_committee", valid_from="2022-08-26").values_list("code", flat=True)
    )
    assert len(districts) == 15
    assert charged == departments | districts


def changed(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    """The mistakes of the pack with one change in one file of its strategy."""
    copy = without_procedures(tmp_path / "pack")
    place = copy / "strategy" / file
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(mistake) for mistake in check_pack(copy)]


def test_the_pack_as_it_is_has_no_mistake() -> None:
    assert check_pack(Pack(STRATEGY.parent).root) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        ("targets.yaml", "Tỷ trọng kinh tế số đạt 20% GDP;", "Tỷ trọng kinh tế số đạt 21% GDP;", True, "đúng từng chữ"),
        ("targets.yaml", 'id: "II.1.1-1b"', 'id: "II.1.1-1a"', True, "đã dùng"),
        ("targets.yaml", "measure: dossiers.satisfied", "measure: dossiers.happy", True, "dossiers.happy"),
        ("targets.yaml", "direction: at_least", "direction: roughly", True, "direction"),
        ("targets.yaml", "value: 80", "value: tám mươi", True, "value"),
        ("tasks.yaml", "Xây dựng Kiến trúc ICT", "Xây  dựng Kiến trúc ICT", True, "đúng từng chữ"),
        ("duties.yaml", 'agencies: ["03"]', 'agencies: ["0303"]', True, "0303"),
        ("duties.yaml", 'name: "Sở Nội vụ"', 'name: "Sở Ngoại vụ"', True, "Sở Ngoại vụ"),
        ("headings.yaml", '"III.4": ', '"III.44": ', False, "III.4"),
        ("strategy.yaml", 'source: "', 'sauce: "', True, "sauce"),
    ],
)
def test_a_mistake_is_named_with_its_file_its_line_and_what_to_do(
    tmp_path: Path, file: str, old: str, new: str, line: bool, words: str
) -> None:
    found = changed(tmp_path, file, old, new)
    assert found
    assert any(words in mistake and " — " in mistake for mistake in found), found
    if line:
        assert any(re.match(rf"strategy/{re.escape(file)}:[1-9]", mistake) for mistake in found), found
