"""Every operation of the API against generated requests, good and bad, from a stranger and from each role.

Whatever is sent: no fault (5xx), the answer's type and shape are those of the description, refusals are problems.
Generated ids find nothing; so where an id is well formed, one of a thing that is there takes its place.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.reach.actors import MONDAY
from tests.reach.world import World
from tinhso.kernel import clock
from tinhso.project.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = (
    *("anonymous", "unverified", "owner", "receiver", "specialist", "leader", "clerk"),
    *("agency_admin", "province_admin", "auditor"),
)
described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
pytestmark = pytest.mark.proof
EXAMPLES = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
ENDS = (signals.request_started, signals.request_finished)


@pytest.fixture
def taken_back(world: World) -> Iterator[World]:
    """The world, within a transaction that outlives each request and is taken back after the operation."""
    for end in ENDS:
        end.disconnect(close_old_connections)  # the server closes its connection after each request
    with clock.pinned(MONDAY), transaction.atomic():
        yield world
        transaction.set_rollback(True)
    for end in ENDS:
        end.connect(close_old_connections)


def _there(case: schemathesis.Case, world: World) -> None:
    """Well-formed ids become those of things that are there, and half of the versions the true one."""
    for name, value in (case.path_parameters or {}).items():
        thing = world.things["sent"] if name == "dossier_id" else world.things.get(name)
        if thing is not None and _is_uuid(value):
            case.path_parameters[name] = str(thing)
    match = (case.headers or {}).get("If-Match")
    if match is not None and len(match) % 2 and "dossier_id" in (case.path_parameters or {}):
        case.headers["If-Match"] = f'"{world.version(world.things["sent"])}"'


def _is_uuid(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@pytest.mark.parametrize("role", ROLES)
@described.exclude(path_regex="/sessions/current").parametrize()
@EXAMPLES
def test_each_role_gets_an_answer_as_described(case: schemathesis.Case, role: str, taken_back: World) -> None:
    token = taken_back.token(role)
    _there(case, taken_back)
    case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {token}"} if token else None)
