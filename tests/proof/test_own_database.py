"""`tinhso init --database`: a province on a PostgreSQL server that the operator has already, from database.sql to a
backup that comes back; nothing is asked of the server's superuser but that file and the role of the backup."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.deployed import ADMIN, Deployment, Node, prepared
from tests.first_steps import take
from tests.running import until
from tests.somebody_s_server import Server, somebody_s_server
from tests.units import read

pytestmark = [pytest.mark.proof, pytest.mark.skipif(os.geteuid() != 0, reason="init hands its home over as root")]

NAME = "tinh_so"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with somebody_s_server() as made:
        yield made


@pytest.fixture(scope="module")
def house(server: Server) -> Iterator[Deployment]:
    """Made by the book: the file on the server, the answers, the services without `tinhso-postgres`."""
    done = server.run_our_file(NAME)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    with prepared() as made:
        answers = made.folder / "answers.toml"
        answers.write_text(
            f'db_owner_password = "{server.passwords["owner"]}"\ndb_app_password = "{server.passwords["app"]}"\n'
        )
        answers.chmod(0o600)
        made.init("--database", f"127.0.0.1:{server.port}/{NAME}", "--answers", str(answers))
        answers.unlink()
        made.first.web.start()
        made.first.worker().start()
        try:
            until(made.first.ready, 120, "the house on somebody's server is ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{made.first.said()}") from None
        made.start_nginx()
        yield made


def findings(house: Deployment) -> dict[str, tuple[str, str]]:
    done = house.tinhso("doctor", "--json", home=house.first.home)
    return {one["check"]: (one["state"], one["what"]) for one in json.loads(done.stdout)["findings"]}


def test_a_server_where_the_file_was_not_run_is_refused_with_the_file_to_run(server: Server) -> None:
    with prepared() as made, server.connect() as link:
        link.execute("CREATE DATABASE empty_one")
        answers = made.folder / "answers.toml"
        answers.write_text('db_owner_password = "khong-ai-biet-dau-42-mY"\ndb_app_password = "khong-ai-biet-43-mYx"\n')
        words = ("--database", f"127.0.0.1:{server.port}/empty_one", "--answers", str(answers))
        done = made.tinhso("init", "--production", *made.answers(18000, 18001), *words)
        assert done.returncode == 1
        assert "deploy/one-machine/database.sql" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (made.folder / "a" / "config.toml").exists()


def test_the_passwords_of_the_answers_are_needed(server: Server) -> None:
    with prepared() as made:
        words = ("--database", f"127.0.0.1:{server.port}/{NAME}")
        done = made.tinhso("init", "--production", *made.answers(18000, 18001), *words)
        assert done.returncode == 1
        assert "db_app_password" in done.stderr
        assert "db_owner_password" in done.stderr


def test_no_database_of_our_own_is_made_or_started(house: Deployment) -> None:
    home = house.first.home
    assert not (home / "postgres").exists()
    assert not (home / "deploy" / "systemd" / "tinhso-postgres.service").exists()
    assert "tinhso-postgres" not in (home / "deploy" / "systemd" / "tinhso-web.service").read_text()
    unit = read(home / "deploy" / "systemd" / "tinhso-web.service")
    assert unit["Unit"]["After"][0].endswith("network-online.target")


def test_its_pages_serve_and_the_first_administrator_signs_in(house: Deployment) -> None:
    with house.client() as http:
        assert http.get("/thu-tuc/1.001193").status_code == 200
        admin = take(http, ADMIN, house.first_password, strong=True)
    assert admin.totp


def test_the_doctor_finds_nothing_wrong_with_the_database(house: Deployment) -> None:
    found = findings(house)
    assert {name: state for name, (state, _what) in found.items() if state == "broken"} == {"backup": "broken"}, found
    for check in ("database", "roles", "extensions", "migrations", "clock"):
        assert found[check][0] == "ok", found[check]


def test_the_service_changes_nothing_of_the_trail_and_makes_no_tables(house: Deployment, server: Server) -> None:
    link = psycopg.connect(
        host="127.0.0.1", port=server.port, dbname=NAME, user="tinhso_app", password=server.passwords["app"]
    )
    for statement in ("DELETE FROM kernel_audit", "UPDATE kernel_event SET type = ''", "CREATE TABLE mine (id int)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute(statement.encode())
        link.rollback()
    link.close()


def test_its_order_of_words_is_vietnamese(house: Deployment, server: Server) -> None:
    """The server's own locale is C; the database's is ours."""
    with server.connect(NAME) as link:
        row = link.execute("SELECT array_agg(w ORDER BY w) FROM unnest(ARRAY['Đào','Dung','Ân','An','Ế']) w").fetchone()
    assert row == (["An", "Ân", "Dung", "Đào", "Ế"],)


def test_a_backup_by_a_role_of_its_own_comes_back_in_a_private_database(house: Deployment, server: Server) -> None:
    """As docs/operators.md says it for a server of one's own."""
    home = house.first.home
    with server.connect(NAME) as link:
        link.execute("CREATE ROLE tinhso_backup LOGIN REPLICATION PASSWORD 'mat-khau-cua-sao-luu-7Kq'")
        link.execute("GRANT pg_read_all_data, pg_monitor TO tinhso_backup")
    secret = home / "secrets" / "db-backup"
    secret.write_text("mat-khau-cua-sao-luu-7Kq")
    secret.chmod(0o600)
    with (home / "config.toml").open("a") as file:
        file.write('\n[backup]\nuser = "tinhso_backup"\n')
    with tempfile.TemporaryDirectory(prefix="tinhso-place-") as name:
        place, key = Path(name) / "place", Path(name) / "key"
        key.write_text("một câu dài không ai đoán được")
        words = ("--to", str(place), "--key-file", str(key), "--continuous")
        done = house.tinhso("backup", *words, home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        archiver = house.first.service("tinhso-archiver").start()
        try:
            until((place / "wal" / "until.json").exists, 60, "the log is copied")
            assert {name: state for name, (state, _w) in findings(house).items() if state == "broken"} == {}
        finally:
            archiver.stop()
            del house.first.services["tinhso-archiver"]
        stopped = house.tinhso("backup", "--no-continuous", home=home)
        assert stopped.returncode == 0, stopped.stderr

        port, target = server.port + 20, house.folder / "restored"
        words = ("--from", str(place), "--key-file", str(key), "--to", str(target), "--port", str(port))
        done = house.tinhso("restore", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Nguyên vẹn." in done.stdout
        node = Node(target, port)
        try:
            node.service("tinhso-postgres").start()
            node.web.start()
            node.worker().start()
            until(node.ready, 120, "the restored house serves from its private database")
        finally:
            for service in reversed(node.services.values()):
                service.stop()
