"""Every stored field says how protected it is; masks and logs follow."""

import pytest

from tinhso.kernel.classes import FieldClass, class_of, declare, mask, undeclared
from tinhso.kernel.ids import new_id
from tinhso.kernel.scrubbing import drop_personal


def test_every_field_of_the_house_has_a_class() -> None:
    assert undeclared() == []


def test_keys_are_internal_by_nature() -> None:
    assert class_of("kernel.StoredFile", "blob") is FieldClass.INTERNAL
    assert class_of("kernel.StoredFile", "name") is FieldClass.PERSONAL


def test_a_field_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        declare("kernel.StoredFile", name=FieldClass.PUBLIC)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("Nguyễn Thị Hoa", FieldClass.PERSONAL, "N••• T••• H•••"),
        ("091203000123", FieldClass.PERSONAL, "•••••123"),
        ("2022-09-05", FieldClass.PERSONAL, "•••••"),
        ("12", FieldClass.PERSONAL, "•••••"),
        ("Kinh", FieldClass.SENSITIVE, "•••••"),
        ("", FieldClass.SENSITIVE, ""),
        (None, FieldClass.PERSONAL, ""),
        ("Hòn Tre", FieldClass.PUBLIC, "Hòn Tre"),
    ],
)
def test_a_mask_shows_no_more_than_the_class_allows(value: object, kind: FieldClass, shown: str) -> None:
    assert mask(value, kind) == shown


def test_logs_drop_personal_fields_and_mask_numbers() -> None:
    request, thing = str(new_id()), str(new_id())
    line = {
        "event": "no person 091203000123, lan.tran@example.vn, 0912345678",
        "request_id": request,
        "thing": thing,
        "actor_name": "Nguyễn Thị Hoa",
        "count": 3,
    }
    assert drop_personal(None, "info", line) == {
        "event": "no person •••, •••, •••",
        "request_id": request,
        "thing": thing,
        "count": 3,
    }
