"""What a wrong password costs says nothing of the account."""

from typing import Any

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher, check_password

from tinhso.people.hashing import Scrypt
from tinhso.people.importing import WORK
from tinhso.people.tests.conftest import FULL


@pytest.mark.parametrize(("cost", "spent"), [(WORK, [WORK, FULL]), (FULL, [FULL])])
def test_a_wrong_password_costs_the_full_work_however_the_right_one_is_hashed(
    cost: int, spent: list[int], monkeypatch: pytest.MonkeyPatch, full_cost: None
) -> None:
    kept, seen = Scrypt().encode("mật khẩu đầu", "muoi", n=cost), list[int]()

    def counted(self: Any, password: str, salt: str, n: int | None = None, *more: Any, **named: Any) -> str:
        seen.append(n or self.work_factor)
        return "scrypt$16384$muoi$8$5$"

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    assert not check_password("một lần đoán", kept)
    assert seen == spent
