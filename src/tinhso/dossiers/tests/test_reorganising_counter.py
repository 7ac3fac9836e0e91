"""Every table that names an agency is moved or stays for a reason; of the counter, what is to come goes on."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from tinhso.dossiers import actions, escalation, jobs, queries, warning
from tinhso.dossiers.events import OpinionOverdue
from tinhso.dossiers.models import (
    Appointment,
    BatchState,
    CertifiedCopy,
    Digitised,
    DigitisedBatch,
    DigitisedState,
    Dossier,
    Joint,
    JointPart,
    Opinion,
    Presence,
    SavedView,
    Ticket,
)
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.old_papers.scans import row as listed
from tinhso.dossiers.tests.old_papers.scans import scan, zipped
from tinhso.dossiers.tests.test_reorganising import (  # noqa: F401 - fixtures
    AFTER,
    admins,
    carried_out,
    fill,
    held,
    june,
    live,
    mother,
    new,
    old,
    sent,
)
from tinhso.kernel import clock, notify
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account, Correction, Official, Person, Post, SigningAuthority, SigningForm
from tinhso.places import queries as places
from tinhso.places.models import Agency

MOVED = {
    "dossiers.Dossier.agency": "open ones",
    "dossiers.Step.agency": "waiting ones: ended, and opened anew at the new agency",
    "dossiers.Draft.agency": "when it is saved or sent",
    "dossiers.Appointment.agency": "those to come",
    "dossiers.CertifiedCopy.agency": "those that nobody signed yet",
    "dossiers.Joint.agency": "those that are not over",
    "dossiers.JointPart.agency": "with its dossier, or with the office while it is not over",
    "dossiers.Opinion.agency": "questions that wait for an answer",
    "dossiers.SavedView.agency": "shared ones, unless the name is taken",
    "dossiers.DigitisedBatch.agency": "those that are not over",
    "people.Post.agency": "ended, and begun at the new agency",
    "people.Official.home": "all",
    "people.Custody.keeper": "all",
}
ENDED = {
    "dossiers.Book.agency": "closed; the new agency's begins with 1",
    "dossiers.Presence.agency": "ended; identified anew",
    "people.SigningAuthority.agency": "ended; granted anew",
    "people.RoleProposal.agency": "open ones withdrawn",
    "people.Correction.agency": "open ones withdrawn",
}
STAYS = {
    "dossiers.AgencyMove.from_agency": "what was",
    "dossiers.AgencyMove.to_agency": "what was",
    "dossiers.Export.agency": "who keeps what the agency left sees it until it expires",
    "dossiers.DossierCounter.agency": "the code of the day is the agency's",
    "dossiers.PublishedFigure.agency": "what was told",
    "dossiers.Digitised.agency": "in whose book it stands: books of two agencies have the same numbers",
    "dossiers.Paper.agency": "numbered in the agency's series, sealed by it",
    "dossiers.Payment.agency": "a receipt of the agency's book",
    "dossiers.Ticket.agency": "lasts a day; the plan counts those that wait",
    "dossiers.TicketCounter.agency": "lasts a day",
    "indicators.Owner.agency": "charged by a decision; another decision charges another",
    "indicators.Plan.agency": "what was written",
    "indicators.Comment.agency": "what was written",
    "indicators.Evidence.agency": "what was written",
    "indicators.Snapshot.agency": "frozen, signed and sealed",
    "people.Account.verified_agency": "where it was seen",
    "people.Custody.old": "the agency that is kept",
    "places.Agency.parent": "the pack says",
    "places.WorkingHours.agency": "the pack says",
    "places.SpecialDay.agency": "the pack says",
    "places.ReorganisationPart.old": "what was",
    "places.ReorganisationPart.new": "what was",
    "vault.Holding.issuer": "who issued it",
    "vault.DataRequest.agency": "where it was asked",
}


#: Rows that name an agency without a column of their own for it.
WITHIN = {
    "dossiers.SearchWords.words": "the agency is a word: written anew by the trigger when the dossier moves",
    "dossiers.SavedView.filters": "name the new agency",
    "dossiers.Export.filters": "what was asked",
    "dossiers.BulkAct.done": "what was done: a dossier that moved has a later version, so that undoing leaves it",
}


def test_every_column_that_names_an_agency_is_decided() -> None:
    found = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is Agency
    }
    assert found == MOVED.keys() | ENDED.keys() | STAYS.keys()
    for path in WITHIN:
        app, model, field = path.split(".")
        apps.get_model(app, model)._meta.get_field(field)


@pytest.mark.usefixtures("june")
def test_the_counter_goes_on(old: Agency, new: Agency, admins: tuple[Actor, Actor]) -> None:  # noqa: F811
    with clock.pinned(AFTER):
        mother, other, official = (
            Account.objects.get(login=login) for login in ("me.hontre@vidu.vn", "rachgia.tiepnhan", "hontre.tiepnhan")
        )
        person = Person.objects.first()

        def booked(agency: Agency, account: Account, at: str, seat: int, **more: Any) -> Appointment:
            starts = datetime.fromisoformat(at)
            return Appointment.objects.create(
                agency=agency, account=account, name="x", starts_at=starts, seat=seat, **more
            )

        coming = booked(old, mother, "2025-07-02T09:00:00+07:00", 1, reminded_at=clock.now())
        theirs = booked(new, other, "2025-07-02T09:00:00+07:00", 1, reminded_at=clock.now())
        past = booked(old, mother, "2025-06-30T09:00:00+07:00", 1)
        given_up = booked(old, mother, "2025-07-02T10:00:00+07:00", 1, state="cancelled")
        seen: dict[str, Any] = {"agency": old, "person": person}
        presence = Presence.objects.create(
            **seen, kind="cccd", number="1", seen_by=official, seen_by_name="x", seen_at=clock.now()
        )
        copies = [
            CertifiedCopy.objects.create(
                **seen, presence=presence, title=state, state=state, attested_by=official, attested_by_name="x"
            )
            for state in ("attested", "signed", "issued")
        ]
        ticket = Ticket.objects.create(agency=old, day=date(2025, 7, 1), window="A", number=7)
        misspelt = Correction.objects.create(
            **seen,
            kind="cccd",
            number="1",
            full_name="x",
            birth_date=date(1990, 1, 1),
            name_before="y",
            reason="z",
            proposed_by=official,
            proposed_by_name="x",
            expires_at=clock.now() + timedelta(days=3),
        )
        row = carried_out(admins)

        after = {one.id: one for one in Appointment.objects.all()}
        assert [after[one.id].agency_id for one in (coming, theirs, past, given_up)] == [new.id, new.id, old.id, old.id]
        assert (after[coming.id].seat, after[theirs.id].seat) == (2, 1)
        assert after[coming.id].reminded_at is None
        assert after[theirs.id].reminded_at is not None
        assert dict(CertifiedCopy.objects.values_list("title", "agency")) == {
            "attested": new.id,
            "signed": old.id,
            "issued": old.id,
        }
        assert len(copies) == 3
        presence.refresh_from_db()
        assert (presence.agency_id, presence.ended_at) == (old.id, clock.now())
        ticket.refresh_from_db()
        assert (ticket.agency_id, ticket.state) == (old.id, "waiting")
        told = {effect["kind"]: effect["count"] for effect in row.outcome if effect["old"] == str(old.id)}
        assert {kind: told.get(f"dossiers.{kind}") for kind in ("appointments", "copies", "copies_signing")} == {
            "appointments": 1,
            "copies": 1,
            "copies_signing": 1,
        }
        assert (told["dossiers.presences"], told["dossiers.tickets"]) == (1, 1)
        misspelt.refresh_from_db()
        assert (misspelt.state, misspelt.agency_id, told["people.proposals"]) == ("withdrawn", old.id, 1)
        assert [one.event.state for one in history(f"person:{misspelt.person_id}") if "state" in vars(one.event)] == [
            "withdrawn"
        ]
        (event,) = history(f"agency:{old.id}")
        moved: Any = event.event
        assert moved.moved[f"appointments {new.id}"] == 1
        assert moved.moved["presences_ended"] == 1
        assert live("hontre.phochutich").holds("leader", new.id)


@pytest.mark.usefixtures("june")
def test_search_joined_filings_and_views_go_along(
    sent: Dossier,  # noqa: F811
    old: Agency,  # noqa: F811
    new: Agency,  # noqa: F811
    admins: tuple[Actor, Actor],  # noqa: F811
) -> None:
    official = Account.objects.get(login="hontre.tiepnhan")

    def part(joint: Joint, key: str, state: str, **more: Any) -> JointPart:
        number = joint.parts.count() + 1
        return JointPart.objects.create(joint=joint, key=key, number=number, agency=old, state=state, **more)

    begun: dict[str, Any] = {"key": "x", "definition": {}, "account": sent.applicant_account, "agency": old}
    going, over = Joint.objects.create(**begun), Joint.objects.create(**begun, closed_at=clock.now())
    parts = [
        part(going, "a", "open", dossier=sent),
        part(going, "b", "open", outside=True),
        part(going, "c", "waiting"),
    ]
    ended = [part(going, "d", "done", outside=True), part(over, "a", "done")]

    def view(name: str, agency: Agency | None) -> SavedView:
        return SavedView.objects.create(
            account=official, account_name="x", name=name, agency=agency, filters={"agency": str(old.id)}
        )

    shared, taken, private = view("Gấp", old), view("Khai sinh", old), view("Của tôi", None)
    view("Khai sinh", new)
    with clock.pinned(AFTER):
        row = carried_out(admins)
        told = {effect["kind"]: effect["count"] for effect in row.outcome if effect["old"] == str(old.id)}
        assert (told["dossiers.joints"], told["dossiers.views"]) == (1, 2)
        for one in (going, over, *parts, *ended, shared, taken, private):
            one.refresh_from_db()
        assert (going.agency_id, over.agency_id) == (new.id, old.id)
        assert {p.agency_id for p in parts} == {new.id}
        assert {p.agency_id for p in ended} == {old.id}
        assert (shared.agency_id, taken.agency_id, private.agency_id) == (new.id, old.id, None)
        assert {v.filters["agency"] for v in (shared, taken, private)} == {str(new.id)}
        receiver = live("hontre.tiepnhan")
        assert [hit.code for hit in queries.search(receiver, sent.code, agency=new.id).rows] == [sent.code]
        assert not queries.search(receiver, sent.code, agency=old.id).rows
        waits, _after = queries.inbox(receiver, queries.Filters(agency=new.id))
        assert [one.code for one in waits] == [sent.code]


@pytest.mark.usefixtures("june")
def test_a_question_for_an_opinion_is_answered_by_the_new_agency(
    mother: Actor,  # noqa: F811
    fill: Any,  # noqa: F811
    old: Agency,  # noqa: F811
    admins: tuple[Actor, Actor],  # noqa: F811
) -> None:
    about = held(actions.submit(mother, fill(mother).id, "opinion"))
    asked = places.agencies(clock.today(), old.kind).exclude(id=old.pk)[0]
    official = Official.objects.get(account__login="rachgia.hotich")
    Post.objects.filter(official=official).delete()
    Post.objects.create(official=official, agency=asked, role="specialist", valid_from=date(2020, 1, 1))

    def ask(text: str) -> Opinion:
        question = actions.Question(text, 1, "hours", agency=asked.pk)
        return actions.ask_opinion(live("hontre.hotich"), about.id, question, version=now_at(about))

    answer = actions.Answer("agrees", "Được.")
    answered = ask("Một")
    actions.give_opinion(live("rachgia.hotich"), answered.id, answer)
    waiting = ask("Hai")
    Opinion.objects.filter(id=waiting.id).update(warned=["opinion_soon", warning.OVERDUE])
    over = Opinion.objects.create(
        dossier=actions.withdraw(mother, actions.submit(mother, fill(mother).id, "over").id, reason="", version=1),
        number=1,
        agency=asked,
        question="Ba",
        amount=1,
        unit="hours",
        due_at=clock.now(),
        asked_by_id=mother.account,
    )
    with clock.pinned(AFTER):
        row = carried_out(admins)
        told = [effect for effect in row.outcome if effect["kind"] == "dossiers.opinions"]
        assert [(effect["old"], effect["count"]) for effect in told] == [(str(asked.pk), 1)]
        for one in (answered, waiting, over):
            one.refresh_from_db()
        keeper = Post.objects.get(official=official, valid_to=None).agency_id
        assert (answered.agency_id, waiting.agency_id, over.agency_id) == (asked.pk, keeper, asked.pk)
        assert keeper != asked.pk
        neighbour = live("rachgia.hotich")
        assert [one.id for one in queries.opinions_waiting(neighbour)[0]] == [waiting.id]
        escalation.warn()
        run_waiting()
        assert notify.inbox(neighbour)[0].title == f"Cơ quan bạn được hỏi ý kiến về hồ sơ {about.code}"
        waiting.refresh_from_db()
        assert "opinion_soon" not in waiting.warned
        assert not [h for h in history(f"dossier:{about.id}") if isinstance(h.event, OpinionOverdue)], "told before"
        actions.give_opinion(neighbour, waiting.id, answer)


@pytest.mark.usefixtures("june")
def test_old_papers_that_wait_for_a_signature_are_signed_by_the_new_agency_under_their_own_book(
    old: Agency,  # noqa: F811
    new: Agency,  # noqa: F811
    admins: tuple[Actor, Actor],  # noqa: F811
) -> None:
    clerk, leader, holder = live("hontre.tiepnhan"), live("hontre.phochutich"), ("091055001234", "Trần Văn Xưa")

    def batch(*numbers: str) -> DigitisedBatch:
        lines = [listed(holder, number, f"{number}.pdf") for number in numbers]
        content = zipped(lines, {f"{number}.pdf": scan(number) for number in numbers})
        made = actions.upload_batch(clerk, old.id, [(f"so-{numbers[0]}.zip", io.BytesIO(content))])
        run_waiting()
        made.refresh_from_db()
        return made

    over, ordered, waiting = batch("12"), batch("13", "14"), batch("15")
    actions.sign_batch(leader, over.id)
    run_waiting()
    actions.sign_batch(leader, ordered.id)  # the workers have not come to it
    with clock.pinned(AFTER):
        done = carried_out(admins)
        told = {effect["kind"]: effect["count"] for effect in done.outcome if effect["old"] == str(old.id)}
        assert told["dossiers.digitised"] == 2
        (event,) = history(f"agency:{old.id}")
        moved: Any = event.event
        assert moved.moved[f"digitised {new.id}"] == 2
        run_waiting()
        for one in (over, ordered, waiting):
            one.refresh_from_db()
        assert [one.agency_id for one in (over, ordered, waiting)] == [old.id, new.id, new.id]
        assert (ordered.state, ordered.signer_id, waiting.state) == (BatchState.READY, None, BatchState.READY)

        official = Account.objects.get(login="hontre.phochutich").official
        SigningAuthority.objects.create(
            official=official,
            agency=new,
            form=SigningForm.FOR_HEAD,
            on_behalf_of="CHỦ TỊCH",
            position="PHÓ CHỦ TỊCH",
            valid_from=new.valid_from,
        )
        for one in (ordered, waiting):
            actions.sign_batch(live("hontre.phochutich"), one.id, version=one.version)
        jobs.resume_digitised.run()
        run_waiting()
        papers = Digitised.objects.order_by("number").values_list("number", "state", "agency")
        assert list(papers) == [(number, DigitisedState.SIGNED, old.id) for number in ("12", "13", "14", "15")]
        names = {one.file_name for one in queries.digitised_batches(live("hontre.tiepnhan"))[0]}
        assert names == {"so-12.zip", "so-13.zip", "so-15.zip"}
