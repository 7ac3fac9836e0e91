"""Forms: faults become sentences at the right field, input becomes data that can be kept."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel.forms import required_now, tidy, validate

TODAY = date(2025, 5, 7)
SUITE = sorted((Path(__file__).parent / "json_schema").glob("*.json"))
CHILD = {
    "type": "object",
    "required": ["given_name", "sex", "birth_date"],
    "additionalProperties": False,
    "properties": {
        "given_name": {"title": "Tên của trẻ", "type": "string", "minLength": 1, "maxLength": 10},
        "sex": {"title": "Giới tính", "oneOf": [{"const": "male", "title": "Nam"}, {"const": "female", "title": "Nữ"}]},
        "birth_date": {"title": "Ngày sinh", "type": "string", "format": "date", "x-not-after": "today"},
        "weight": {"title": "Cân nặng", "type": "integer", "minimum": 300},
        "agreed": {"type": "boolean", "const": True},
    },
}


def _cases() -> list[Any]:
    found = []
    for path in SUITE:
        for group in json.loads(path.read_text()):
            if "Unicode property escape" in group["description"]:
                continue  # json_schema/README.md
            for case in group["tests"]:
                name = f"{path.stem}: {group['description']}: {case['description']}"
                found.append(pytest.param(group["schema"], case["data"], case["valid"], id=name))
    return found


@pytest.mark.parametrize(("schema", "data", "valid"), _cases())
def test_the_official_suite_of_draft_2020_12(schema: Any, data: Any, valid: bool) -> None:
    assert (validate(schema, data, today=TODAY) == {}) is valid


def test_a_missing_answer_is_asked_for_at_its_own_field() -> None:
    assert validate(CHILD, {}, today=TODAY) == {
        "/given_name": "Ghi tên của trẻ",
        "/sex": "Chọn giới tính",
        "/birth_date": "Ghi ngày sinh",
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("birth_date", "2025-05-08", "Ngày này phải trước hoặc đúng hôm nay, 07/05/2025"),
        ("birth_date", "2025-02-30", "Không có ngày 30/02/2025. Xem lại ngày và tháng"),
        ("birth_date", "25-02-03", "Ghi năm đủ 4 chữ số"),
        ("birth_date", "2025--03", "Ghi đủ ngày, tháng và năm"),
        ("birth_date", "2025-hai-03", "Ghi ngày, tháng, năm bằng chữ số"),
        ("given_name", "Nguyễn Văn Dài", "Ghi tối đa 10 ký tự"),
        ("given_name", "", "Ghi tên của trẻ"),
        ("given_name", 7, "Ghi bằng chữ"),
        ("sex", "other", "Chọn một trong các lựa chọn"),
        ("weight", 12, "Ghi số từ 300 trở lên"),
        ("weight", "ba cân", "Ghi bằng số nguyên"),
        ("agreed", False, "Chọn mục này để tiếp tục"),
        ("nickname", "Tí", "Biểu mẫu không có chỗ này. Bỏ đi"),
    ],
)
def test_each_fault_says_what_to_do(field: str, value: Any, sentence: str) -> None:
    good = {"given_name": "An", "sex": "male", "birth_date": "2025-04-29"}

    assert validate(CHILD, {**good, field: value}, today=TODAY) == {f"/{field}": sentence}


def test_the_author_of_a_form_has_the_last_word() -> None:
    written = {"birth_date/x-not-after": "{title} không thể sau {today}", "sex": "Trai hay gái?"}

    said = validate(CHILD, {"given_name": "An", "birth_date": "2026-01-01"}, today=TODAY, messages=written)

    assert said == {"/birth_date": "Ngày sinh không thể sau 07/05/2025", "/sex": "Trai hay gái?"}


def test_schemas_of_two_days_do_not_mix() -> None:
    data = {"given_name": "An", "sex": "male", "birth_date": "2025-05-07"}

    assert validate(CHILD, data, today=TODAY) == {}
    assert validate(CHILD, data, today=date(2025, 5, 6)) != {}
    assert validate(CHILD, data, today=TODAY) == {}


def test_what_is_asked_for_follows_the_answers() -> None:
    schema = {
        "required": ["known"],
        "allOf": [
            {
                "if": {"properties": {"known": {"const": "yes"}}, "required": ["known"]},
                "then": {"required": ["name"]},
                "else": {"required": ["why"]},
            }
        ],
    }

    assert required_now(schema, {"known": "yes"}) == {"known", "name"}
    assert required_now(schema, {"known": "no"}) == {"known", "why"}


@pytest.mark.parametrize("bad", ["\x00", "\ufffd", "\u202e", "\x1b"])
def test_unreadable_characters_are_named_and_nothing_else_is_lost(bad: str) -> None:
    cleaned = tidy({"name": f"Lê {bad}An"})

    assert cleaned.data == {"name": "Lê An"}
    assert "ký tự không đọc được" in cleaned.errors["/name"]


def test_data_from_the_api_is_made_clean_the_same_way() -> None:
    cleaned = tidy({"child": {"name": "Lê \ud800 An", "tags": ["a\ufffd"]}, "n": 3})

    assert cleaned.data == {"child": {"name": "Lê An", "tags": ["a"]}, "n": 3}
    assert set(cleaned.errors) == {"/child/name", "/child/tags/0"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_whatever_comes_can_be_kept(data: Any) -> None:
    kept = tidy(data).data

    assert "\\u0000" not in json.dumps(kept)
    json.dumps(kept, ensure_ascii=False).encode()  # no lone surrogates


@given(json_values)
def test_whatever_comes_is_judged_without_a_fault(data: Any) -> None:
    said = validate(CHILD, data, today=TODAY)

    assert all(isinstance(sentence, str) and sentence for sentence in said.values())
