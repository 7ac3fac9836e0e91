"""Each kind of mistake in a procedure's files is named with its file, its line and what to do."""

import pytest

from tinhso.kernel.packs import Pack
from tinhso.procedures.pack import check
from tinhso.procedures.tests.conftest import BIRTH, PACK, Copy

SCHEMA, LAYOUT, PROCESS, RULES = "form.schema.json", "form.layout.yaml", "process.bpmn", "rules.yaml"
PROCEDURE, MESSAGES, REFUSALS, BOOK, RESULT = (
    "procedure.yaml",
    "messages.yaml",
    "refusals.yaml",
    "book.yaml",
    "result.html",
)
END, CLOSE = '<bpmn:endEvent id="refused"', "</bpmn:process>"
SCRIPT = "<bpmn:scriptTask id='s'><bpmn:script>import os</bpmn:script></bpmn:scriptTask>"
TIMER = (
    "<bpmn:boundaryEvent id='b' attachedToRef='check'><bpmn:timerEventDefinition>"
    "<bpmn:timeDuration>__import__('os')</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)
LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>exit()</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
IN_STEP = '<bpmn:userTask id="check" name="Thẩm định hồ sơ">'


def test_the_pack_as_it_stands_has_no_mistake() -> None:
    assert check(Pack(PACK)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "offset"),
    [
        # the form
        (SCHEMA, '"$schema": "https://json-schema.org/draft/2020-12/schema",', "", "2020-12", -1),
        (SCHEMA, '"type": "string", "minLength": 2', '"type": "strong", "minLength": 2', "Không phải JSON Schema", 0),
        (SCHEMA, '"minLength": 5, "maxLength": 300', '"minLength": 5', "độ dài tối đa", 0),
        (SCHEMA, '"format": "email"', '"format": "e-mail"', "không biết dạng", 0),
        (SCHEMA, '"maxLength": 18, "pattern": "^', '"maxLength": 18, "pattern": "(^', "Không phải JSON Schema", 0),
        (SCHEMA, '"maxLength": 18, "pattern": "^', '"maxLength": 18, "pattern": "(a+)+^', "rất lâu", 0),
        (SCHEMA, '"title": "Nơi sinh"', '"title": "Nơi sinh", "$ref": "https://x.vn/a"', "ra ngoài tệp", 0),
        (LAYOUT, "{name: birth_place, kind: text", "{name: place_of_birth, kind: text", "place_of_birth", 0),
        (LAYOUT, "{name: birth_place, kind: text", "{name: version, kind: text", "của chính trang điền", 0),
        (LAYOUT, "{name: sex, kind: radio}", "{name: sex, kind: date}", "không hợp với kiểu dữ liệu", 0),
        (LAYOUT, "{name: sex, kind: radio}", "{name: sex, kind: magic}", "chưa đúng", 0),
        (LAYOUT, "key: person.full_name", "key: person.salary", "person.salary", 0),
        (LAYOUT, "field: applicant.full_name", "field: applicant.nick", "applicant.nick", 0),
        (LAYOUT, "parents.mother_recorded != 'no'", "parents.mother_recorded !! 'no'", "Không hiểu", 0),
        (LAYOUT, "- name: child", "- name: kid", "kid", 0),
        (MESSAGES, "child.sex/required", "child.gender/required", "child.gender", 0),
        # facts
        (RULES, "days_between(child.birth_date, today())", "days_between(child.birth_date, now())", "Không có hàm", 0),
        (RULES, "days_between(child.birth_date, today()) <= 60", "__import__('os').system('id')", "__import__", 0),
        (RULES, "days_between(child.birth_date, today()) <= 60", "kid.birth_date <= today()", "kid.birth_date", 0),
        (RULES, "field: child.birth_date", "field: child.born", "child.born", 0),
        (RULES, "- id: mother_old_enough", "- id: within_60_days", "2 lần", 0),
        (RULES, "severity: warning", "severity: loud", "chưa đúng", 0),
        (REFUSALS, '\n  source: "Luật Hộ tịch 60/2014/QH13 Điều 13"', "", "không có nguồn", -1),
        (PROCEDURE, ', source: "Luật Hộ tịch 60/2014/QH13 Điều 13"}', "}", "không có nguồn", 0),
        (PROCEDURE, "agency_level: commune", "agency_level: village", "agency_level", 0),
        (PROCEDURE, "child.birth_paper = 'certificate'", "child.birth_paper = ", "Thiếu một giá trị", 0),
        (PROCEDURE, "- code: birth_paper", "- code: declaration", "2 lần", 0),
        (PROCEDURE, "valid_to: 2025-06-30", "valid_to: 2017-06-30", "hết hiệu lực", 0),
        (PROCEDURE, "valid_to: 2025-06-30", "valid_to: 2025-07-01", "cùng có hiệu lực", None),
        (PROCEDURE, "valid_from: 2018-06-21", "valid_from: soon", "bắt đầu hiệu lực", 0),
        (PROCEDURE, "[child.family_name, ", "[child.surname, ", "child.surname", 0),
        (PROCEDURE, "Thẩm định: specialist", "Thẩm định: wizard", "wizard", 0),
        (BOOK, '"{n:02}/{year}"', '"{n.__class__}"', "không dùng được", 0),
        (BOOK, '"{n:02}/{year}"', '"{n}"', "sẽ trùng", 0),
        # the process
        (PROCESS, IN_STEP, IN_STEP.replace('"Thẩm định hồ sơ"', '""'), "không có tên", 0),
        (PROCESS, 'name="Thẩm định">', 'name="Soi xét">', "Soi xét", 0),
        (PROCESS, "<bpmn:flowNodeRef>check</bpmn:flowNodeRef>", "", "không ở làn nào", None),
        (PROCESS, 'kind="check" hours="2"', 'kind="muse" hours="2"', "muse", None),
        (PROCESS, 'kind="check" hours="2"', 'kind="check" hours="soon"', "số nguyên dương", None),
        (PROCESS, '<tinhso:outcome name="pass" title="Đạt" />', "", "pass", None),
        (PROCESS, "outcome = 'pass'", "outcome = 'passed'", "passed", None),
        (PROCESS, "outcome = 'pass'", "open('/etc/passwd').read()", "Không hiểu", None),
        (PROCESS, "outcome = 'pass'", "outcome = 'pass' and child.shoe = 1", "child.shoe", None),
        (PROCESS, 'targetRef="propose"', 'targetRef="dream"', "dream", None),
        (PROCESS, END, '<bpmn:startEvent id="again" />' + END, "2 chỗ bắt đầu", None),
        (PROCESS, 'targetRef="returned"', 'targetRef="seal_return"', "không có đường tới kết thúc", None),
        (PROCESS, CLOSE, SCRIPT + CLOSE, "scriptTask", 0),
        (PROCESS, CLOSE, "<bpmn:serviceTask id='s'/>" + CLOSE, "serviceTask", 0),
        (PROCESS, CLOSE, "<bpmn:callActivity id='s' calledElement='x'/>" + CLOSE, "callActivity", 0),
        (PROCESS, CLOSE, TIMER + CLOSE, "boundaryEvent", 0),
        (PROCESS, "</bpmn:userTask>", LOOP + "</bpmn:userTask>", "multiInstance", 0),
        (PROCESS, "</bpmn:definitions>", "", "Không phải XML", None),
        # the result
        (RESULT, "{{ words.child.sex }}", "{{ words.child.gender }}", "words.child.gender", 0),
        (RESULT, "{{ agency.name }}", "{{ agency.secret }}", "agency.secret", 0),
        (RESULT, "{{ words.child.sex }}", "{% load static %}", "load", 0),
        (RESULT, "{{ words.child.sex }}", "{{ words.child.sex|safe }}", "safe", 0),
        (RESULT, "{{ words.child.sex }}", "{% autoescape off %}{% endautoescape %}", "autoescape", 0),
        (RESULT, "{{ words.child.sex }}", '{% include "../../secrets/django" %}', "Không được lấy mẫu", 0),
        (RESULT, 'extends "print/official.html"', "extends words.child.sex", "Không được lấy mẫu", 0),
        (RESULT, "{{ words.child.sex }}", "{{ settings.SECRET_KEY }}", "settings", 0),
        (RESULT, "{% endif %}", "", "sai cú pháp", None),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_remedy(
    copy: Copy, file: str, old: str, new: str, said: str, offset: int | None
) -> None:
    line = copy.change(file, old, new)

    found = copy.mistakes()

    named = [m for m in found if said in f"{m.message} {m.remedy}"]
    assert named, [str(m) for m in found]
    assert all(m.remedy for m in found)
    if offset is not None:
        assert (f"{BIRTH}/{file}", line + offset) in {(m.file, m.line) for m in named}, [str(m) for m in named]


def test_entities_and_dtds_are_refused(copy: Copy) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    copy.write(PROCESS, copy.text(PROCESS).replace("?>\n", f"?>\n{bomb}\n", 1).replace("Thẩm định hồ sơ", "&a;"))

    found = copy.mistakes()

    assert found
    assert not any("root:" in str(m) for m in found)


@pytest.mark.parametrize("name", [PROCEDURE, SCHEMA, PROCESS, RESULT])
def test_a_missing_file_is_named(copy: Copy, name: str) -> None:
    (copy.root / BIRTH / name).unlink()

    assert [m.file for m in copy.mistakes()] == [f"{BIRTH}/{name}"]


def test_what_only_one_version_says_is_checked_where_it_stands(copy: Copy) -> None:
    own = "    fee: {text: Không thu, source: Nghị quyết}\n    who: [{text: Ai cũng được}]\n"
    copy.write(PROCEDURE, copy.text(PROCEDURE) + own)

    (mistake,) = copy.mistakes()

    assert mistake.line == copy.text(PROCEDURE).count("\n")
    assert "không có nguồn" in str(mistake.message)


def test_broken_json_is_named_with_its_line(copy: Copy) -> None:
    copy.write(SCHEMA, copy.text(SCHEMA).replace('"type": "object",', '"type": "object"', 1))

    (mistake,) = copy.mistakes()

    assert mistake.file == f"{BIRTH}/{SCHEMA}"
    assert mistake.line == 5


def test_broken_yaml_is_named_with_its_line(copy: Copy) -> None:
    line = copy.change(RULES, "- id: within_60_days", "- id: [")

    assert {m.file for m in copy.mistakes()} == {f"{BIRTH}/{RULES}"}
    assert line > 1


def test_an_id_used_twice_is_named_before_a_drawing_program_drops_the_element(copy: Copy) -> None:
    drawing = copy.text(PROCESS)
    copy.write(PROCESS, drawing.replace('id="propose"', 'id="check"', 1))

    (mistake,) = copy.mistakes()

    assert mistake.file.endswith(PROCESS)
    assert "“check”" in str(mistake.message)


@pytest.mark.parametrize(
    ("lane", "role", "step"),
    [
        ("Lãnh đạo ký", "receiver", "sign"),
        ("Tiếp nhận", "applicant", "receive"),
        ("Người nộp hồ sơ", "clerk", "supplement"),
    ],
)
def test_a_step_lies_with_who_may_do_it(copy: Copy, lane: str, role: str, step: str) -> None:
    was = {"Lãnh đạo ký": "leader", "Tiếp nhận": "receiver", "Người nộp hồ sơ": "applicant"}[lane]
    copy.change(PROCEDURE, f"{lane}: {was}", f"{lane}: {role}")

    found = copy.mistakes()

    assert found
    assert all(f"“{step}”" in str(m.message) and role in str(m.message) for m in found)
