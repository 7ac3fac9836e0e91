"""The answer of the common form is the official's own words: they are asked for, and printed."""

import html

from tests.common_form import APPLICANT, REQUEST, filled_in_common

from tinhso.desk.tests.test_desk import address, desk_of
from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Paper, Proposal
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    leader,
    monday,
    mother,
    now_at,
    receiver,
)
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Notification
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency

ANSWER = "Đồng ý, trợ cấp từ 01/12/2026"


def received(mother: Actor, agency: Agency, receiver: Actor) -> Dossier:  # noqa: F811
    draft = actions.start_draft(mother, filled_in_common("commune").code, agency.id)
    version = draft.version
    for topic, answers in (("applicant", {**APPLICANT, "receipt_wanted": True}), ("request", REQUEST)):
        version = actions.save_topic(mother, draft.id, topic, answers, version).version
    dossier = actions.submit(mother, draft.id, "once")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    run_waiting()
    return dossier


def test_proposing_asks_for_the_answer_and_nothing_typed_is_lost(
    mother: Actor,  # noqa: F811
    agency: Agency,  # noqa: F811
    receiver: Actor,  # noqa: F811
    leader: Actor,  # noqa: F811
) -> None:
    dossier = received(mother, agency, receiver)
    client = desk_of("hontre.hotich")
    assert "Mẫu chung của hệ thống" in client.get(address(dossier)).content.decode()
    # its field verifies first: passing the check asks for no words
    assert client.post(address(dossier, "propose"), {"version": now_at(dossier)}).status_code == 302
    form = client.get(address(dossier, "propose")).content.decode()
    assert 'name="text"' in form

    empty = client.post(address(dossier, "propose"), {"version": now_at(dossier), "text": " "})
    assert empty.status_code == 422
    assert "Ghi nội dung trả lời" in html.unescape(empty.content.decode())
    stale = client.post(address(dossier, "propose"), {"version": 1, "text": ANSWER})
    assert ANSWER in html.unescape(stale.content.decode())

    assert client.post(address(dossier, "propose"), {"version": now_at(dossier), "text": ANSWER}).status_code == 302
    assert Proposal.objects.get(dossier=dossier).text == ANSWER
    result = actions.sign(leader, dossier.id, version=now_at(dossier))
    assert result.values["facts"]["result"]["answer"] == ANSWER


def test_receipt_and_message_promise_no_day_where_no_term_is_verified(
    mother: Actor,  # noqa: F811
    agency: Agency,  # noqa: F811
    receiver: Actor,  # noqa: F811
) -> None:
    dossier = received(mother, agency, receiver)
    dossier.refresh_from_db()
    assert dossier.due_at is None
    assert "chưa có thời hạn đã xác minh" in Paper.objects.get(dossier=dossier, kind="receipt").values["due_at"]
    told = set(Notification.objects.values_list("kind", flat=True))
    assert "dossiers.received_without_term" in told
    assert "dossiers.received" not in told
    assert str(clock.today().year) not in Paper.objects.get(dossier=dossier, kind="receipt").values["due_at"]
