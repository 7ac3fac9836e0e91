"""Deny by default: every page, API operation and job wears a policy, and every policy was thought about.

`policy_table.csv` says for each policy who passes its guard (the check without a thing; actions check the thing
itself): one column a kind of actor. A new policy, or one that lets somebody else in, fails here until its row is
reviewed. The failure prints the row as the code has it.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tinhso.kernel.http.api import policy_of
from tinhso.kernel.jobs import every_job
from tinhso.kernel.policy import ANONYMOUS, SYSTEM, Actor, Grant, Policy, every_policy
from tinhso.people.models import Role
from tinhso.project.api import api

TABLE = Path(__file__).parent / "policy_table.csv"
ACCOUNT, PERSON, AGENCY = UUID(int=1), UUID(int=2), UUID(int=3)
NOBODY = "01890000-0000-7000-8000-000000000000"

ACTORS = {
    "anonymous": ANONYMOUS,
    "unverified": Actor(account=ACCOUNT),
    "verified": Actor(account=ACCOUNT, subject=PERSON, assured=True),
    **{str(role): Actor(account=ACCOUNT, grants=frozenset({Grant(str(role), AGENCY)}), strong=True) for role in Role},
    "house": SYSTEM,
}


def pages(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that is not an API operation, with what answers it."""
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern, address)
        elif getattr(pattern.callback, "__module__", "") != "ninja.operation":
            yield address, pattern


def operations() -> Iterator[tuple[str, str, Policy | None]]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, re.sub("/+", "/", f"/api/v1/{router.prefix}/{path}"), policy_of(operation)


def row_of(policy: Policy) -> dict[str, str]:
    """The row as the code has it."""
    return {"policy": policy.name} | {name: "x" if policy.allows(who) else "" for name, who in ACTORS.items()}


def reviewed() -> dict[str, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["policy"]: row for row in csv.DictReader(file)}


def filled(address: str) -> str:
    """The address with a value for each of its parameters: nobody's id."""
    address = re.sub(r"<int:[^>]+>|{[^}]*version}", "1", address.strip("^$"))
    return "/" + re.sub(r"<[^>]+>|{[^}]+}", NOBODY, address).lstrip("/")


def test_every_page_wears_a_policy():
    bare = [address for address, pattern in pages(get_resolver()) if not hasattr(pattern.callback, "policy")]
    assert bare == [], "put @guard(POLICY) on these views"


def test_every_api_operation_wears_a_policy():
    bare = [(method, path) for method, path, policy in operations() if policy is None]
    assert bare == [], "put @guard(POLICY) under the router's decorator"


def test_every_job_wears_a_policy():
    assert [job.name for job in every_job().values() if not isinstance(job.policy, Policy)] == []


@pytest.mark.parametrize("name", sorted(every_policy()))
def test_every_policy_was_reviewed(name):
    policy, table = every_policy()[name], reviewed()
    row = row_of(policy)
    assert name in table, f"review and add to {TABLE.name}: {','.join(row.values())}"
    assert {k: table[name][k] or "" for k in row} == row, f"review; the code says: {','.join(row.values())}"
    assert table[name]["why"], "say in a few words why these may pass"
    assert policy.allows(ANONYMOUS) is policy.public, "public=True and the rule must agree"


def test_the_table_names_no_policy_that_is_gone():
    assert set(reviewed()) - set(every_policy()) == set()


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "policy"), [o for o in operations() if o[2] and not o[2].public])
def test_a_stranger_is_turned_away_from_every_closed_operation(client, method, path, policy):
    answer = client.generic(method, filled(path), b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


CLOSED = [
    (address, method)
    for address, pattern in pages(get_resolver())
    if not getattr(getattr(pattern.callback, "policy", None), "public", True)
    for method in ("GET", "POST")
]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "method"), CLOSED)
def test_a_stranger_is_turned_away_from_every_closed_page(client, address, method):
    answer = client.generic(method, filled(address))
    to_login = answer.status_code == 302 and "/dang-nhap" in answer["Location"]
    assert to_login or answer.status_code in {401, 403, 404}, answer.status_code
