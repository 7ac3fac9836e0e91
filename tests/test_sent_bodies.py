"""What programs send is read strictly: a member that nobody knows is refused, not passed over."""

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
