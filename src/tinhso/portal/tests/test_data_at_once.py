"""Requests about personal data at the same moment, and the trail after an erasure: these commit."""

from pathlib import Path
from threading import Thread

from django.db import connection

from tinhso.dossiers.tests.conftest import actor_of
from tinhso.kernel import audit, keys
from tinhso.kernel.errors import Conflict
from tinhso.kernel.sealing import statements
from tinhso.people import samples
from tinhso.people.models import Account
from tinhso.vault import carrying_out, requests


def test_of_three_who_ask_at_once_one_request_is_made(own_database):
    samples.load()
    mother, came = actor_of("me.hontre@vidu.vn"), []

    def go() -> None:
        try:
            requests.ask(mother, "export")
            came.append("asked")
        except Conflict:
            came.append("conflict")
        finally:
            connection.close()

    threads = [Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["asked", "conflict", "conflict"]


def test_the_trail_verifies_after_an_erasure(own_database, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(statements, "folder", lambda: tmp_path / "book")
    monkeypatch.setattr(keys, "folder", lambda: tmp_path)
    samples.load()
    mother, chief = actor_of("me.hontre@vidu.vn"), actor_of("tinh.quantri")
    made = requests.ask(mother, "erasure")
    audit.seal()
    requests.decide(chief, made.id, approve=True)
    carrying_out.erase(made.id)
    audit.seal()
    assert audit.verify().findings == ()
    assert not Account.objects.get(pk=mother.account).is_active
