"""The certificate is filled from the form, escaped, and says what it does not know."""

from datetime import date
from typing import Any

import pytest

from tinhso.procedures import results
from tinhso.procedures.filling import suggested, words
from tinhso.procedures.spec import ProcedureSpec

FACTS = {
    "agency": {"name": "Ủy ban nhân dân đặc khu Kiên Hải", "parent_name": "", "place": "Kiên Hải"},
    "result": {"number": "05/2025", "date": "05/09/2025", "day": "05", "month": "09", "year": "2025"},
    "signer": {"authority": "KT. CHỦ TỊCH", "position": "PHÓ CHỦ TỊCH", "name": "Trần Văn Bình"},
}


@pytest.fixture
def form() -> dict[str, Any]:
    mother = {"mother_recorded": "yes", "mother_name": "Lê Thị Mỹ", "mother_birth_date": "1999-01-02"}
    return {
        "applicant": {"relation": "mother", "full_name": "Lê Thị Mỹ", "id_kind": "cccd", "id_number": "091199000001"},
        "child": {"family_name": "Lê", "given_name": "An", "birth_date": "2025-09-01", "sex": "female"},
        "parents": {**mother, "father_recorded": "no", "father_name": "Người Đã Bỏ Chọn"},
    }


def test_the_certificate_says_what_the_form_says(birth: ProcedureSpec, form: dict[str, Any]) -> None:
    page = results.render(birth, form, FACTS, sample=False)

    for said in ("01/09/2025", "Nữ", "Lê Thị Mỹ", "1999", "05/2025", "KT. CHỦ TỊCH", "Sổ đăng ký khai sinh"):
        assert said in page
    assert "DỮ LIỆU MẪU" not in page


def test_the_personal_number_is_never_invented(birth: ProcedureSpec, form: dict[str, Any]) -> None:
    assert "chờ cấp" in results.render(birth, form, FACTS, sample=False)


def test_an_unverified_form_says_so_on_paper(birth: ProcedureSpec, form: dict[str, Any]) -> None:
    assert "chưa đối chiếu mẫu ban hành" in results.render(birth, form, FACTS, sample=False)


def test_an_answer_that_is_no_longer_asked_for_is_not_printed(birth: ProcedureSpec, form: dict[str, Any]) -> None:
    assert "Người Đã Bỏ Chọn" not in results.render(birth, form, FACTS, sample=False)


def test_sample_data_is_marked(birth: ProcedureSpec, form: dict[str, Any]) -> None:
    assert "DỮ LIỆU MẪU" in results.render(birth, form, FACTS, sample=True)


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "{% load x %}{{ settings }}", "' OR 1=1 --", "</td>"])
def test_what_people_type_is_only_text(birth: ProcedureSpec, form: dict[str, Any], evil: str) -> None:
    form["child"]["given_name"] = evil

    page = results.render(birth, form, FACTS, sample=False)

    assert "<script>" not in page
    assert evil.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in page


@pytest.mark.parametrize(("n", "printed"), [(1, "01/2025"), (99, "99/2025"), (1234, "1234/2025")])
def test_the_book_numbers_by_year(birth: ProcedureSpec, n: int, printed: str) -> None:
    assert results.number(birth, n, date(2025, 9, 5)) == printed


def test_answers_in_words(birth: ProcedureSpec, form: dict[str, Any]) -> None:
    said = words(birth, form)

    assert said["child"]["birth_date"] == "01/09/2025"
    assert said["applicant"]["relation"] == "Mẹ"
    assert said["child"]["middle_name"] == ""
    assert said["applicant"]["receipt_wanted"] == "Không"
    assert "father_name" not in said["parents"]


@pytest.mark.parametrize(("relation", "field"), [("mother", "mother_name"), ("father", "father_name")])
def test_a_parent_who_applies_is_not_asked_twice(birth: ProcedureSpec, relation: str, field: str) -> None:
    data = {"applicant": {"relation": relation, "full_name": "Lê Văn Minh"}}

    assert suggested(birth.form.topic("parents"), data) == {field: "Lê Văn Minh"}


def test_a_grandparent_is_no_parent(birth: ProcedureSpec) -> None:
    data = {"applicant": {"relation": "grandparent", "full_name": "Lê Văn Minh"}}

    assert suggested(birth.form.topic("parents"), data) == {}


def test_an_answer_given_is_not_replaced(birth: ProcedureSpec) -> None:
    data = {"applicant": {"relation": "mother", "full_name": "A B"}, "parents": {"mother_name": "C D"}}

    assert suggested(birth.form.topic("parents"), data) == {}
