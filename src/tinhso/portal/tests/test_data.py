"""A person gets everything the state holds here about them, and has erased what the law lets go."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest

from tinhso.config import ROOT
from tinhso.dossiers import actions
from tinhso.dossiers import queries as dossiers
from tinhso.dossiers.models import Attachment, Dossier, Draft
from tinhso.dossiers.tests.conftest import actor_of, clerk, issued, leader, now_at, signed  # noqa: F401  fixtures
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, TooMany
from tinhso.kernel.files import storage
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Blob, EventRecord, Notification, StoredFile
from tinhso.kernel.policy import Actor
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import Account
from tinhso.vault import carrying_out, pack, request_queries, requests
from tinhso.vault.models import DataRequest
from tinhso.vault.pack import rules

pytestmark = pytest.mark.django_db
#: What stands on the mother's card.
CARD = SeenIdentity("NGUYỄN THỊ BÉ BA", date(1998, 3, 14), "female", "cccd", "091198004127")
SCHEMA = json.loads((ROOT / "docs" / "personal-data.schema.json").read_text())


@pytest.fixture
def chief(cast) -> Actor:
    return actor_of("tinh.quantri")


@pytest.fixture
def ready(mother) -> DataRequest:
    """An export of the mother's, made."""
    made = requests.ask(mother, "export")
    run_waiting()
    made.refresh_from_db()
    return made


def told(actor: Actor, made: DataRequest) -> dict:
    return json.loads(request_queries.fetched(actor, made.id, "json").content)


def erased(mother: Actor, chief: Actor) -> DataRequest:
    made = requests.ask(mother, "erasure")
    requests.decide(chief, made.id, approve=True)
    carrying_out.erase(made.id)
    made.refresh_from_db()
    return made


def test_the_export_holds_person_account_dossier_result_and_messages(issued, mother):  # noqa: F811
    made = requests.ask(mother, "export")
    run_waiting()
    export = told(mother, made)
    jsonschema.validate(export, SCHEMA)
    held = {part["name"]: part["rows"] for part in export["sections"]}
    assert held["people.Person"][0]["full_name"] == "Nguyễn Thị Bé Ba"
    assert held["people.Identifier"][0]["number"] == "091198004127"
    assert held["people.Account"][0]["login"] == "me.hontre@vidu.vn"
    assert [row["code"] for row in held["dossiers.Dossier"]] == [issued.code]
    assert ("Minh Khôi" in str(held["dossiers.Answer"])) or ("Khôi" in str(held["dossiers.Answer"]))
    assert held["dossiers.Result"][0]["number"]
    assert held["vault.Holding"][0]["title"]
    assert held["kernel.Notification"]
    assert held["dossiers.Step"]


def test_no_secret_and_nobody_else_is_in_it(issued, mother, ready):  # noqa: F811
    text = json.dumps(told(mother, ready), ensure_ascii=False)
    account = Account.objects.get(pk=mother.account)
    assert account.password not in text
    assert "091095007733" not in text


def test_the_paper_is_a_pdf_and_the_person_is_told_until_when(mother, ready):
    assert request_queries.fetched(mother, ready.id, "pdf").content.startswith(b"%PDF-1.7")
    note = Notification.objects.get(account=mother.account, kind="vault.export_ready")
    assert note.context == {"until": "16/11/2026"}


def test_terms_are_counted_from_the_day_of_asking(mother):
    """Monday 9 November 2026, 08:00: two working days end on Wednesday at 17:00, ten days on the 19th."""
    made = requests.ask(mother, "export")
    assert clock.local(made.answer_by).isoformat() == "2026-11-11T17:00:00+07:00"
    assert clock.local(made.done_by).isoformat() == "2026-11-19T08:00:00+07:00"
    assert made.done_by - made.created_at == timedelta(days=10)


def test_others_do_not_get_it_and_neither_does_the_person_too_late(mother, ready, stranger, receiver, chief):
    for other in (stranger, receiver, chief, replace(mother, assured=False), replace(mother, subject=uuid4())):
        with pytest.raises(NotFound):
            request_queries.fetched(other, ready.id, "json")
    with pytest.raises(NotFound):
        request_queries.fetched(mother, ready.id, "exe")
    with clock.pinned(ready.expires_at + timedelta(seconds=1)), pytest.raises(NotFound):
        request_queries.fetched(mother, ready.id, "json")


def test_an_unverified_account_asks_for_nothing(stranger, mother):
    with pytest.raises(Denied):
        requests.ask(stranger, "export")
    assert not DataRequest.objects.exists()


def test_one_request_of_a_kind_at_a_time_and_five_a_day(mother):
    requests.ask(mother, "export")
    with pytest.raises(Conflict):
        requests.ask(mother, "export")
    for _ in range(4):
        run_waiting()
        requests.ask(mother, "export")
    run_waiting()
    with pytest.raises(TooMany):
        requests.ask(mother, "export")


@pytest.mark.parametrize(("kind", "reason"), [("everything", ""), ("export", "x" * 2001)])
def test_bad_requests_are_refused_in_words(mother, kind, reason):
    with pytest.raises(Invalid):
        requests.ask(mother, kind, reason=reason)


def test_an_official_writes_it_down_for_a_person_present(mother, receiver, agency, specialist, own_spool_lines):
    made = requests.ask_at_counter(receiver, agency.id, "export", seen=CARD, papers_seen=True)
    run_waiting()
    assert request_queries.fetched(receiver, made.id, "pdf").content.startswith(b"%PDF")
    assert any(str(made.id) in line for line in own_spool_lines())
    with pytest.raises(NotFound):
        request_queries.fetched(replace(receiver, account=uuid4()), made.id, "pdf")
    with pytest.raises(NotFound):
        request_queries.fetched(receiver, made.id, "json")  # they hand over paper
    with pytest.raises(NotFound):
        requests.ask_at_counter(specialist, agency.id, "export", seen=CARD, papers_seen=True)
    with pytest.raises(Invalid):
        requests.ask_at_counter(receiver, agency.id, "export", seen=CARD, papers_seen=False)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "hộ tịch"}, "identifier"),
        ({"number": "000000000000"}, "number"),
        ({"full_name": "Người Khác"}, "number"),
        ({"birth_date": date(1998, 1, 1)}, "number"),
        ({"birth_date": None}, "birth_date"),
        ({"full_name": " "}, "full_name"),
    ],
)
def test_a_number_alone_opens_nothing_and_tells_nobody_who_is_known(wrong, field, receiver, agency):
    with pytest.raises(Invalid) as refused:
        requests.ask_at_counter(receiver, agency.id, "export", seen=replace(CARD, **wrong), papers_seen=True)
    assert list(refused.value.fields) == [field]
    if field == "number":
        assert refused.value.fields["number"].startswith("Hệ thống không có ai với đúng số")


def test_the_copy_of_the_counter_leaves_out_what_officials_were_promised_not_to_see(mother, receiver, agency):
    requests.ask_at_counter(receiver, agency.id, "export", seen=CARD, papers_seen=True)
    run_waiting()
    own = requests.ask(mother, "export")
    run_waiting()
    over = DataRequest.objects.exclude(id=own.id).get()
    told = {
        row: {part["name"] for part in json.loads(files.read(row.data_file_id))["sections"]}
        for row in DataRequest.objects.all()
    }
    hidden = {"dossiers.Rating", "kernel.AuditRecord"}
    assert told[own] - told[over] == hidden
    assert hidden <= told[own]


@pytest.fixture
def own_spool_lines(tmp_path: Path, monkeypatch):
    """The disclosures that this test noted."""
    from tinhso.kernel import spool

    monkeypatch.setattr(spool, "folder", lambda kind: tmp_path / kind)
    spool.close(spool.DISCLOSURES)
    yield lambda: [line for file in (tmp_path / "disclosures").glob("*") for line in file.read_text().splitlines()]
    spool.close(spool.DISCLOSURES)


def test_an_erasure_takes_two_people(mother, fill, chief):
    fill(mother)
    made = requests.ask(mother, "erasure")
    mothers_office = replace(chief, account=mother.account)
    mother_herself = replace(chief, subject=mother.subject)
    for one in (mothers_office, mother_herself):
        with pytest.raises(NotFound):
            requests.decide(one, made.id, approve=True)
    with pytest.raises(Denied):
        requests.decide(mother, made.id, approve=True)
    requests.decide(chief, made.id, approve=True)
    with pytest.raises(Conflict):
        requests.decide(chief, made.id, approve=False, answer="thôi")


def test_a_refusal_needs_its_reason_and_the_person_reads_it(mother, fill, chief):
    fill(mother)
    made = requests.ask(mother, "erasure")
    with pytest.raises(Invalid):
        requests.decide(chief, made.id, approve=False, answer=" ")
    requests.decide(chief, made.id, approve=False, answer="Còn hồ sơ đang giải quyết.")
    assert request_queries.mine(mother)[0][0].answer == "Còn hồ sơ đang giải quyết."


def test_drafts_go_with_their_keys_and_the_account_is_closed(mother, fill, chief, tmp_path):
    draft = fill(mother)
    file = Attachment.objects.get(draft=draft).file_id
    blob = Blob.objects.get(files=file)
    row, stored = Blob.objects.get(id=blob.id), StoredFile.objects.get(id=file)
    path = storage.path_of(blob.address, blob.id)
    copy = path.read_bytes()
    made = erased(mother, chief)
    run_waiting()

    assert not Draft.objects.filter(id=draft.id).exists()
    account = Account.objects.get(pk=mother.account)
    assert (account.is_active, account.phone, account.email, account.full_name) == (False, "", "", "")
    assert "me.hontre" not in account.login
    assert set(made.outcome["erased"]) == {"dossiers.drafts", "people.account"}
    with pytest.raises(NotFound):
        files.read(file)
    row.save()
    stored.save()  # the rows of yesterday's database …
    path.write_bytes(copy)  # … and yesterday's disk
    with pytest.raises(NotFound):
        files.read(file)


def test_while_a_dossier_is_open_nothing_is_erased(sent, mother, fill, chief):
    fill(mother)
    with pytest.raises(Invalid) as refused:
        requests.ask(mother, "erasure")
    assert "hồ sơ đang giải quyết" in str(refused.value.detail)


def test_a_dossier_sent_after_the_request_stops_the_approval(mother, fill, chief):
    made = requests.ask(mother, "erasure")
    actions.submit(mother, fill(mother).id, "once")
    with pytest.raises(Conflict):
        requests.decide(chief, made.id, approve=True)


def test_what_the_state_issued_stays_with_its_reason(issued, mother, chief, fill, clerk):  # noqa: F811
    actions.return_result(clerk, issued.id, version=now_at(issued))
    fill(mother)
    made = erased(mother, chief)
    kept = {one["scope"]: one["why"] for one in made.outcome["kept"]}
    assert "sổ hộ tịch" in kept["dossiers.results"]
    assert {"dossiers.sent", "vault.holdings", "people.register"} <= set(kept)
    assert dossiers.result_file(mother, issued.id).content.startswith(b"%PDF")
    assert Dossier.objects.get(id=issued.id).data


@pytest.fixture
def wrong(monkeypatch) -> None:
    """Rules that let the register of persons go, as an instance has them whose pack was never checked."""
    file = rules()
    scopes = [one.model_copy(update={"erasable": True, "unverified": False}) for one in file.scopes]
    monkeypatch.setattr(pack, "rules", lambda: file.model_copy(update={"scopes": scopes}))


def test_wrong_rules_promise_nothing_and_stop_the_approval_in_words(mother, fill, chief, hers, wrong):
    fill(mother)
    asked = requests.ask(mother, "erasure")
    planned = {one.scope: one for one in request_queries.my_plan(mother)}
    assert [scope for scope, one in planned.items() if one.goes] == ["dossiers.drafts", "people.account"]
    assert "phải giữ" in planned["people.register"].why
    with pytest.raises(Conflict) as refused:
        requests.decide(chief, asked.id, approve=True)
    assert "Thông tin và số giấy tờ" in str(refused.value.detail)
    assert "tinhso pack check" in str(refused.value.detail)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_rules_that_became_wrong_after_the_approval_erase_nothing_until_they_are_mended(mother, fill, chief, request):
    draft = fill(mother)
    asked = requests.ask(mother, "erasure")
    requests.decide(chief, asked.id, approve=True)
    request.getfixturevalue("wrong")
    with pytest.raises(Conflict):
        carrying_out.erase(asked.id)
    asked.refresh_from_db()
    assert asked.state == "working"
    assert Draft.objects.filter(id=draft.id).exists()
    assert Account.objects.get(pk=mother.account).is_active
    request.getfixturevalue("monkeypatch").undo()
    carrying_out.erase(asked.id)
    asked.refresh_from_db()
    assert asked.state == "done"
    assert not Draft.objects.filter(id=draft.id).exists()


def test_a_paper_shared_with_a_sent_dossier_keeps_its_key(sent, mother, fill, chief):
    """The draft's photograph has the very bytes of the one that was sent."""
    draft = fill(mother)
    used, loose = Attachment.objects.get(dossier=sent).file, Attachment.objects.get(draft=draft, dossier=None).file
    assert used.blob_id == loose.blob_id
    actions.withdraw(mother, sent.id, version=now_at(sent))
    erased(mother, chief)
    run_waiting()
    assert files.read(used.id)
    with pytest.raises(NotFound):
        files.read(loose.id)


def test_with_nothing_to_erase_the_reasons_are_said_at_once(mother, hers, monkeypatch):
    monkeypatch.setattr(requests, "plan", lambda person: [])
    with pytest.raises(Invalid) as refused:
        requests.ask(mother, "erasure")
    assert "phải lưu" in str(refused.value.detail)


def test_one_event_says_what_was_erased_and_a_second_run_does_nothing(mother, fill, chief):
    fill(mother)
    made = erased(mother, chief)
    carrying_out.erase(made.id)
    [event] = EventRecord.objects.filter(type="vn.tinhso.vault.data-request-done")
    assert event.data["scopes"] == {"dossiers.drafts": 1, "people.account": 1}
    assert event.data["files"] == 1


def test_an_official_keeps_the_account_that_signed(chief, leader):  # noqa: F811
    assert leader.subject is None


def test_the_pages_ask_and_fetch(hers, mother):
    assert "Chưa có" not in hers.get("/du-lieu-cua-toi").content.decode()
    assert hers.post("/du-lieu-cua-toi", {"kind": "export"}).status_code == 302
    run_waiting()
    page = hers.get("/du-lieu-cua-toi").content.decode()
    made = DataRequest.objects.get()
    assert f"/du-lieu-cua-toi/{made.id}/pdf" in page
    answer = hers.get(f"/du-lieu-cua-toi/{made.id}/json")
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    assert hers.post("/du-lieu-cua-toi", {"kind": "x"}).status_code == 422


def test_somebody_elses_request_is_not_found_by_page_and_api(strangers, ready):
    for address in (f"/du-lieu-cua-toi/{ready.id}/json", f"/api/v1/data-requests/{ready.id}/json"):
        assert strangers.get(address).status_code == 404
    assert strangers.get("/api/v1/data-requests").status_code == 403


def test_the_api_asks_and_answers(hers):
    made = hers.post("/api/v1/data-requests", {"kind": "export"}, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (202, "asked")
    run_waiting()
    assert hers.get("/api/v1/data-requests").json()["items"][0]["ready"] is True
    assert hers.get(f"/api/v1/data-requests/{made.json()['id']}/pdf").content.startswith(b"%PDF")
    assert {one["scope"] for one in hers.get("/api/v1/data-requests/plan").json()} >= {"people.account"}


def test_the_signature_still_verifies_after_an_erasure(issued, mother, chief, fill, clerk):  # noqa: F811
    from tinhso.dossiers.verification import verify_result

    actions.return_result(clerk, issued.id, version=now_at(issued))
    pdf = dossiers.result_file(mother, issued.id).content
    fill(mother)
    erased(mother, chief)
    assert verify_result(pdf).codes == []
