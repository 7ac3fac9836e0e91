"""Filing at the counter for a person who stands there: identified, theirs, on the forms of the portal."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from tests.filing import FORM

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Attachment, Channel, Dossier, Draft, Phase, Presence
from tinhso.dossiers.tests.conftest import actor_of, picture
from tinhso.kernel import clock, files
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Problem, TooLarge
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Disclosure, EventRecord
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import actions as people
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import Account, Identifier, Person
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.vault import actions as vault

#: Nobody the instance knows.
NEW = SeenIdentity(
    full_name="Danh Thị Sà Phol", birth_date=date(1961, 4, 12), sex="female", kind="cccd", number="091161000123"
)


def known_mother(**changes: Any) -> SeenIdentity:
    """What stands on the card of the sample mother."""
    account = Account.objects.get(login="me.hontre@vidu.vn")
    number = Identifier.objects.filter(person=account.person, kind="cccd").values_list("number", flat=True)[0]
    assert account.person is not None
    values = {
        "full_name": account.person.full_name.upper(),
        "birth_date": account.person.birth_date,
        "sex": account.person.sex,
        "kind": "cccd",
        "number": number,
    }
    return SeenIdentity(**{**values, **changes})


def present(receiver: Actor, agency: Agency, seen: SeenIdentity = NEW) -> Presence:
    return actions.identify(receiver, agency.pk, seen, papers_seen=True)


def filled(receiver: Actor, agency: Agency, presence: Presence) -> Draft:
    draft = actions.start_draft(receiver, "1.001193", agency.pk, presence.id)
    version = draft.version
    for topic, values in FORM.items():
        version = actions.save_topic(receiver, draft.id, topic, values, version).version
    pages = [("mot.png", picture()), ("hai.png", picture())]
    actions.attach_pages(receiver, draft.id, "birth_paper", pages, original="returned")
    draft.refresh_from_db()
    return draft


def test_a_person_without_an_account_is_identified_and_the_dossier_is_theirs_and_received(
    agency: Agency, receiver: Actor
) -> None:
    presence = present(receiver, agency)
    dossier = actions.file_at_counter(receiver, filled(receiver, agency, presence).id, "once")
    assert dossier.applicant_account_id is None
    assert dossier.applicant_person_id == presence.person_id
    assert (dossier.channel, dossier.phase) == (Channel.COUNTER, Phase.RECEIVED)
    assert dossier.applicant_name == "Danh Thị Sà Phol"
    assert "0123" in dossier.tracking_digits
    told = EventRecord.objects.filter(type="vn.tinhso.dossiers.person-identified").get()
    assert told.data["kind"] == "cccd"
    assert "091161000123" not in str(told.data)
    sent = EventRecord.objects.filter(type="vn.tinhso.dossiers.submitted").get()
    assert sent.data["presence"] == str(presence.id)
    first = queries.timeline(receiver, dossier.id)[0]
    assert first.title == "Nộp trực tiếp tại quầy"
    assert "Căn cước" in first.detail
    assert "0123" in first.detail
    assert "091161000123" not in first.detail
    run_waiting()


def test_the_dossier_appears_once_the_person_verifies_with_the_same_number(agency: Agency, receiver: Actor) -> None:
    dossier = actions.file_at_counter(receiver, filled(receiver, agency, present(receiver, agency)).id, "once")
    account = Account.objects.get(login="chua.xacminh@vidu.vn")
    assert queries.my_dossiers(actor_of(account.login))[0] == []
    people.verify_identity(receiver, account.pk, agency_id=agency.pk, seen=NEW, papers_seen=True)
    theirs = actor_of(account.login)
    assert [row.id for row in queries.my_dossiers(theirs)[0]] == [dossier.id]
    assert queries.dossier(theirs, dossier.id).code == dossier.code
    assert [row.id for row in queries.my_dossiers(receiver)[0]] == []


def test_who_left_has_left_however_often_they_were_noted(agency: Agency, receiver: Actor) -> None:
    first, again = present(receiver, agency), present(receiver, agency)
    draft = filled(receiver, agency, again)
    actions.leave(receiver, first.id)
    with pytest.raises(Conflict):
        actions.file_at_counter(receiver, draft.id, "once")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"full_name": "\u200b"}, "full_name"),
        ({"full_name": "Danh\u202eThị"}, "full_name"),
        ({"residence": "Ấp\x001"}, "residence"),
        ({"birth_date": date(1, 1, 1)}, "birth_date"),
    ],
)
def test_nobody_is_made_known_by_what_no_paper_says(
    agency: Agency, receiver: Actor, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        present(receiver, agency, replace(NEW, **wrong))
    assert field in refused.value.fields
    assert not Person.objects.filter(birth_date=NEW.birth_date).exists()


def test_an_hour_at_the_end_of_the_calendar_is_no_slot(agency: Agency, mother: Actor) -> None:
    with pytest.raises(Invalid):
        actions.book(mother, agency.pk, datetime.max.replace(tzinfo=UTC))


def test_the_same_submission_twice_is_one_dossier(agency: Agency, receiver: Actor) -> None:
    draft = filled(receiver, agency, present(receiver, agency))
    first = actions.file_at_counter(receiver, draft.id, "once")
    assert actions.file_at_counter(receiver, draft.id, "once").id == first.id
    assert Dossier.objects.count() == 1


def test_what_the_state_knows_is_filled_in_and_named_and_the_person_reads_that_it_was(
    agency: Agency, receiver: Actor, mother: Actor
) -> None:
    presence = present(receiver, agency, known_mother())
    assert presence.person_id == mother.subject
    draft = actions.start_draft(receiver, "1.001193", agency.pk, presence.id)
    assert draft.data["applicant"]["full_name"] == "Nguyễn Thị Bé Ba"
    assert draft.sources["applicant.full_name"]["source"] == "giấy tờ bạn đã đối chiếu"
    assert draft.sources["applicant.residence"]["source"] == "dữ liệu tỉnh giữ về người này"
    assert draft.sources["applicant.full_name"]["at"]
    assert "since" not in draft.sources["applicant.full_name"], "as old as the paper that was just seen"
    assert draft.sources["applicant.residence"]["since"]
    take_disclosures()
    seen = Disclosure.objects.filter(person=mother.subject, actor_account=receiver.account)
    assert {row.purpose for row in seen} == {"Tiếp nhận người đến quầy"}
    assert any("applicant.full_name" in row.fields for row in seen)
    assert queries.my_drafts(receiver)[0] == []


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"full_name": "Nguyễn Thị Bé Tư"}, Conflict),
        ({"birth_date": date(1998, 3, 15)}, Conflict),
        ({"birth_date": date(1997, 3, 14)}, Invalid),
        ({"sex": "male"}, Invalid),
        ({"number": "000198004127"}, Invalid),
        ({"number": "09119800412"}, Invalid),
        ({"kind": "tho"}, Invalid),
        ({"full_name": " "}, Invalid),
        ({"birth_date": None}, Invalid),
    ],
)
def test_a_paper_that_does_not_agree_is_refused_and_says_nothing_of_its_holder(
    agency: Agency, receiver: Actor, wrong: dict[str, Any], refusal: type[Problem]
) -> None:
    with pytest.raises(refusal) as raised:
        actions.identify(receiver, agency.pk, known_mother(**wrong), papers_seen=True)
    assert "Bé Ba" not in f"{raised.value.detail}{raised.value.fields}"
    assert not Presence.objects.exists()


def test_the_papers_must_have_been_seen(agency: Agency, receiver: Actor) -> None:
    with pytest.raises(Invalid):
        actions.identify(receiver, agency.pk, NEW, papers_seen=False)
    assert not Person.objects.filter(full_name=NEW.full_name).exists()


@pytest.mark.parametrize("login", ["me.hontre@vidu.vn", "chua.xacminh@vidu.vn", "hontre.hotich", "hontre.phochutich"])
def test_only_a_receiver_identifies(agency: Agency, receiver: Actor, login: str) -> None:
    with pytest.raises((NotFound, Denied)):
        actions.identify(actor_of(login), agency.pk, NEW, papers_seen=True)


def test_another_agency_a_colleague_and_the_person_themselves_get_nothing(agency: Agency, receiver: Actor) -> None:
    elsewhere = places.agency_of_unit("30742", agency.valid_from)
    with pytest.raises(NotFound):
        actions.identify(receiver, elsewhere.pk, NEW, papers_seen=True)
    presence = present(receiver, agency)
    draft = actions.start_draft(receiver, "1.001193", agency.pk, presence.id)
    for other in (actor_of("rachgia.tiepnhan"), actor_of("hontre.hotich"), actor_of("me.hontre@vidu.vn")):
        with pytest.raises(NotFound):
            queries.visit(other, presence.id)
        with pytest.raises(NotFound):
            queries.draft(other, draft.id)
        with pytest.raises(NotFound):
            actions.start_draft(other, "1.001193", agency.pk, presence.id)
        with pytest.raises(NotFound):
            actions.file_at_counter(other, draft.id, "x")
    himself = actor_of("hontre.tiepnhan", subject=presence.person_id)
    with pytest.raises(NotFound):
        actions.start_draft(himself, "1.001193", agency.pk, presence.id)
    with pytest.raises(Denied):
        actions.identify(himself, agency.pk, NEW, papers_seen=True)


def test_whoever_lost_the_post_loses_the_draft(agency: Agency, receiver: Actor) -> None:
    draft = actions.start_draft(receiver, "1.001193", agency.pk, present(receiver, agency).id)
    gone = actor_of("hontre.tiepnhan", grants=frozenset())
    with pytest.raises(NotFound):
        queries.draft(gone, draft.id)


def test_a_visit_that_ended_begins_nothing_new(agency: Agency, receiver: Actor) -> None:
    presence = present(receiver, agency)
    actions.leave(receiver, presence.id)
    with pytest.raises(Conflict):
        actions.start_draft(receiver, "1.001193", agency.pk, presence.id)


@pytest.mark.parametrize("how", ["left", "next day"])
def test_for_whoever_is_gone_nothing_is_filed_nor_taken_out_of_the_states_keeping(
    agency: Agency, receiver: Actor, single: Any, how: str
) -> None:
    """An identity seen once is no standing power over a person: it ends when they leave, or with the day."""
    presence = present(receiver, agency, known_mother())
    draft = actions.start_draft(receiver, "1.000894", agency.pk, presence.id)
    filed = filled(receiver, agency, presence)
    if how == "left":
        actions.leave(receiver, presence.id)
    with clock.pinned(clock.now() + timedelta(days=how == "next day")):
        assert queries.held_papers(receiver, presence.id, draft.procedure_version.spec) == {}
        with pytest.raises(Conflict):
            actions.reuse(receiver, draft.id, "single_certificate", single.id)
        for act in (actions.submit, actions.file_at_counter):
            with pytest.raises(Conflict):
                act(receiver, filed.id, "gone")
        with pytest.raises(Conflict):
            actions.start_draft(receiver, "1.001193", agency.pk, presence.id)
        with pytest.raises(NotFound):
            actions.attest(receiver, presence.id, title="Bằng", original_seen=True, pages=[("a.png", picture())])
        present(receiver, agency, known_mother())  # they come back: the same draft goes on
        assert actions.file_at_counter(receiver, filed.id, "back").received_at is not None
        assert actions.file_at_counter(receiver, filed.id, "back").id == Dossier.objects.get(draft=filed).id


def test_nobody_marks_the_original_of_a_citizens_own_draft_or_of_their_own_dossier(
    agency: Agency, receiver: Actor, mother: Actor, fill: Any
) -> None:
    draft = fill(mother)
    paper = Attachment.objects.get(draft=draft)
    with pytest.raises(NotFound):
        actions.mark_original(receiver, paper.id, "seen")
    actions.submit(mother, draft.id, "once")
    himself = replace(receiver, subject=mother.subject, assured=True)
    with pytest.raises(NotFound):
        actions.mark_original(himself, paper.id, "seen")
    assert actions.mark_original(receiver, paper.id, "seen").original == "seen"


def test_pages_become_one_pdf_and_the_original_is_marked(agency: Agency, receiver: Actor) -> None:
    draft = filled(receiver, agency, present(receiver, agency))
    paper = Attachment.objects.get(draft=draft)
    content = files.read(paper.file_id)
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 2 or content.count(b"/MediaBox") == 2
    assert paper.original == "returned"
    actions.mark_original(receiver, paper.id, "seen")
    paper.refresh_from_db()
    assert paper.original == "seen"
    with pytest.raises(NotFound):
        actions.mark_original(actor_of("rachgia.tiepnhan"), paper.id, "returned")


def test_what_is_no_picture_and_too_many_pages_are_refused(agency: Agency, receiver: Actor) -> None:
    draft = actions.start_draft(receiver, "1.001193", agency.pk, present(receiver, agency).id)
    with pytest.raises(Invalid):
        actions.attach_pages(receiver, draft.id, "birth_paper", [("a.png", b"%PDF-1.4 x"), ("b.png", picture())])
    with pytest.raises(Invalid):
        actions.attach_pages(receiver, draft.id, "birth_paper", [("a.png", picture())] * 41)
    with pytest.raises(Invalid):
        actions.attach_pages(receiver, draft.id, "birth_paper", [])
    with pytest.raises((Invalid, TooLarge)):
        actions.attach_pages(receiver, draft.id, "birth_paper", [("a.jpg", b"\xff\xd8\xff" + b"x" * 16 * 1024 * 1024)])


def test_a_photograph_loses_what_the_camera_wrote_into_it(agency: Agency, receiver: Actor) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    kept = BytesIO()
    Image.new("RGB", (40, 20), "white").save(kept, "JPEG", exif=exif)
    draft = actions.start_draft(receiver, "1.001193", agency.pk, present(receiver, agency).id)
    paper = actions.attach_pages(receiver, draft.id, "birth_paper", [("a.jpg", kept.getvalue())])
    assert b"SECRETCAMERA" not in files.read(paper.file_id)


@pytest.fixture
def single(mother: Actor, agency: Agency) -> Any:
    """The state holds a certificate of the mother's marital status."""
    stored = files.store(SYSTEM, name="a.png", content=picture(), allowed=files.PAPERS, limit=1_000_000)
    deposit = vault.Deposit(
        person=mother.subject,  # type: ignore[arg-type]
        kind="marital_status_certificate",
        title="Giấy xác nhận tình trạng hôn nhân",
        number="7/2026",
        file=stored.id,
        issued_at=agency.created_at,
        origin=uuid4(),
        issuer=agency.pk,
    )
    return vault.deposit(SYSTEM, deposit)


def test_a_paper_that_the_state_holds_is_put_in_with_its_source(
    agency: Agency, receiver: Actor, mother: Actor, single: Any
) -> None:
    presence = present(receiver, agency, known_mother())
    draft = actions.start_draft(receiver, "1.000894", agency.pk, presence.id)
    held = queries.held_papers(receiver, presence.id, draft.procedure_version.spec)
    assert [one.number for one in held["single_certificate"]] == ["7/2026"]
    actions.reuse(receiver, draft.id, "single_certificate", single.id)
    paper = queries.draft(receiver, draft.id).papers[0]
    assert paper.held == "Giấy xác nhận tình trạng hôn nhân số 7/2026"
    take_disclosures()
    assert any(
        "vault:marital_status_certificate" in row.fields for row in Disclosure.objects.filter(person=mother.subject)
    )


def test_nobody_elses_paper_and_no_revoked_one_is_put_in(agency: Agency, receiver: Actor, single: Any) -> None:
    other = actions.start_draft(receiver, "1.000894", agency.pk, present(receiver, agency).id)
    with pytest.raises(NotFound):
        actions.reuse(receiver, other.id, "single_certificate", single.id)
    draft = actions.start_draft(receiver, "1.000894", agency.pk, present(receiver, agency, known_mother()).id)
    with pytest.raises(NotFound):
        actions.reuse(receiver, draft.id, "divorce_decision", single.id)
    vault.end(SYSTEM, single.origin, vault.HoldingState.REVOKED)
    with pytest.raises(NotFound):
        actions.reuse(receiver, draft.id, "single_certificate", single.id)
