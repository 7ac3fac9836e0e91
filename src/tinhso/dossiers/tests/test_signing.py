"""A signature that cannot be made now is shown, tried again, and nothing is lost."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from tests.full_disk import full_disk
from tests.peers.remote_signing import Peer, remote_signing

from tinhso.config import instance
from tinhso.dossiers import actions, jobs, queries, reactions, signature
from tinhso.dossiers.events import ResultIssued, ResultRevoked, SignatureMade
from tinhso.dossiers.models import BookEntry, Dossier, Signature, SigningSession, Step
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.verification import verify_result
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.policy import Actor
from tinhso.kernel.signing import hold
from tinhso.kernel.signing.authority import authority
from tinhso.vault.models import Holding, HoldingState


@pytest.fixture
def remote_leader(sent: Dossier, leader: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    """The leader's key lies at a remote service; its certificate is of our own authority, for a key we do not have."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    monkeypatch.setattr("tinhso.kernel.signing.holders._file", lambda: tmp_path / "holders.json")
    pem = certificate_for(key.public_key())
    hold(key="remote:dv/leader", agency_id=str(sent.agency_id), account=str(leader.account), pem=pem)
    with remote_signing(key) as (address, peer):
        monkeypatch.setitem(instance().settings, "signing", {"remote": {"dv": {"url": address, "timeout": 2}}})
        yield peer


def certificate_for(public: rsa.RSAPublicKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lãnh đạo")])
    issuing = authority().certificate("issuing")
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuing.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(authority().private_key("issuing"), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def nobody_stamps() -> Iterator[None]:
    """The time-stamp authority does not answer."""
    settings = instance().settings
    before = settings.get("signing")
    settings["signing"] = {"tsa": "http://127.0.0.1:9/", "tsa_timeout": 1}
    yield
    settings.pop("signing", None)
    if before is not None:
        settings["signing"] = before


def test_without_a_time_stamp_the_order_stays_and_says_so_and_is_carried_out_later(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, clerk: Actor, mother: Actor, nobody_stamps: None
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))
    with pytest.raises(Unavailable):
        run_waiting()
    shown = queries.dossier(leader, sent.id)
    made = shown.results[0].signatures[0]
    assert (made.state, made.attempts, bool(made.last_error)) == ("failed", 1, True)
    assert [s.task for s in shown.steps if s.open] == ["sign"]
    assert "sign" not in shown.acts

    prepared = bytes(SigningSession.objects.get().prepared or b"")
    instance().settings.pop("signing")
    jobs.resume_signatures()
    run_waiting()
    done = SigningSession.objects.get()
    assert (done.state, done.prepared, done.attempts) == ("done", None, 2)
    assert prepared
    actions.seal(clerk, sent.id, version=now_at(sent))
    run_waiting()
    assert verify_result(queries.result_file(mother, sent.id).content).valid
    assert [e.number for e in BookEntry.objects.filter(dossier=sent).exclude(book__kind="tracking")] == [1]


def test_a_leader_who_refuses_on_the_telephone_may_agree_to_the_next_try(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, clerk: Actor, mother: Actor, remote_leader: Peer
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))
    remote_leader.mode = "refused"
    with pytest.raises(Unavailable):
        run_waiting()
    refused = SigningSession.objects.get()
    assert (refused.state, refused.prepared) == ("failed", None)
    assert "từ chối" in refused.last_error

    remote_leader.mode = "good"
    remote_leader.agree()
    jobs.resume_signatures()
    run_waiting()
    made = SigningSession.objects.get()
    assert (made.state, made.key) == ("done", "remote:dv/leader")
    actions.seal(clerk, sent.id, version=now_at(sent))
    run_waiting()
    assert verify_result(queries.result_file(mother, sent.id).content).valid
    assert AuditRecord.objects.filter(act="kernel.key-entered").exists()


def test_making_the_same_signature_twice_changes_nothing(signed: Dossier) -> None:
    before = (now_at(signed), Step.objects.filter(dossier=signed).count())
    signature.make(SigningSession.objects.get().id)
    assert (now_at(signed), Step.objects.filter(dossier=signed).count()) == before


@pytest.fixture
def ordered(sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor) -> SigningSession:
    """The leader has ordered the signature, no worker has taken it up."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))
    return SigningSession.objects.get()


@pytest.mark.parametrize("then", ["goes on", "fails"])
def test_two_at_the_same_signature_make_one(
    sent: Dossier, ordered: SigningSession, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """The job of a killed worker comes back while another has taken up the signature."""
    real, others = signature._unsigned, ["beside"]

    def slow(one: Signature) -> bytes:
        if not others:
            return real(one)
        others.pop()
        signature.make(ordered.id)  # the other, from its beginning to its end
        if then == "fails":
            raise Unavailable("Chưa trả lời")
        return real(one)

    monkeypatch.setattr(signature, "_unsigned", slow)
    with suppress(Unavailable):
        signature.make(ordered.id)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.prepared, ordered.last_error) == ("done", None, "")
    assert ordered.id not in signature.waiting()
    made = [h.event for h in history(f"dossier:{sent.id}") if isinstance(h.event, SignatureMade)]
    assert [event.version for event in made] == [now_at(sent)]


def test_who_signed_in_which_form_is_printed_and_kept(issued: Dossier, leader: Actor) -> None:
    made = issued.results.get().signatures.get(kind="person")
    assert (made.form, made.on_behalf_of, made.position) == ("kt", "CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert issued.results.get().values["facts"]["signer"]["authority"] == "KT. CHỦ TỊCH"
    assert made.name == leader.name


def test_a_full_disk_is_said_on_the_dossier_and_the_signature_made_when_there_is_room(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    run_waiting()
    actions.sign(leader, sent.id, version=now_at(sent))
    monkeypatch.setitem(instance().settings, "files", {"folder": str(tmp_path)})  # other tests write to the usual one
    with full_disk(largest=4096), pytest.raises(Unavailable):
        run_waiting()
    made = queries.dossier(leader, sent.id).results[0].signatures[0]
    assert made.state == "failed"
    assert "Kho lưu của hệ thống đang đầy" in made.last_error
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    jobs.resume_signatures()
    run_waiting()
    shown = queries.dossier(leader, sent.id)
    assert [s.task for s in shown.steps if s.open] == ["seal_return"]
    assert BookEntry.objects.exclude(book__kind="tracking").get(dossier=sent).number == 1


def test_a_result_that_reaches_the_vault_after_it_was_revoked_lies_there_revoked(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, clerk: Actor
) -> None:
    """A reaction that failed is tried again later, so the end may be told before the beginning."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    for act, actor in ((actions.sign, leader), (actions.seal, clerk)):
        act(actor, sent.id, version=now_at(sent))
        signature.make(SigningSession.objects.exclude(state="done").get().id)
    actions.revoke_result(leader, sent.id, reason="Sai tên", version=now_at(sent))
    told = {type(one.event): one for one in history(f"dossier:{sent.id}")}
    for kind, react in ((ResultRevoked, reactions.end_result), (ResultIssued, reactions.keep_result)):
        react(told[kind].event, told[kind].envelope)  # type: ignore[arg-type]
    assert Holding.objects.get(dossier=sent.id).state == HoldingState.REVOKED
