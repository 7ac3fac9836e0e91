"""A signature that cannot be made now is shown, tried again, and nothing is lost."""

from collections.abc import Iterator

import pytest
from tests.full_disk import full_disk

from tinhso.config import instance
from tinhso.dossiers import actions, jobs, queries, signature
from tinhso.dossiers.models import BookEntry, Dossier, SigningSession, Step
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.verification import verify_result
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor


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
    assert [e.number for e in BookEntry.objects.filter(dossier=sent)] == [1]


def test_making_the_same_signature_twice_changes_nothing(signed: Dossier) -> None:
    before = (now_at(signed), Step.objects.filter(dossier=signed).count())
    signature.make(SigningSession.objects.get().id)
    assert (now_at(signed), Step.objects.filter(dossier=signed).count()) == before


def test_who_signed_in_which_form_is_printed_and_kept(issued: Dossier, leader: Actor) -> None:
    made = issued.results.get().signatures.get(kind="person")
    assert (made.form, made.on_behalf_of, made.position) == ("kt", "CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert issued.results.get().values["facts"]["signer"]["authority"] == "KT. CHỦ TỊCH"
    assert made.name == leader.name


def test_a_full_disk_is_said_on_the_dossier_and_the_signature_made_when_there_is_room(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    run_waiting()
    before = {path for path in (instance().home / "files").rglob("*") if path.is_file()}
    actions.sign(leader, sent.id, version=now_at(sent))
    with full_disk(largest=4096), pytest.raises(Unavailable):
        run_waiting()
    made = queries.dossier(leader, sent.id).results[0].signatures[0]
    assert made.state == "failed"
    assert "Kho lưu của hệ thống đang đầy" in made.last_error
    assert {path for path in (instance().home / "files").rglob("*") if path.is_file()} == before

    jobs.resume_signatures()
    run_waiting()
    shown = queries.dossier(leader, sent.id)
    assert [s.task for s in shown.steps if s.open] == ["seal_return"]
    assert BookEntry.objects.get(dossier=sent).number == 1
