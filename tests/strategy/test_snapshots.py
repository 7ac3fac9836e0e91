"""The yearly snapshot: frozen, signed and sealed as results are, checked by its file."""

import hashlib
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from pyhanko.pdf_utils.reader import PdfFileReader

from tinhso.dossiers.tests.conftest import actor_of
from tinhso.dossiers.verification import verify_result
from tinhso.indicators import actions, queries
from tinhso.indicators.models import Snapshot, Target
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import ANONYMOUS, Actor


@pytest.fixture
def admin(cast: None) -> Actor:
    return actor_of("tinh.quantri")


@pytest.fixture
def frozen(admin: Actor) -> Snapshot:
    return actions.take_snapshot(admin, 2026)


@pytest.fixture
def issued_snapshot(frozen: Snapshot) -> Snapshot:
    actions.sign(actor_of("tinh.phochutich"), frozen.id)
    run_waiting()
    actions.seal(actor_of("tinh.vanthu"), frozen.id)
    run_waiting()
    frozen.refresh_from_db()
    return frozen


def pdf_of(snapshot: Snapshot) -> bytes:
    return queries.snapshot_file(ANONYMOUS, snapshot.id).content


def test_a_snapshot_freezes_every_target_with_its_number_meaning_and_source(frozen: Snapshot) -> None:
    assert len(frozen.data["targets"]) == 50
    by_id = {target["id"]: target for target in frozen.data["targets"]}
    assert by_id["II.1.1-1a"]["current"]["denominator"] >= 1
    assert by_id["II.1.1-1a"]["definition"]
    assert by_id["II.1.2-1"]["current"] is None
    assert by_id["II.1.2-1"]["status"] == "none"
    assert all(target["source"].startswith("Quyết định 2174") for target in frozen.data["targets"])
    Target.objects.filter(key="II.1.2-1").update(title="Khác")
    frozen.refresh_from_db()
    assert {t["id"]: t for t in frozen.data["targets"]}["II.1.2-1"]["title"] != "Khác"


def test_a_snapshot_ordered_on_an_english_page_is_vietnamese(admin: Actor) -> None:
    with override("en"):
        made = actions.take_snapshot(admin, 2026)
    words = {target["status_words"] for target in made.data["targets"]}
    assert "Chưa có nguồn số liệu" in words
    assert not any("source" in word for word in words)


def test_signed_and_sealed_it_is_a_file_that_anybody_checks(issued_snapshot: Snapshot, client: Client) -> None:
    pdf = pdf_of(issued_snapshot)
    assert hashlib.sha256(pdf).hexdigest() == issued_snapshot.digest
    verdict = verify_result(pdf)
    assert verdict.valid, verdict.refusals
    assert [signature.role for signature in verdict.signatures] == ["person", "seal"]
    assert verdict.issued is not None
    assert verdict.issued.number == "1/2026"
    file = SimpleUploadedFile("a.pdf", pdf, "application/pdf")
    assert "là thật và còn hiệu lực" in client.post("/kiem-tra", {"file": file}).content.decode()
    changed = bytearray(pdf)
    changed[len(changed) // 2] ^= 1
    assert not verify_result(bytes(changed)).valid


def test_the_frozen_data_is_a_file_with_its_digest_and_lies_inside_the_pdf(issued_snapshot: Snapshot) -> None:
    data = queries.snapshot_data(ANONYMOUS, issued_snapshot.id).content
    assert hashlib.sha256(data).hexdigest() == issued_snapshot.data_digest
    assert json.loads(data) == issued_snapshot.data
    names = PdfFileReader(io.BytesIO(pdf_of(issued_snapshot))).root["/Names"]["/EmbeddedFiles"]["/Names"]
    inside = next(item.get_object()["/EF"]["/F"].data for item in names if hasattr(item.get_object(), "keys"))
    assert inside == data


def test_what_is_signed_but_not_sealed_has_no_value_and_is_not_published(frozen: Snapshot, client: Client) -> None:
    from tinhso.kernel import files

    actions.sign(actor_of("tinh.phochutich"), frozen.id)
    run_waiting()
    frozen.refresh_from_db()
    verdict = verify_result(files.read(frozen.file_id))
    assert not verdict.valid
    assert "snapshot-not-issued" in verdict.codes
    assert client.get(f"/chien-luoc/ban-chup/{frozen.id}.pdf").status_code == 404
    assert client.get(f"/chien-luoc/ban-chup/{frozen.id}.json").status_code == 404
    assert queries.snapshots(ANONYMOUS)[0] == []
    assert [s.acts for s in queries.snapshots(actor_of("tinh.vanthu"))[0]] == [["seal"]]


@pytest.mark.parametrize("login", ["hontre.phochutich", "hontre.quantri", "tinh.kiemtra", "me.hontre@vidu.vn"])
def test_only_the_provinces_own_leader_and_administrator_order_one(cast: None, login: str) -> None:
    with pytest.raises(Denied):
        actions.take_snapshot(actor_of(login), 2026)
    assert not Snapshot.objects.exists()


def test_each_signature_belongs_to_its_role_and_comes_once_in_order(frozen: Snapshot, admin: Actor) -> None:
    leader, clerk = actor_of("tinh.phochutich"), actor_of("tinh.vanthu")
    for actor in (admin, clerk, actor_of("hontre.phochutich")):
        with pytest.raises(Denied):
            actions.sign(actor, frozen.id)
    with pytest.raises(Conflict):
        actions.seal(clerk, frozen.id)
    actions.sign(leader, frozen.id)
    with pytest.raises(Conflict):
        actions.sign(leader, frozen.id)
    run_waiting()
    for actor in (admin, leader):
        with pytest.raises(Denied):
            actions.seal(actor, frozen.id)


def test_a_leader_without_authority_today_does_not_sign(frozen: Snapshot) -> None:
    from tinhso.people.models import SigningAuthority

    SigningAuthority.objects.filter(official__account__login="tinh.phochutich").delete()
    with pytest.raises(Denied):
        actions.sign(actor_of("tinh.phochutich"), frozen.id)


@pytest.mark.parametrize("year", [2021, 2027, -1])
def test_a_year_that_has_not_begun_or_precedes_the_strategy_is_refused(admin: Actor, year: int) -> None:
    with pytest.raises(Invalid):
        actions.take_snapshot(admin, year)


def test_snapshots_of_a_year_are_numbered_and_every_step_is_an_event(issued_snapshot: Snapshot, admin: Actor) -> None:
    assert actions.take_snapshot(admin, 2026).number == 2
    assert actions.take_snapshot(admin, 2025).number == 1
    told = [happened.envelope.type.rpartition(".")[2] for happened in history(f"snapshot:{issued_snapshot.id}")]
    assert told == [
        "snapshot-taken",
        "snapshot-signature-asked",
        "snapshot-signed",
        "snapshot-signature-asked",
        "snapshot-signed",
    ]


def test_making_a_signature_twice_changes_nothing(issued_snapshot: Snapshot) -> None:
    from tinhso.indicators.jobs import sign_snapshot

    sign_snapshot(snapshot=str(issued_snapshot.id))
    before = issued_snapshot.digest
    issued_snapshot.refresh_from_db()
    assert issued_snapshot.digest == before


def test_the_list_and_its_api_say_what_was_issued(issued_snapshot: Snapshot, client: Client) -> None:
    with clock.pinned("2026-11-10T08:00:00+07:00"):
        page = client.get("/chien-luoc/ban-chup").content.decode()
    assert issued_snapshot.digest in page
    (item,) = client.get("/api/v1/strategy/snapshots").json()["items"]
    assert (item["year"], item["number"], item["digest"]) == (2026, 1, issued_snapshot.digest)
    answer = client.get(f"/chien-luoc/ban-chup/{issued_snapshot.id}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"
