"""The birth form: what a mother may type, and what she is told when it cannot be so."""

from datetime import date
from typing import Any

import pytest

from tinhso.kernel.expressions import parse
from tinhso.kernel.forms import validate
from tinhso.procedures.spec import ProcedureSpec

TODAY = date(2025, 9, 5)
CHILD = {
    "family_name": "Trần",
    "middle_name": "Minh",
    "given_name": "An",
    "birth_date": "2025-09-01",
    "sex": "female",
    "birth_place": "Trung tâm y tế đặc khu Kiên Hải",
    "birth_paper": "certificate",
    "ethnicity": "Kinh",
    "nationality": "Việt Nam",
    "home_place": "Đặc khu Kiên Hải, An Giang",
}
APPLICANT = {
    "relation": "mother",
    "full_name": "Trần Thị Mỹ Duyên",
    "birth_date": "1999-03-08",
    "id_kind": "cccd",
    "id_number": "091 199 000 123",
    "residence": "Ấp 1, Hòn Tre, Kiên Hải",
    "phone": "0912 345 678",
}
PARENTS = {
    "mother_recorded": "yes",
    "mother_name": "Trần Thị Mỹ Duyên",
    "mother_birth_date": "1999-03-08",
    "mother_ethnicity": "Kinh",
    "mother_nationality": "Việt Nam",
    "mother_residence": "Ấp 1, Hòn Tre, Kiên Hải",
    "father_recorded": "no",
}
WHOLE = {"applicant": APPLICANT, "child": CHILD, "parents": PARENTS}


def wrong(spec: ProcedureSpec, topic: str, **changed: Any) -> dict[str, str]:
    start = f"{topic}."
    messages = {k.removeprefix(start): v for k, v in spec.form.messages.items() if k.startswith(start)}
    data = {k: v for k, v in {**WHOLE[topic], **changed}.items() if v is not None}
    return validate(spec.form.topic(topic).schema, data, today=TODAY, messages=messages)


@pytest.mark.parametrize("topic", ["applicant", "child", "parents"])
def test_a_good_form_has_no_fault(birth: ProcedureSpec, topic: str) -> None:
    assert wrong(birth, topic) == {}


@pytest.mark.parametrize(
    ("topic", "field", "value", "sentence"),
    [
        ("child", "birth_date", "2025-09-06", "Ngày sinh phải trước hoặc đúng hôm nay, 05/09/2025"),
        ("child", "birth_date", "2025-02-30", "Không có ngày 30/02/2025. Xem lại ngày và tháng"),
        ("child", "given_name", None, "Ghi tên của trẻ"),
        ("child", "given_name", "An 2", "Tên không dùng số hay ký hiệu"),
        ("child", "given_name", "<script>", "Tên không dùng số hay ký hiệu"),
        ("child", "birth_paper", None, "Chọn loại giấy tờ về việc sinh mà bạn có"),
        ("applicant", "id_number", "09119900012", "Số căn cước có đúng 12 chữ số. Bạn hãy xem lại mặt trước của thẻ."),
        ("applicant", "phone", "không có", "Ghi số điện thoại bằng chữ số, ví dụ 0912 345 678"),
        ("parents", "mother_name", None, "Ghi họ, chữ đệm, tên của mẹ"),
        ("parents", "father_recorded", None, "Chọn ghi thông tin về cha"),
    ],
)
def test_each_fault_is_said_at_its_field(
    birth: ProcedureSpec, topic: str, field: str, value: str | None, sentence: str
) -> None:
    assert wrong(birth, topic, **{field: value}) == {f"/{field}": sentence}


@pytest.mark.parametrize("name", ["Y", "Ê Đê", "Nguyễn-Trần", "H'Mông", "Đặng", "ចន្ទ"])
def test_names_of_all_peoples_are_names(birth: ProcedureSpec, name: str) -> None:
    assert wrong(birth, "child", given_name=name) == {}


@pytest.mark.parametrize(
    ("rule", "changed", "met"),
    [
        ("within_60_days", {"child": {"birth_date": "2025-07-07"}}, True),
        ("within_60_days", {"child": {"birth_date": "2025-07-06"}}, False),
        ("mother_record_fits_relation", {"parents": {"mother_recorded": "no"}}, False),
        ("mother_old_enough", {"parents": {"mother_birth_date": "2014-03-08"}}, False),
        ("father_old_enough", {}, True),
        ("at_least_one_parent_unless_abandoned", {"parents": {"mother_recorded": "no"}}, False),
    ],
)
def test_rules_judge_as_their_articles_say(
    birth: ProcedureSpec, rule: str, changed: dict[str, dict[str, str]], met: bool
) -> None:
    facts = {topic: {**answers, **changed.get(topic, {})} for topic, answers in WHOLE.items()}
    found = next(r for r in birth.rules if r.id == rule)

    assert parse(found.expression).evaluate(facts, today=TODAY) is met


@pytest.mark.parametrize(
    ("paper", "asked"),
    [("certificate", {"birth_paper"}), ("witness", {"witness_statement"}), ("pledge", {"birth_pledge"})],
)
def test_papers_follow_the_answers(birth: ProcedureSpec, paper: str, asked: set[str]) -> None:
    facts = {**WHOLE, "child": {**CHILD, "birth_paper": paper}}

    assert {c.code for c in birth.components if c.kind == "file" and c.asked(facts)} == asked
