"""Kill -9 in the middle of a reorganisation: nothing of it is there, and the next try does all of it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from tinhso.kernel import clock
from tinhso.kernel.policy import SYSTEM, Actor, Grant
from tinhso.people.models import Account, Custody, Official, Post, Role
from tinhso.places import actions, queries
from tinhso.places.models import Reorganisation, ReorganisationPart

pytestmark = pytest.mark.proof

AT = "2025-07-01T00:30:00+07:00"
#: The other process: it carries the plan out, and stands still when the last mover has moved.
CARRY = """
import sys, time, django
django.setup()
from tinhso.places import actions, reorganising
from tinhso.kernel.policy import SYSTEM
class Stands:
    title = "stands"
    def effects(self, plan): return []
    def rows(self, *of): return iter(())
    def move(self, plan, act):
        print("moved", flush=True)
        time.sleep(120)
reorganising.movers.register("9 stands", Stands())
actions.carry_out(SYSTEM, sys.argv[1])
"""


def test_it_is_all_or_nothing(own_database: str) -> None:
    with clock.pinned(AT):
        row, old = approved()
        process = subprocess.Popen(
            [sys.executable, "-c", CARRY, str(row.id)],
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
                "TINHSO_DB_NAME": own_database,
                "TINHSO_DB_PORT": str(connection.settings_dict["PORT"]),
                "TINHSO_CLOCK": AT,
            },
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "moved\n"
        assert working(own_database)
        process.send_signal(signal.SIGKILL)
        process.wait()
        gone = time.monotonic() + 20
        while working(own_database) and time.monotonic() < gone:
            time.sleep(0.1)

        assert Reorganisation.objects.get(id=row.id).state == "approved"
        assert not ReorganisationPart.objects.exists()
        assert not Custody.objects.exists()
        assert Post.objects.get().agency_id == old

        assert actions.carry_out(SYSTEM, row.id)
        assert Custody.objects.count() == 144
        assert Post.objects.filter(ended_at=None).get().agency_id != old


def working(database: str) -> bool:
    """Whether somebody is at it, as the page reads it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = 'tinhso-reorganise 2'",
            [database],
        )
        return bool(cursor.fetchone()[0])


def approved() -> tuple[Reorganisation, object]:
    """A plan that two administrators let pass, and one official at a commune that ends."""
    agency = queries.agency_of_unit("31108", clock.today().replace(month=6, day=30))
    accounts = [Account.objects.create(login=f"a{n}", full_name=f"a{n}", code=f"a{n}") for n in range(2)]
    official = Official.objects.create(account=accounts[0], full_name="a0", title="x")
    Post.objects.create(official=official, agency=agency, role=Role.RECEIVER, valid_from=clock.today().replace(month=1))
    first, second = (
        Actor(account=a.pk, strong=True, grants=frozenset({Grant("province_admin", agency.id)}), name=a.login)
        for a in accounts
    )
    row = actions.propose_reorganisation(first, "2025-07-01")
    actions.approve_reorganisation(second, row.id)
    row.refresh_from_db()
    return row, agency.id
