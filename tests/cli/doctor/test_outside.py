"""The doctor finds what is broken around the home, says how to mend it, and finds nothing in a home that is well."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.cli.doctor.asking import JARGON, is_broken, is_well, with_settings
from tests.peers.authority import issued, made
from tests.peers.clamd import clamd
from tests.peers.smtp import smtp
from tests.peers.tsa import time_stamp_authority
from tests.production_home import certificate
from tinhso.cli.doctoring import home, outside
from tinhso.cli.doctoring.findings import Patient, State
from tinhso.kernel import clock
from tinhso.kernel.signing.authority import Authority, _list


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
