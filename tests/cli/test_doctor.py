"""The doctor finds each thing that is broken, says how to mend it, and finds nothing in a home that is well."""

import json
import os
import pwd
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.cli.test_backup_place import MANIFEST, PASSPHRASE
from tests.peers.authority import issued, made
from tests.peers.clamd import clamd
from tests.peers.smtp import smtp
from tests.peers.tsa import time_stamp_authority
from tests.production_home import a_home, certificate
from tests.sealing import seal_everything
from tinhso.cli.backups import archive
from tinhso.cli.backups.manifest import write_manifest
from tinhso.cli.backups.place import Place, make_place
from tinhso.cli.backups.taking import stamp_of
from tinhso.cli.cluster import Cluster
from tinhso.cli.doctoring import database, home, outside
from tinhso.cli.doctoring.findings import Check, Patient, State
from tinhso.config import Database, Instance
from tinhso.kernel import clock
from tinhso.kernel.signing.authority import Authority, _list

Link = psycopg.Connection[Any]


@pytest.fixture
def here(own_database: str, cluster: Cluster, tmp_path: Path) -> Instance:
    tmp_path.chmod(0o755)
    where = cluster.instance.database
    asked = Database(where.host, where.port, own_database, where.data)
    return a_home(tmp_path, asked, cluster.instance.secret("db-app"))


@pytest.fixture
def patient(here: Instance) -> Iterator[Patient]:
    found = Patient(here)
    yield found
    if found.database is not None:
        found.database.close()


@pytest.fixture
def root(here: Instance, cluster: Cluster) -> Iterator[Link]:
    """The database's superuser, who can break what the app cannot."""
    with cluster.superuser(here.database.name) as link:
        yield link


def with_settings(patient: Patient, **sections: dict[str, Any]) -> Patient:
    settings = {**patient.here.settings}
    for name, section in sections.items():
        settings[name] = {**settings.get(name, {}), **section}
    return Patient(replace(patient.here, settings=settings))


def is_well(check: Check, patient: Patient) -> None:
    found = check(patient)
    assert found.state is State.OK, found


#: What a program says to programmers: the name of a class, nothing at all.
JARGON = re.compile(r"[A-Z]\w*(Error|Exception|Warning)\b|\bNone\b|Errno| [.:,]|://[ .]|\(\)")


def is_broken(check: Check, patient: Patient, *words: str, state: State = State.BROKEN) -> None:
    found = check(patient)
    assert found.state is state, found
    assert found.remedy
    assert JARGON.search(found.what) is None, found
    for word in words:
        assert word in found.what + found.remedy


# -- the home -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"debug": True}, "debug"),
        ({"sample": True}, "mẫu"),
        ({"production": False}, "tinhso init"),
    ],
)
def test_what_belongs_to_development(patient: Patient, change: dict[str, bool], word: str) -> None:
    is_well(home.configuration, patient)
    is_broken(home.configuration, Patient(replace(patient.here, **change)), word)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["secrets/django", "keys/files.master"])
def test_a_secret_that_others_may_read(patient: Patient, name: str) -> None:
    (patient.here.home / "keys" / "files.master").write_bytes(b"k" * 32)
    (patient.here.home / "keys" / "files.master").chmod(0o600)
    is_well(home.permissions, patient)
    (patient.here.home / name).chmod(0o644)
    is_broken(home.permissions, patient, "chmod 600", name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_service_must_not_hold_the_owner_s_password(patient: Patient) -> None:
    service = pwd.getpwnam("nobody")
    for name in ("django", "db-app", "second-factor"):
        os.chown(patient.here.home / "secrets" / name, service.pw_uid, -1)
    served = with_settings(patient, service={"user": "nobody"})
    (patient.here.home / "secrets" / "db-backup").write_text("given-by-the-database-s-keeper")
    (patient.here.home / "secrets" / "db-backup").chmod(0o600)
    is_well(home.permissions, served)
    os.chown(patient.here.home / "secrets" / "db-owner", service.pw_uid, -1)
    is_broken(home.permissions, served, "db-owner", "chown root")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_service_must_not_own_the_home(patient: Patient) -> None:
    """adduser makes it so: who owns the folder can put another config.toml, or other units, in the place of root's."""
    service = pwd.getpwnam("nobody")
    for name in ("django", "db-app", "second-factor"):
        os.chown(patient.here.home / "secrets" / name, service.pw_uid, -1)
    served = with_settings(patient, service={"user": "nobody"})
    is_well(home.permissions, served)
    os.chown(patient.here.home, service.pw_uid, -1)
    is_broken(home.permissions, served, str(patient.here.home), "chown root")


def test_a_full_disk(patient: Patient, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let the test mount a small disk")
    try:
        is_broken(home.disk, with_settings(patient, files={"folder": str(small)}), "GB", str(small))
    finally:
        subprocess.run(["umount", small], check=True)


def test_readings_that_nobody_takes(patient: Patient) -> None:
    is_well(home.spool, patient)
    folder = patient.here.home / "spool" / "disclosures"
    folder.mkdir(parents=True)
    line = folder / "node-1-x.jsonl"
    line.write_text("{}\n")
    is_well(home.spool, patient)
    os.utime(line, (time.time() - 1000, time.time() - 1000))
    is_broken(home.spool, patient, "tinhso-worker@1")


def test_a_spool_that_is_taken_but_still_open_is_well(patient: Patient, root: Link) -> None:
    folder = patient.here.home / "spool" / "disclosures"
    folder.mkdir(parents=True)
    line = folder / "node-1-y.jsonl"
    line.write_text("{}\n")
    os.utime(line, (time.time() - 1000, time.time() - 1000))
    root.execute('INSERT INTO kernel_spoolmark (file, "offset") VALUES (%s, 3)', [line.name])
    is_well(home.spool, patient)


def backed_up(place: Place, age: timedelta) -> None:
    """A backup that ended that long ago, as `tinhso backup` notes it."""
    at = clock.real() - age
    stamp = stamp_of(at)
    (place.folder / stamp).mkdir()
    write_manifest(place, place.folder / stamp, replace(MANIFEST, stamp=stamp, finished=at.isoformat()))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "backup.key").write_text(PASSPHRASE)
    return make_place(tmp_path / "backups", PASSPHRASE)


@pytest.fixture
def kept(patient: Patient, place: Place, tmp_path: Path) -> Patient:
    return with_settings(patient, backup={"to": str(place.folder), "key_file": str(tmp_path / "backup.key")})


def test_no_backup_and_an_old_one(patient: Patient, kept: Patient, place: Place) -> None:
    is_broken(home.backup, patient, "--key-file")
    is_broken(home.backup, kept, "tinhso backup")
    backed_up(place, timedelta(hours=27))
    is_broken(home.backup, kept, "27 giờ", "tinhso-backup.timer")
    backed_up(place, timedelta(hours=25))
    is_well(home.backup, kept)


def test_an_old_backup_is_not_young_because_its_files_were_copied(kept: Patient, place: Place) -> None:
    backed_up(place, timedelta(days=3))
    for file in place.folder.rglob("manifest.*"):
        os.utime(file)
    is_broken(home.backup, kept, "72 giờ")


def test_a_backup_that_somebody_changed_or_cannot_be_opened(kept: Patient, place: Place, tmp_path: Path) -> None:
    backed_up(place, timedelta(hours=27))
    manifest = next(place.folder.glob("*/manifest.json"))
    manifest.write_text(manifest.read_text().replace("T", "t", 1))
    is_broken(home.backup, kept, "manifest.json")
    (tmp_path / "backup.key").write_text("một mật khẩu khác hẳn")
    is_broken(home.backup, kept, "tệp khóa của chính nơi sao lưu này")
    (tmp_path / "backup.key").unlink()
    is_broken(home.backup, kept, "backup.key")


def test_a_log_that_is_no_longer_copied(kept: Patient, place: Place) -> None:
    backed_up(place, timedelta(hours=1))
    copying = with_settings(kept, backup={"continuous": 1})
    is_well(home.backup, kept)
    is_broken(home.backup, copying, "tinhso-archiver")
    (place.folder / "wal").mkdir()
    archive.write_until(place, clock.real() - timedelta(minutes=10))
    is_broken(home.backup, copying, "journalctl -u tinhso-archiver")
    archive.write_until(place, clock.real())
    is_well(home.backup, copying)


def test_static_files_that_nginx_cannot_read(patient: Patient) -> None:
    is_broken(home.static, patient, "tinhso upgrade")
    assets = patient.here.home / "static" / "assets"
    assets.mkdir(parents=True)
    (assets / "house-12345678.css").write_text("")
    assets.parent.chmod(0o755)
    assets.chmod(0o755)
    is_well(home.static, patient)
    assets.chmod(0o700)
    is_broken(home.static, patient, "chmod -R a+rX")


# -- the database ---------------------------------------------------------------------------------------------------


def test_a_database_that_does_not_let_us_in(patient: Patient) -> None:
    is_well(database.reach, patient)
    (patient.here.home / "secrets" / "db-app").write_text("mot-mat-khau-khac")
    is_broken(database.reach, Patient(patient.here), "secrets/db-app")


@pytest.mark.parametrize("table", ["kernel_audit", "kernel_event", "kernel_disclosure"])
def test_a_role_that_could_change_the_trail(patient: Patient, root: Link, table: str) -> None:
    is_well(database.roles, patient)
    root.execute(f"GRANT UPDATE ON {table} TO tinhso_app")
    is_broken(database.roles, patient, "REVOKE")


def test_a_missing_extension(patient: Patient, root: Link) -> None:
    is_well(database.extensions, patient)
    root.execute("DROP EXTENSION pg_trgm CASCADE")
    is_broken(database.extensions, patient, "CREATE EXTENSION pg_trgm")


def test_an_extension_that_only_the_operators_page_uses(patient: Patient, root: Link) -> None:
    root.execute("DROP EXTENSION pg_stat_statements")
    is_broken(database.extensions, patient, "CREATE EXTENSION pg_stat_statements", state=State.SOON)


def test_tables_of_another_version(patient: Patient, root: Link) -> None:
    is_well(database.migrations, patient)
    root.execute("DELETE FROM django_migrations WHERE app = 'kernel' AND name LIKE '0004%'")
    is_broken(database.migrations, patient, "tinhso upgrade")


def test_clocks_that_differ(patient: Patient, root: Link) -> None:
    """The database's clock cannot be moved here; a function of the same name stands in its way instead."""
    is_well(database.clock, patient)
    root.execute(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "$$ SELECT pg_catalog.clock_timestamp() + interval '90 s' $$"
    )
    root.execute(
        psycopg.sql.SQL("ALTER ROLE tinhso_app IN DATABASE {} SET search_path = public, pg_catalog").format(
            psycopg.sql.Identifier(patient.here.database.name)
        )
    )
    is_broken(database.clock, Patient(patient.here), "90 giây", "timedatectl")


def heartbeats(root: Link, *ages: int) -> None:
    root.execute("DELETE FROM procrastinate_workers")
    for age in ages:
        root.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (clock_timestamp() - %s * interval '1 s')", [age]
        )


def test_workers_that_do_not_speak(patient: Patient, root: Link) -> None:
    heartbeats(root, 1, 2)
    is_well(database.workers, patient)
    heartbeats(root, 1, 100)
    is_broken(database.workers, patient, "tinhso-worker@2", state=State.SOON)
    heartbeats(root, 100, 200)
    is_broken(database.workers, patient, "journalctl -u tinhso-worker@1")


JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (JOB + "VALUES ('default', 'x', 'failed')", State.SOON),
        (JOB + "SELECT 'default', 'x', 'todo' FROM generate_series(1, 600)", State.SOON),
        (JOB + "SELECT 'default', 'x', 'todo' FROM generate_series(1, 5100)", State.BROKEN),
    ],
)
def test_work_that_piles_up(patient: Patient, root: Link, rows: str, state: State) -> None:
    root.execute("DELETE FROM procrastinate_jobs")
    is_well(database.backlog, patient)
    root.execute(rows)  # type: ignore[call-overload]
    is_broken(database.backlog, patient, state=state)


def test_a_trail_that_nobody_seals(
    patient: Patient, root: Link, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinhso.kernel import audit, keys
    from tinhso.kernel.policy import SYSTEM
    from tinhso.kernel.sealing import statements

    monkeypatch.setattr(statements, "folder", lambda: tmp_path / "book")  # a new database has a new book
    monkeypatch.setattr(keys, "folder", lambda: tmp_path)
    audit.record(SYSTEM, "kernel.test", subject="house", data={})
    is_broken(database.sealing, patient, "tinhso audit verify")
    seal_everything()
    is_well(database.sealing, patient)
    root.execute(
        "UPDATE kernel_seal SET statement = jsonb_set(statement::jsonb, '{sealed_at}', to_jsonb("
        "(clock_timestamp() - interval '5 min')::text))::text"
    )
    is_well(database.sealing, patient)  # nothing waits: an old seal is fine
    audit.record(SYSTEM, "kernel.test", subject="house", data={})
    is_broken(database.sealing, patient, "niêm phong")


def test_a_sample_account_that_is_left(patient: Patient) -> None:
    from tinhso.people.models import Account

    is_well(database.samples, patient)
    Account.objects.create(login="mau@vidu.vn", code="MAU123", sample=True)
    is_broken(database.samples, patient, "1 tài khoản mẫu")


def test_a_database_without_tables_is_said_not_raised(patient: Patient, root: Link) -> None:
    root.execute("DROP TABLE procrastinate_jobs CASCADE")
    found = database.asked(database.backlog, patient)
    assert found.state is State.BROKEN
    assert "tinhso upgrade" in found.remedy


# -- outside ----------------------------------------------------------------------------------------------------------


def _other_key(folder: Path) -> None:
    kept = (folder / "tls.pem").read_bytes()
    certificate(folder)
    (folder / "tls.pem").write_bytes(kept)


@pytest.mark.parametrize(
    ("breaking", "state"),
    [
        (lambda folder: certificate(folder, days=5), State.BROKEN),
        (lambda folder: certificate(folder, days=20), State.SOON),
        (lambda folder: certificate(folder, name="example.vn"), State.BROKEN),
        (_other_key, State.BROKEN),
        (lambda folder: (folder / "tls.pem").unlink(), State.BROKEN),
    ],
)
def test_a_certificate_of_the_site(
    patient: Patient, tmp_path: Path, breaking: Callable[[Path], None], state: State
) -> None:
    is_well(outside.certificate, patient)
    breaking(tmp_path)
    is_broken(outside.certificate, patient, "systemctl reload nginx", state=state)


def test_nothing_serves(patient: Patient) -> None:
    is_broken(outside.web, patient, "tinhso-web")
    is_broken(outside.tls, with_settings(patient, nginx={"https_listen": "127.0.0.1:9"}), "nginx -t")


def test_a_mail_server_that_is_away(patient: Patient) -> None:
    with smtp() as box:
        reached = with_settings(patient, mail={"port": box.port})
        is_well(outside.mail, reached)
        is_broken(outside.mail, with_settings(reached, mail={"tls": True}), "[mail]")
    is_broken(outside.mail, reached, "người dân")


def test_a_trial_home_hears_plain_sentences(patient: Patient) -> None:
    """Nothing of [nginx], [mail] or [signing] is set: each check says what is not set, and where to set it."""
    trial = Patient(replace(patient.here, production=False, settings={}))
    said = [check(trial) for check in (*home.CHECKS, *outside.CHECKS)]
    assert [found for found in said if JARGON.search(found.what)] == []
    unset = {found.check: found.remedy for found in said if "config.toml" in found.remedy}
    assert {"certificate", "tls", "mail", "tsa"} <= unset.keys()


def test_no_scanner_and_one_that_is_silent(patient: Patient) -> None:
    is_broken(outside.scanner, patient, "clamav-daemon", state=State.SOON)
    with clamd() as daemon:
        scanned = with_settings(patient, scanner={"vendor": "clamav", "port": daemon.port})
        is_well(outside.scanner, scanned)
    is_broken(outside.scanner, scanned, "systemctl start clamav-daemon")


def test_no_gateway_for_telephones(patient: Patient) -> None:
    is_broken(outside.sms, patient, "[sms] vendor", state=State.SOON)
    is_well(outside.sms, with_settings(patient, sms={"vendor": "a_carrier"}))


@pytest.mark.parametrize("mode", ["unavailable", "refuses", "wrong-shape", "empty"])
def test_a_time_stamping_authority_that_does_not_stamp(patient: Patient, mode: str) -> None:
    with time_stamp_authority("good") as (address, peer):
        asked = with_settings(patient, signing={"tsa": address})
        is_well(outside.stamps, asked)
        peer.mode = mode  # type: ignore[assignment]
        is_broken(outside.stamps, asked, "[signing] tsa")


def test_revocation_lists_that_are_old(patient: Patient, tmp_path: Path) -> None:
    is_well(outside.roots, patient)
    ca = Authority(tmp_path / "ca")
    key = serialization.load_pem_private_key((ca.folder / "issuing.key").read_bytes(), None)
    old = _list(ca.certificate("issuing"), key, {}, clock.real() - timedelta(days=9), timedelta(days=7))  # type: ignore[arg-type]
    (tmp_path / "ca" / "issuing.crl").write_bytes(old)
    is_broken(outside.roots, patient, "issuing.crl")


def test_a_root_that_is_not_there(patient: Patient, tmp_path: Path) -> None:
    (tmp_path / "ca" / "root.pem").unlink()
    is_broken(outside.roots, patient, "[signing]")


def test_signing_certificates_that_end(patient: Patient, tmp_path: Path) -> None:
    is_broken(outside.holders, patient, "tinhso authority --hold", state=State.SOON)
    issued(made(tmp_path / "another"), "Con dấu", tmp_path / "seal.pem", days=5)
    leaf = x509.load_pem_x509_certificates((tmp_path / "seal.pem").read_bytes())[0]
    import base64

    row = {
        "key": "remote:x/1",
        "agency_id": "a",
        "account": "",
        "chain": [base64.b64encode(leaf.public_bytes(serialization.Encoding.DER)).decode()],
    }
    (patient.here.home / "authority" / "holders.json").write_text(json.dumps([row]))
    is_broken(outside.holders, patient, "tinhso authority --hold")


def test_an_nginx_that_is_not_trusted(patient: Patient) -> None:
    is_well(outside.proxies, patient)
    is_broken(outside.proxies, with_settings(patient, proxies={"trusted": ["10.9.8.7"]}), "[proxies] trusted")
