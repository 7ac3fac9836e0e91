"""The way to a PostgreSQL server on another machine: encrypted, and that machine's certificate checked by name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.peers.tls import Issuer, issuer
from tests.production_home import a_home, answers
from tests.somebody_s_server import Server, somebody_s_server
from tinhso.cli.backups import basis
from tinhso.cli.cluster import Cluster
from tinhso.cli.doctoring import database
from tinhso.cli.doctoring.findings import Patient, State
from tinhso.cli.installing.writing import as_instance, settings_of
from tinhso.config import AUTHORITIES, Database, Instance


def told(home: Path, *, production: bool = True, **section: object) -> dict[str, str]:
    return Database.of(section, port=5432, name="tinhso", home=home, production=production).tls


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost", "/run/postgresql"])
def test_on_this_machine_nothing_is_asked_of_tls(tmp_path: Path, host: str) -> None:
    assert told(tmp_path, host=host) == {}


@pytest.mark.parametrize("host", ["db.tinh.local", "10.1.2.3", "localhost.tinh.vn"])
def test_elsewhere_the_certificate_and_its_name_are_checked(tmp_path: Path, host: str) -> None:
    assert told(tmp_path, host=host) == {"sslmode": "verify-full", "sslrootcert": AUTHORITIES}
    assert told(tmp_path, host=host, production=False) == {}


def test_config_toml_has_the_last_word(tmp_path: Path) -> None:
    assert told(tmp_path, host="db.tinh.local", sslmode="require") == {"sslmode": "require"}
    said = told(tmp_path, host="db.tinh.local", sslrootcert="/etc/tinhso/db.pem")
    assert said == {"sslmode": "verify-full", "sslrootcert": "/etc/tinhso/db.pem"}


def test_the_answers_of_an_installation_name_the_authority(tmp_path: Path) -> None:
    settings = settings_of(answers(tmp_path, database="localhost:5432/tinhso", db_ca="/etc/tinhso/db.pem"), tmp_path)
    assert as_instance(settings, tmp_path).database.tls == {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/tinhso/db.pem",
    }


# -- a server that speaks TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return issuer(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(scope="module")
def server(ca: Issuer) -> Iterator[Server]:
    with somebody_s_server(ca.issue("localhost")) as made:
        assert made.run_our_file("tinhso").returncode == 0
        yield made


@pytest.fixture
def here(server: Server, ca: Issuer, tmp_path: Path) -> Instance:
    """A home whose database is that server, asked by its name."""
    where = Database("localhost", server.port, "tinhso", tmp_path / "none", "verify-full", str(ca.root))
    return a_home(tmp_path, where, server.passwords["app"])


def with_tls(here: Instance, **other: str) -> Patient:
    return Patient(replace(here, database=replace(here.database, **other)))


def test_the_doctor_comes_in_by_a_checked_way(here: Instance) -> None:
    patient = Patient(here)
    assert database.reach(patient).state is State.OK
    assert patient.database is not None
    assert patient.database.pgconn.ssl_in_use
    patient.database.close()


@pytest.mark.parametrize("what", ["another authority", "another name"])
def test_a_server_that_is_not_who_it_says_gets_no_password(here: Instance, tmp_path: Path, what: str) -> None:
    other = {"sslrootcert": str(issuer(tmp_path / "other").root)} if what == "another authority" else {}
    other |= {"host": "127.0.0.1"} if what == "another name" else {}  # the certificate is of localhost
    patient = with_tls(here, **other)
    assert database.reach(patient).state is State.BROKEN
    assert patient.database is None


def test_a_backup_comes_in_by_a_checked_way_too(here: Instance, tmp_path: Path) -> None:
    """Its own connection, and PostgreSQL's programs by their environment."""
    (here.home / "secrets" / "db-backup").write_text("khong-dung-toi-9Xq2-khong-dung")
    wrong = replace(here.database, sslrootcert=str(issuer(tmp_path / "other").root))
    asked = Cluster(replace(here, database=wrong, settings={**here.settings, "backup": {"user": "tinhso_backup"}}))
    with pytest.raises(psycopg.OperationalError, match="SSL error"):
        basis.connect(asked)
    environment = basis.connection_environment(asked, "test")
    assert (environment["PGSSLMODE"], environment["PGSSLROOTCERT"]) == ("verify-full", wrong.sslrootcert)


class Elsewhere(Database):
    """Another machine, as far as anybody can tell from here."""

    local = False  # type: ignore[assignment]


def elsewhere(here: Instance, **other: str) -> Patient:
    where = replace(here.database, **other)
    far = Elsewhere(where.host, where.port, where.name, where.data, where.sslmode, where.sslrootcert)
    return Patient(replace(here, database=far))


def test_the_doctor_says_when_another_machine_s_certificate_is_not_checked(here: Instance) -> None:
    patient = elsewhere(here)
    assert database.encryption(patient).state is State.OK
    assert patient.database is not None
    patient.database.close()
    for mode in ("require", "prefer", "disable"):
        patient = elsewhere(here, sslmode=mode, sslrootcert="")
        found = database.encryption(patient)
        assert found.state is State.BROKEN
        assert "verify-full" in found.remedy
        assert patient.database is not None
        patient.database.close()
