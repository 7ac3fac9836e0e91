"""The API's own description: OpenAPI 3.1, complete, committed, and the same as what is served."""

import json

import pytest

from tinhso.config import ROOT
from tinhso.project.api import api


def document():
    return json.loads(api.described)


def test_every_operation_documents_its_policy_and_its_refusals():
    described = document()
    assert described["openapi"].startswith("3.1")
    operations = [(p, m, o) for p, methods in described["paths"].items() for m, o in methods.items()]
    assert operations
    for path, method, operation in operations:
        refusals = {s for s, r in operation["responses"].items() if "application/problem+json" in r.get("content", {})}
        assert {"422", "500"} <= refusals, (path, method)
        assert operation.get("x-policy"), (path, method)
        assert operation["summary"], (path, method)


def test_the_committed_document_is_the_served_one():
    committed = json.loads((ROOT / "docs" / "openapi.json").read_text())
    assert committed == document(), "run `manage.py write_openapi` and commit docs/openapi.json"


def test_no_two_things_of_the_api_share_a_name():
    """Else the document describes one of them with the other's members."""
    seen = {}
    for _prefix, router in api._routers:
        operations = [one for view in router.path_operations.values() for one in view.operations]
        models = (m for one in operations for m in (*one.models, *one.response_models.values()))
        for model in (m for m in models if hasattr(m, "model_json_schema")):
            for name, described in model.model_json_schema().get("$defs", {}).items():
                assert seen.setdefault(name, described) == described, name


@pytest.mark.django_db
def test_anybody_may_read_the_document(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
