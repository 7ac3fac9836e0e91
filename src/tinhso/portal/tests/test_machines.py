"""What search engines and researchers find at fixed addresses."""

import csv
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest
from django.test import Client

from tinhso.config import ROOT
from tinhso.kernel import clock
from tinhso.portal.pages.machines import NOT_FOR_ROBOTS

pytestmark = pytest.mark.django_db


def closes(path: str, route: str) -> bool:
    """As RFC 9309, 2.2.3 reads a rule: the beginning of an address, ``*`` for anything."""
    return fnmatchcase(route, f"{path}*")


def fields(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _colon, value in (line.partition(": ") for line in text.splitlines())]


def test_robots_leave_alone_what_is_somebody_s_own(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    said = fields(answer.content.decode())
    assert said[0] == ("User-agent", "*")
    closed = [path for name, path in said[1:] if name == "Disallow"]
    with (ROOT / "tests" / "route_table.csv").open() as file:
        routes = [row["route"] for row in csv.DictReader(file)]
    assert [path for path in closed if not any(closes(path, route) for route in routes)] == []
    assert not any("/thu-tuc".startswith(path) or "/kiem-tra".startswith(path) for path in closed)
    assert tuple(closed) == NOT_FOR_ROBOTS


def test_every_page_that_asks_a_visitor_to_sign_in_is_closed_to_robots() -> None:
    """Where the table sends a visitor without an account to the log-in."""
    with (ROOT / "tests" / "route_table.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["method"] == "GET" and row["anonymous"] == "302"]
    assert {row["route"] for row in rows if not any(closes(path, row["route"]) for path in NOT_FOR_ROBOTS)} == set()


def test_a_finder_of_a_hole_is_told_whom_to_tell(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACTS = ["mailto:an-toan@tinh.example.vn", "https://tinh.example.vn/bao-lo-hong"]
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = fields(answer.content.decode())
    assert [value for name, value in said if name == "Contact"] == settings.SECURITY_CONTACTS
    (expires,) = (value for name, value in said if name == "Expires")
    left = datetime.strptime(expires, "%Y-%m-%dT%H:%M:%S%z") - clock.real()
    assert timedelta() < left < timedelta(days=365)  # RFC 9116, 2.5.5
    assert ("Canonical", f"{settings.SITE_URL}/.well-known/security.txt") in said


def test_without_a_contact_there_is_no_such_file(client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
