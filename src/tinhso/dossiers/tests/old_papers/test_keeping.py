"""Paper results digitised in bulk: the officer's signature, the vault, the check, and the end."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.digitising import keeping, signing
from tinhso.dossiers.models import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.dossiers.tests.conftest import actor_of
from tinhso.dossiers.tests.old_papers.scans import faults_of, picture_pdf, row, scan, zipped
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock, files, measures
from tinhso.kernel.errors import Denied, Invalid, NotFound
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.actions import SeenIdentity, approve_correction, propose_correction
from tinhso.people.models import Account
from tinhso.places.models import Agency
from tinhso.vault.models import Holding, HoldingState


def test_an_ordinary_scan_is_signed_however_loosely_its_program_wrote_it(
    upload: Any, holder: Any, leader: Actor
) -> None:
    batch = upload(zipped([row(holder)], {"12.pdf": picture_pdf()}))
    assert batch.state == BatchState.READY, faults_of(batch)
    actions.sign_batch(leader, batch.id, version=batch.version)
    run_waiting()
    paper = Digitised.objects.get(batch=batch)
    assert (paper.state, paper.problem) == (DigitisedState.SIGNED, "")
    assert verify_result(files.read(paper.file_id)).valid


def test_a_batch_is_checked_signed_kept_and_verified(
    upload: Any, holder: Any, leader: Actor, mother: Actor, receiver: Actor, agency: Agency, client: Client
) -> None:
    unknown = ("091055001234", "Trần Văn Xưa")
    listed = [row(holder), row(unknown, "13", "13.pdf", issued_on="2012-01-02"), row(unknown, "14", "")]
    batch = upload(zipped(listed, {"thư mục/12.pdf": scan("a"), "13.pdf": scan("b"), "thua.pdf": scan("c")}))
    assert (batch.state, batch.counts["ready"], batch.counts["noted"]) == (BatchState.READY, 2, 1)
    assert (batch.counts["unknown"], batch.counts["unnamed"], batch.file_id) == (1, 1, None)
    assert measures.breakdown("dossiers.digitised", "scope", 2026) == {}
    actions.sign_batch(leader, batch.id, version=batch.version)
    run_waiting()
    batch.refresh_from_db()
    assert (batch.state, batch.done) == (BatchState.DONE, 2)
    held = Holding.objects.get(person=mother.subject)
    assert (held.kind, held.number, clock.local(held.issued_at).date()) == (
        *("birth_certificate", "12"),
        date(2011, 9, 5),
    )
    signed = files.read(held.file_id)
    checked = verify_result(signed)
    assert (checked.valid, [s.role for s in checked.signatures]) == (True, ["person"])
    assert "con dấu" not in checked.words
    assert not verify_result(signed[:-9] + b"x" + signed[-8:]).valid
    figure = measures.breakdown("dossiers.digitised", "scope", 2026)[agency.id]
    assert (figure.numerator, figure.denominator) == (2, 3)
    share = next(one for one in queries.digitised_shares(receiver) if one.agency_name == agency.name)
    assert (share.digitised, share.valid) == (2, 3)
    signing.sign_all(batch.id)
    assert Holding.objects.count() == 1
    client.force_login(Account.objects.get(login="hontre.tiepnhan"))
    html = client.get(f"/ban-lam-viec/so-hoa/{batch.id}").content.decode()
    assert holder[0] not in html
    assert f"••••••••{holder[0][-4:]}" in html


def test_two_batches_with_one_number_at_once_are_signed_once(upload: Any, holder: Any, leader: Actor) -> None:
    one = upload(zipped([row(holder)], {"12.pdf": scan("a")}))
    two = upload(zipped([row(holder)], {"12.pdf": scan("b")}))
    for batch in (one, two):
        actions.sign_batch(leader, batch.id)
    run_waiting()
    assert Digitised.objects.filter(state=DigitisedState.SIGNED).count() == 1
    left = Digitised.objects.get(state=DigitisedState.READY)
    assert "vừa được số hóa" in left.problem
    assert DigitisedBatch.objects.get(id=left.batch_id).state == BatchState.READY


def test_who_may_sign(upload: Any, holder: Any, leader: Actor, receiver: Actor, mother: Actor, agency: Agency) -> None:
    content = zipped([row(holder)], {"12.pdf": scan("a")})
    batch = upload(content, leader)
    with pytest.raises(Denied):
        actions.sign_batch(leader, batch.id)
    with pytest.raises(NotFound):
        actions.sign_batch(receiver, batch.id)
    without = actor_of("hontre.hotich", grants=leader.grants)
    with pytest.raises(Denied):
        actions.sign_batch(without, batch.id)
    elsewhere = actor_of("rachgia.tiepnhan")
    for read in (queries.digitised_batch, queries.digitised_faults):
        with pytest.raises(NotFound):
            read(elsewhere, batch.id)
    with pytest.raises(NotFound):
        actions.upload_batch(elsewhere, agency.id, [("a.zip", io.BytesIO(content))])
    paper = Digitised.objects.get()
    with pytest.raises(NotFound):
        queries.digitised_file(elsewhere, batch.id, paper.id)
    own = Actor(account=receiver.account, subject=mother.subject, grants=leader.grants, name="Hai vai")
    with pytest.raises(Denied):
        actions.sign_batch(own, batch.id)


def test_before_the_signature_all_is_taken_back_and_after_it_one_is_revoked(
    upload: Any, holder: Any, leader: Actor, mother: Actor, agency: Agency
) -> None:
    batch = upload(zipped([row(holder), row(holder, "13", "")], {"12.pdf": scan("a")}))
    actions.sign_batch(leader, batch.id)
    actions.halt_batch(leader, batch.id)
    run_waiting()
    assert not Digitised.objects.filter(state=DigitisedState.SIGNED).exists()
    actions.sign_batch(leader, batch.id)
    run_waiting()
    paper = Digitised.objects.get(state=DigitisedState.SIGNED)
    signed = files.read(paper.file_id)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        actions.revoke_digitised(leader, paper.id, of=batch.id, reason=" ")
    actions.revoke_digitised(leader, paper.id, of=batch.id, reason="Quét nhầm trang.")
    run_waiting()
    assert Holding.objects.get(origin=paper.id).state == HoldingState.REVOKED
    assert "digitised-revoked" in verify_result(signed).codes
    figure = measures.breakdown("dossiers.digitised", "scope", 2026)[agency.id]
    assert (figure.numerator, figure.denominator) == (0, 1)


def test_what_expires_counts_no_more_and_a_scan_replaces_its_paper_line(
    upload: Any, holder: Any, leader: Actor, agency: Agency
) -> None:
    until = {"valid_to": "10/11/2026"}
    first = upload(zipped([row(holder, "12", "", **until)], {}))
    actions.sign_batch(leader, first.id)
    second = upload(zipped([row(holder, **until)], {"12.pdf": scan("a")}))
    actions.sign_batch(leader, second.id)
    run_waiting()
    assert list(Digitised.objects.order_by("id").values_list("state", flat=True)) == ["replaced", "signed"]
    figure = measures.breakdown("dossiers.digitised", "scope", 2026)[agency.id]
    assert (figure.numerator, figure.denominator) == (1, 1)
    with clock.pinned("2026-11-10T23:00:00+07:00"):
        assert keeping.expire() == 0
    with clock.pinned("2026-11-11T00:10:00+07:00"):
        assert keeping.expire() == 1
        run_waiting()
        assert measures.breakdown("dossiers.digitised", "scope", 2026) == {}
        assert Holding.objects.get().state == HoldingState.EXPIRED


def test_a_holder_whom_the_state_comes_to_know_finds_it_in_the_vault(
    upload: Any, leader: Actor, receiver: Actor, agency: Agency
) -> None:
    unknown = ("091161000123", "Danh Thị Sà Phol")
    batch = upload(
        zipped(
            [row(unknown), row(("091161000123", "Người Lạ"), "13", "13.pdf")],
            {"12.pdf": scan("a"), "13.pdf": scan("b")},
        )
    )
    actions.sign_batch(leader, batch.id)
    run_waiting()
    assert not Holding.objects.exists()
    seen = SeenIdentity(
        full_name="DANH THỊ SÀ PHOL", birth_date=date(1961, 4, 12), sex="female", kind="cccd", number=unknown[0]
    )
    presence = actions.identify(receiver, agency.pk, seen, papers_seen=True)
    run_waiting()
    assert [h.number for h in Holding.objects.filter(person=presence.person)] == ["12"], "only under the same name"


def test_a_corrected_name_finds_its_old_papers(upload: Any, leader: Actor, receiver: Actor, agency: Agency) -> None:
    batch = upload(zipped([row(("091161000123", "Danh Thị Sà Phol"))], {"12.pdf": scan("a")}))
    actions.sign_batch(leader, batch.id)
    paper = SeenIdentity("Danh Thị Sà Phol", date(1961, 4, 12), "female", "cccd", "091161000123")
    presence = actions.identify(receiver, agency.pk, replace(paper, full_name="Danh Thị Phol"), papers_seen=True)
    run_waiting()
    assert not Holding.objects.exists()
    made = propose_correction(receiver, agency.pk, paper, reason="Thiếu chữ", papers_seen=True)
    approve_correction(leader, made.pk)
    run_waiting()
    assert [h.number for h in Holding.objects.filter(person=presence.person)] == ["12"]
