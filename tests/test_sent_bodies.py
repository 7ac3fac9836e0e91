"""What programs send is read strictly: a member that nobody knows is refused, not passed over."""

import pytest
from pydantic import ValidationError

from tinhso.dossiers.api.schemas import NewFee, NewPoint
from tinhso.kernel.api import RetryIn
from tinhso.project.api import api


def test_every_json_body_refuses_unknown_members() -> None:
    told = api.get_openapi_schema()
    lax, strict = set(), 0
    for path, acts in told["paths"].items():
        for verb, act in acts.items():
            asked = act.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            named = asked.get("$ref", "").rpartition("/")[2]
            if not named:
                continue
            if told["components"]["schemas"][named].get("additionalProperties") is False:
                strict += 1
            else:
                lax.add(f"{verb} {path}: {named}")
    assert strict > 60
    assert not lax


def test_true_is_no_number() -> None:
    """Pydantic would read it as 1: a fee of one đồng that nobody meant."""
    assert NewFee(amount=20_000, reason="Lệ phí").amount == 20_000
    for wrong in (True, False):
        with pytest.raises(ValidationError):
            NewFee(amount=wrong, reason="Lệ phí")
        with pytest.raises(ValidationError):
            NewPoint(text="x", number=wrong)
        with pytest.raises(ValidationError):
            RetryIn(jobs=[1, wrong])
