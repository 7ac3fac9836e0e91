"""Certified electronic copies: attested at the counter, signed and sealed, in the vault, found by whoever checks."""

from datetime import date
from typing import Any

import pytest

from tinhso.dossiers import actions, copying, queries
from tinhso.dossiers.models import CertifiedCopy, CopyState, Presence
from tinhso.dossiers.tests.conftest import actor_of, picture
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock, files
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Problem
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Disclosure, Notification
from tinhso.kernel.policy import Actor
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import Account, Assurance
from tinhso.places.models import Agency
from tinhso.vault.models import Holding, HoldingState

NEW = SeenIdentity(
    full_name="Danh Thị Sà Phol", birth_date=date(1961, 4, 12), sex="female", kind="cccd", number="091161000123"
)


@pytest.fixture
def presence(agency: Agency, receiver: Actor) -> Presence:
    return actions.identify(receiver, agency.pk, NEW, papers_seen=True)


@pytest.fixture
def attested(presence: Presence, receiver: Actor) -> CertifiedCopy:
    pages = [("a.png", picture()), ("b.png", picture())]
    return actions.attest(
        receiver, presence.id, title="Bằng tốt nghiệp trung học", original_seen=True, pages=pages, number="123"
    )


def test_a_copy_is_signed_sealed_kept_and_verified(
    attested: CertifiedCopy, presence: Presence, leader: Actor, clerk: Actor
) -> None:
    actions.sign_copy(leader, attested.id)
    run_waiting()
    attested.refresh_from_db()
    assert (attested.state, attested.number) == (CopyState.SIGNED, "1/2026")
    half = files.read(attested.file_id)  # type: ignore[arg-type]
    assert "copy-not-issued" in verify_result(half).codes
    actions.seal_copy(clerk, attested.id)
    run_waiting()
    attested.refresh_from_db()
    assert attested.state == CopyState.ISSUED
    signed = files.read(attested.file_id)  # type: ignore[arg-type]
    checked = verify_result(signed)
    assert checked.codes == []
    assert checked.valid
    assert checked.issued is not None
    assert checked.issued.number == "1/2026"
    assert [s.role for s in checked.signatures] == ["person", "seal"]
    held = Holding.objects.get(person=presence.person)
    assert (held.kind, held.origin) == ("certified_copy", attested.id)
    assert not verify_result(signed[:-9] + b"x" + signed[-8:]).valid
    copying.make(attested.id)
    assert Holding.objects.count() == 1
    name, content = queries.copy_file(leader, attested.id)
    assert content == signed
    assert name == "ban-sao-1-2026.pdf"


def test_who_attests_does_not_sign_and_who_has_no_authority_does_not(attested: CertifiedCopy, receiver: Actor) -> None:
    both = actor_of("hontre.tiepnhan", grants=actor_of("hontre.phochutich").grants | receiver.grants)
    with pytest.raises(Denied):
        actions.sign_copy(both, attested.id)
    without = actor_of("hontre.hotich", grants=actor_of("hontre.phochutich").grants)
    with pytest.raises(Denied):
        actions.sign_copy(without, attested.id)
    assert CertifiedCopy.objects.get(id=attested.id).state == CopyState.ATTESTED


def test_another_agency_and_the_person_themselves_get_nothing(
    attested: CertifiedCopy, presence: Presence, leader: Actor
) -> None:
    for login in ("rachgia.phochutich", "rachgia.tiepnhan", "hontre.hotich", "me.hontre@vidu.vn"):
        other = actor_of(login)
        for act in (actions.sign_copy, actions.seal_copy, queries.copy):
            with pytest.raises(NotFound):
                act(other, attested.id)
        with pytest.raises(NotFound):
            queries.copy_page(other, attested.id, 1)
    own = actor_of("hontre.phochutich", subject=presence.person_id)
    with pytest.raises(NotFound):
        actions.sign_copy(own, attested.id)
    with pytest.raises(NotFound):
        queries.copy_file(leader, attested.id)


def test_every_look_at_a_page_is_noted_for_the_person(
    attested: CertifiedCopy, presence: Presence, leader: Actor
) -> None:
    queries.copy_page(leader, attested.id, 1)
    take_disclosures()
    seen = Disclosure.objects.filter(person=presence.person_id, actor_account=leader.account)
    assert [row.fields for row in seen] == [["certified_copy"]]


def test_each_step_is_taken_once_and_in_order(attested: CertifiedCopy, leader: Actor, clerk: Actor) -> None:
    with pytest.raises(Conflict):
        actions.seal_copy(clerk, attested.id)
    actions.sign_copy(leader, attested.id)
    with pytest.raises(Conflict):
        actions.sign_copy(leader, attested.id)
    with pytest.raises(Conflict):
        actions.refuse_copy(leader, attested.id, reason="x")
    with pytest.raises(Conflict):
        actions.seal_copy(clerk, attested.id)


def test_a_refused_copy_says_why_and_takes_no_number(attested: CertifiedCopy, leader: Actor) -> None:
    with pytest.raises(Invalid):
        actions.refuse_copy(leader, attested.id, reason=" ")
    refused = actions.refuse_copy(leader, attested.id, reason="Bản chính bị tẩy xóa.")
    assert (refused.state, refused.number) == (CopyState.REFUSED, "")


@pytest.mark.parametrize(
    "changed",
    [{"title": " "}, {"original_seen": False}, {"pages": []}, {"pages": [("a.pdf", b"%PDF-1.4\n%x")]}],
)
def test_nothing_is_attested_that_was_not_seen(presence: Presence, receiver: Actor, changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {"title": "Bằng", "original_seen": True, "pages": [("a.png", picture())]}
    with pytest.raises(Invalid):
        actions.attest(receiver, presence.id, **{**given, **changed})
    assert not CertifiedCopy.objects.exists()


def test_the_fault_of_a_key_is_shown_and_the_order_stays(
    attested: CertifiedCopy, leader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.sign_copy(leader, attested.id)
    monkeypatch.setattr(copying, "document", lambda copy: b"no pdf")
    with pytest.raises(Problem):
        copying.make(attested.id)
    attested.refresh_from_db()
    assert attested.state == CopyState.SIGNING
    assert attested.fault
    assert copying.waiting() == [attested.id]
    monkeypatch.undo()
    copying.make(attested.id)
    attested.refresh_from_db()
    assert (attested.state, attested.fault) == (CopyState.SIGNED, "")


def issued(copy: CertifiedCopy, leader: Actor, clerk: Actor) -> CertifiedCopy:
    """The same copy, signed and sealed; who follows is not told yet."""
    actions.sign_copy(leader, copy.id)
    copying.make(copy.id)
    actions.seal_copy(clerk, copy.id)
    copying.make(copy.id)
    copy.refresh_from_db()
    return copy


def test_a_copy_taken_back_stays_in_the_book_and_whoever_checks_it_is_told(
    attested: CertifiedCopy, presence: Presence, leader: Actor, clerk: Actor, receiver: Actor
) -> None:
    with pytest.raises(Conflict):
        actions.revoke_copy(leader, attested.id, reason="Chưa cấp.")
    account = Account.objects.get(login="chua.xacminh@vidu.vn")
    Account.objects.filter(id=account.id).update(
        person=presence.person_id, assurance=Assurance.VERIFIED, verified_at=clock.now()
    )
    signed = files.read(issued(attested, leader, clerk).file_id)  # type: ignore[arg-type]
    run_waiting()
    assert verify_result(signed).valid
    with pytest.raises(Invalid):
        actions.revoke_copy(leader, attested.id, reason=" ")
    own = actor_of("hontre.phochutich", subject=presence.person_id)
    for other in (clerk, receiver, actor_of("rachgia.phochutich"), own):
        with pytest.raises(NotFound):
            actions.revoke_copy(other, attested.id, reason="x")
    taken = actions.revoke_copy(leader, attested.id, reason="Bản chính là giả.")
    assert (taken.state, taken.number, taken.revoked_by_name) == (CopyState.REVOKED, "1/2026", leader.name)
    run_waiting()
    checked = verify_result(signed)
    assert (checked.codes, checked.valid) == (["copy-revoked"], False)
    assert Holding.objects.get(origin=attested.id).state == HoldingState.REVOKED
    told = Notification.objects.get(account=account.id, kind="dossiers.copy_revoked")
    assert told.context["reason"] == "Bản chính là giả."
    with pytest.raises(NotFound):
        queries.copy_file(leader, attested.id)
    with pytest.raises(Conflict):
        actions.revoke_copy(leader, attested.id, reason="x")


def test_a_copy_taken_back_before_the_vault_knew_it_lies_there_as_taken_back(
    attested: CertifiedCopy, leader: Actor, clerk: Actor
) -> None:
    actions.revoke_copy(leader, issued(attested, leader, clerk).id, reason="Nhầm trang.")
    run_waiting()
    assert [one.state for one in Holding.objects.filter(origin=attested.id)] == [HoldingState.REVOKED]


def test_issued_copies_are_found_by_number_and_by_title(
    attested: CertifiedCopy, presence: Presence, leader: Actor, clerk: Actor
) -> None:
    assert queries.copies_made(leader) == ([], None)
    issued(attested, leader, clerk)
    for asked, found in (("", 1), ("1/2026", 1), ("2/2026", 0), ("tốt nghiệp", 1), ("khai sinh", 0), ("%", 0)):
        assert len(queries.copies_made(leader, asked)[0]) == found, asked
    assert queries.copies_made(actor_of("rachgia.phochutich"))[0] == []
    assert queries.copies_made(actor_of("hontre.phochutich", subject=presence.person_id))[0] == []
    with pytest.raises(Denied):
        queries.copies_made(actor_of("me.hontre@vidu.vn"))
