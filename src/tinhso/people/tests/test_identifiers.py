"""Numbers of persons and organisations: the published vectors, and what a number says of its holder."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel.errors import Invalid
from tinhso.people.identifiers import PROVINCES, TAX_WEIGHTS, checked, passport, personal_number, tax_code
from tinhso.people.models import Sex


@pytest.mark.parametrize("number", ["091099000001", "091199000001", "091200000001", "091305000001"])
def test_numbers_of_valid_structure_are_read(number):
    assert personal_number(number).number == number


@pytest.mark.parametrize("number", ["91099000001", "0910990000012", "09109900000a", "", "٠٩١٠٩٩٠٠٠٠٠١", "003099000001"])
def test_numbers_of_wrong_structure_are_refused_with_a_sentence(number):
    with pytest.raises(Invalid) as refused:
        personal_number(number)
    assert "số" in str(refused.value.detail)


def test_a_number_tells_sex_and_year_of_birth():
    woman = personal_number("091 305 000 001")
    assert (woman.place, woman.sex, woman.birth_year) == (91, Sex.FEMALE, 2005)


def test_a_birth_year_that_contradicts_the_number_is_refused():
    with pytest.raises(Invalid):
        checked("cccd", "091099000001", birth_date=date(1998, 1, 1))


def test_a_sex_that_contradicts_the_number_is_refused():
    with pytest.raises(Invalid):
        checked("cccd", "091099000001", sex="female")


@given(st.sampled_from(sorted(PROVINCES)), st.integers(1900, 2099), st.sampled_from(Sex), st.integers(0, 999999))
def test_whatever_number_is_made_for_somebody_is_read_back_as_them(province, year, sex, rest):
    gender = 2 * ((year - 1900) // 100) + (sex == Sex.FEMALE)
    read = personal_number(f"{province:03}{gender}{year % 100:02}{rest:06}")
    assert (read.place, read.birth_year, read.sex) == (province, year, sex)


@pytest.mark.parametrize("code", ["0100233488", "0314409058-002", "0314409058002"])
def test_tax_codes_with_a_right_check_digit_are_read(code):
    assert tax_code(code).startswith(code[:10])


@pytest.mark.parametrize("code", ["0100233489", "010023348", "0314409058-000", "0314409058-02", "abc"])
def test_tax_codes_with_a_wrong_check_digit_or_shape_are_refused(code):
    with pytest.raises(Invalid):
        tax_code(code)


@given(st.text("0123456789", min_size=9, max_size=9))
def test_one_wrong_check_digit_is_always_found(start):
    right = 10 - sum(w * int(d) for w, d in zip(TAX_WEIGHTS, start, strict=True)) % 11
    for digit in range(10):
        if digit == right:
            assert tax_code(f"{start}{digit}") == f"{start}{digit}"
        else:
            with pytest.raises(Invalid):
                tax_code(f"{start}{digit}")


def test_old_cards_have_nine_digits_and_passports_letters():
    assert checked("cmnd", "371 234 567") == "371234567"
    assert passport("c1234567") == "C1234567"
    for kind, number in (("cmnd", "37123456"), ("passport", "C-123"), ("driving_licence", "1")):
        with pytest.raises(Invalid):
            checked(kind, number)
