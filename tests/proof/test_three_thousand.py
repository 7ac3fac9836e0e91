"""A whole province's officials come from one Excel file, each at the own agency in the own role, and go again."""

from collections import Counter

import httpx
import pytest

from tests.live import Live
from tests.three_thousand import LINES, ROLES, Administrator, listed, workbook

pytestmark = pytest.mark.proof


def test_three_thousand_lines_are_three_thousand_officials_as_the_file_says(live: Live) -> None:
    with httpx.Client(base_url=live.url, timeout=60) as http, live.connect() as database:
        admin = Administrator(http)
        admin.enter(live.accounts["tinh.quantri"])
        rows = listed(admin.agencies())
        assert len({row.agency for row in rows}) > 40, "they would all sit in a few agencies"
        before = database.execute("SELECT count(*) FROM people_official").fetchone()

        admin.send(workbook(rows))
        checked = admin.becomes("ready")
        assert checked["counts"]["new"] == LINES
        during = database.execute("SELECT count(*) FROM people_official").fetchone()
        assert during == before, "checking alone changed something"
        admin.press("nhap")
        admin.becomes("done")

        made = database.execute(
            "SELECT a.login, o.full_name, g.code, p.role FROM people_official o JOIN people_account a "
            "ON a.id = o.account_id JOIN people_post p ON p.official_id = o.id JOIN places_agency g "
            "ON g.id = p.agency_id WHERE a.login LIKE 'danh.sach%' ORDER BY a.login"
        ).fetchall()
        assert made == [(row.login, row.name, row.agency, ROLES[row.role]) for row in rows]
        roles = Counter(role for *_rest, role in made)
        assert roles == dict.fromkeys(ROLES.values(), LINES // 3)

        admin.press("hoan-tac")
        admin.becomes("undone")
        left = database.execute(
            "SELECT count(*) FROM people_post p JOIN people_official o ON o.id = p.official_id "
            "JOIN people_account a ON a.id = o.account_id WHERE a.login LIKE 'danh.sach%' AND a.is_active"
        ).fetchone()
        assert left == (0,), "somebody of the list may still act"
