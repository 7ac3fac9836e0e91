"""Every operation of the API against generated requests, good and bad, from a stranger and from an account.

Whatever is sent: no fault (5xx), the answer's type and shape are those of the description, refusals are problems.
"""

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tinhso.people.models import Account
from tinhso.project.wsgi import application

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
pytestmark = [pytest.mark.proof, pytest.mark.django_db]
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


ENDS = (signals.request_started, signals.request_finished)


def keep_open():
    """The server closes its connection after each request; here the test's transaction must outlive it."""
    for end in ENDS:
        end.disconnect(close_old_connections)


@pytest.fixture(autouse=True)
def _kept_open():
    keep_open()
    yield
    for end in ENDS:
        end.connect(close_old_connections)


@described.parametrize()
@EXAMPLES
def test_a_stranger_gets_an_answer_as_described(case):
    case.call_and_validate(checks=list(CHECKS))


@pytest.fixture
def token(client):
    """Of an account that only typed who it is: it may file, and sees nothing that the state holds."""
    account = Account(login="thu@example.vn", email="thu@example.vn", code="thu")
    account.set_password("mot-mat-khau-dai-2174")
    account.save()
    body = {"login": account.login, "password": "mot-mat-khau-dai-2174"}
    answer = client.post("/api/v1/sessions", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    keep_open()  # Django's test client has connected it again
    return answer.json()["token"]


@described.exclude(path_regex="/sessions").parametrize()
@EXAMPLES
def test_an_account_gets_an_answer_as_described(case, token):
    case.call_and_validate(checks=list(CHECKS), headers={"Authorization": f"Bearer {token}"})
