"""The paper receipt: who gets it, what stands on it, who may read it."""

import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.events import PaperIssued, ReceiptAsked
from tinhso.dossiers.models import Dossier, Draft, Paper
from tinhso.dossiers.paperwork import owed
from tinhso.dossiers.tests.conftest import FORM, actor_of, now_at, picture
from tinhso.dossiers.tests.test_api import Caller, calls  # noqa: F401  the fixture
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor


@pytest.fixture
def wanting(mother: Actor, fill: Callable[..., Draft]) -> Dossier:
    """A dossier whose applicant ticked that she wants the paper."""
    draft = fill(mother, applicant={**FORM["applicant"], "receipt_wanted": True})
    return actions.submit(mother, draft.id, "wanting")


def receipt_of(dossier: Dossier) -> Paper:
    return Paper.objects.get(dossier=dossier, kind="receipt")


def receipt_file(actor: Actor, dossier: Dossier) -> queries.Download:
    """The receipt as that actor gets it; NotFound when there is none."""
    made = Paper.objects.filter(dossier=dossier, kind="receipt").first()
    return queries.issued_file(actor, made.id if made else dossier.id)


def received(dossier: Dossier, receiver: Actor) -> None:
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    run_waiting()


def poppler(tool: str, content: bytes) -> str:
    """What a reader of PDF that is not ours says of it."""
    return subprocess.run(
        [tool, "-", *(["-"] if tool == "pdftotext" else [])], input=content, capture_output=True, check=True
    ).stdout.decode()


def text_of(content: bytes) -> str:
    return " ".join(poppler("pdftotext", content).split())


def test_who_ticked_it_gets_the_receipt_on_receipt_with_code_papers_and_appointment(
    wanting: Dossier, receiver: Actor, mother: Actor
) -> None:
    with pytest.raises(NotFound):
        receipt_file(mother, wanting)
    received(wanting, receiver)
    file = receipt_file(mother, wanting)
    printed = text_of(file.content)
    assert (file.name, file.media_type) == (f"receipt-1-2026-{wanting.code}.pdf", "application/pdf")
    for words in (
        wanting.code,
        "Nguyễn Thị Bé Ba",
        "Trần Minh Khôi",
        "08:00, ngày 09/11/2026",
        "trước 17:00, ngày 09/11/2026",
        "Trực tuyến",
        receiver.name,
        "chưa đối chiếu",
        "(1 tệp, bản điện tử)",
        "/tra-cuu",
    ):
        assert words in printed, words


def test_it_is_one_sheet_of_a5(wanting: Dossier, receiver: Actor, mother: Actor) -> None:
    received(wanting, receiver)
    told = poppler("pdfinfo", receipt_file(mother, wanting).content)
    facts = {name: value.strip() for name, _colon, value in (line.partition(":") for line in told.splitlines())}
    width, _by, height, *_unit = facts["Page size"].split()
    assert facts["Pages"] == "1"
    assert (round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)) == (148, 210)


def test_a_same_day_procedure_has_none_until_the_counter_is_asked(
    sent: Dossier, receiver: Actor, mother: Actor
) -> None:
    with pytest.raises(Conflict):
        actions.ask_receipt(receiver, sent.id)
    received(sent, receiver)
    assert "ask_receipt" in queries.dossier(receiver, sent.id).acts
    with pytest.raises(NotFound):
        receipt_file(mother, sent)
    actions.ask_receipt(receiver, sent.id)
    actions.ask_receipt(receiver, sent.id)
    run_waiting()
    assert receiver.name in text_of(receipt_file(mother, sent).content)
    assert Paper.objects.filter(dossier=sent, kind="receipt").count() == 1
    assert "ask_receipt" not in queries.dossier(receiver, sent.id).acts


def test_a_procedure_that_takes_days_owes_it_to_everybody(sent: Dossier) -> None:
    spec = sent.procedure_version.spec
    assert not owed(spec, sent.data)
    assert owed(replace(spec, deadline=replace(spec.deadline, kind="working_days", value=3)), sent.data)


def test_asking_and_issuing_stand_in_the_trail(sent: Dossier, receiver: Actor) -> None:
    received(sent, receiver)
    actions.ask_receipt(receiver, sent.id)
    run_waiting()
    told = [h for h in history(f"dossier:{sent.id}") if isinstance(h.event, ReceiptAsked | PaperIssued)]
    assert [type(h.event) for h in told] == [ReceiptAsked, PaperIssued]
    assert told[0].envelope.actor_account == receiver.account
    assert isinstance(told[1].event, PaperIssued)
    assert (told[1].event.paper, told[1].event.number) == (receipt_of(sent).id, 1)


def test_papers_and_time_are_those_of_the_receipt_not_of_a_later_supplement(
    sent: Dossier, receiver: Actor, specialist: Actor, mother: Actor
) -> None:
    received(sent, receiver)
    actions.request_supplement(specialist, sent.id, [actions.Point("Rõ hơn", "birth_paper")], version=now_at(sent))
    actions.attach_answer(mother, sent.id, "birth_paper", name="rõ.png", content=picture())
    actions.answer_supplement(mother, sent.id, version=now_at(sent))
    actions.ask_receipt(receiver, sent.id)
    run_waiting()
    assert [paper["files"] for paper in receipt_of(sent).values["papers"]] == [1]


def test_strangers_do_not_find_it_and_an_officials_reading_is_noted(
    calls: Callable[[Actor], Caller],  # noqa: F811
    wanting: Dossier,
    receiver: Actor,
    mother: Actor,
    stranger: Actor,
) -> None:
    received(wanting, receiver)
    path = f"/issued-papers/{receipt_of(wanting).id}"
    elsewhere = actor_of("rachgia.tiepnhan")
    assert [calls(who).get(path).status_code for who in (stranger, elsewhere)] == [404, 404]
    assert calls(elsewhere).send("POST", f"/dossiers/{wanting.id}/receipt-requests").status_code == 404
    assert calls(mother).send("POST", f"/dossiers/{wanting.id}/receipt-requests").status_code == 403
    take_disclosures()
    assert mother.subject is not None
    before = len(seen_by_others(mother.subject))
    answer = calls(receiver).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert calls(mother).get(path).status_code == 200
    take_disclosures()
    assert len(seen_by_others(mother.subject)) == before + 1
