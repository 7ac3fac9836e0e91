"""The reorganisation of 1 July 2025: what is open moves with its steps and its date, what is closed stays, no number of
the past changes, all or nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import AgencyMove, Book, Dossier, Draft, Step
from tinhso.dossiers.tests.conftest import FORM, now_at, picture
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock, measures
from tinhso.kernel.errors import Conflict, Denied, NotFound, Problem
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.measures import rebuild
from tinhso.kernel.models import EventRecord
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import samples as people_samples
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.models import Account, Official, Post, Role, SigningAuthority, StaffAct
from tinhso.places import actions as places_actions
from tinhso.places import queries as places
from tinhso.places.heirs import units_now
from tinhso.places.models import Agency, Reorganisation

BEFORE, AFTER = "2025-06-25T08:00:00+07:00", "2025-07-01T07:30:00+07:00"
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)
PLAN = "2025-07-01"


@pytest.fixture
def june(db: None) -> Iterator[None]:
    """The old world a few days before: posts without an end, nobody prepared the new one."""
    with clock.pinned(BEFORE):
        people_samples.load()
        for model in (Post, SigningAuthority):
            model.objects.filter(valid_from=FIRST_DAY).delete()
            model.objects.update(valid_to=None)
        Official.objects.update(home=None)
        yield


@pytest.fixture
def old(june: None) -> Agency:
    return places.agency_of_unit("31108", LAST_DAY)


@pytest.fixture
def new(june: None) -> Agency:
    return places.agency_of_unit("31108", FIRST_DAY)


@pytest.fixture
def fill(old: Agency) -> Callable[..., Draft]:
    def make(actor: Actor) -> Draft:
        draft = actions.start_draft(actor, "1.001193", old.id)
        version = draft.version
        for topic, values in {**FORM, "child": {**FORM["child"], "birth_date": "2025-06-01"}}.items():
            version = actions.save_topic(actor, draft.id, topic, values, version).version
        actions.attach(actor, draft.id, "birth_paper", name="giấy.png", content=picture())
        draft.refresh_from_db()
        return draft

    return make


@contextmanager
def refused(kind: type[Problem], words: str) -> Iterator[None]:
    """The refusal of this kind that says so."""
    with pytest.raises(kind) as told:
        yield
    assert words in str(told.value.detail)


def live(login: str) -> Actor:
    """The actor as a request makes it."""
    return actor_for(with_posts().get(login=login), strong=True)


@pytest.fixture
def admins(june: None) -> tuple[Actor, Actor]:
    """Two administrators of the province."""
    second = Account.objects.get(login="tinh.kiemtra")
    Post.objects.filter(official__account=second).update(role=Role.PROVINCE_ADMIN)
    return live("tinh.quantri"), live("tinh.kiemtra")


def approved(admins: tuple[Actor, Actor]) -> Reorganisation:
    row = places_actions.propose_reorganisation(admins[0], PLAN)
    places_actions.approve_reorganisation(admins[1], row.id)
    return row


def carried_out(admins: tuple[Actor, Actor]) -> Reorganisation:
    row = approved(admins)
    assert places_actions.carry_out(SYSTEM, row.id)
    row.refresh_from_db()
    return row


def held(sent: Dossier) -> Dossier:
    actions.receive(live("hontre.tiepnhan"), sent.id, version=now_at(sent))
    actions.claim(live("hontre.hotich"), sent.id, version=now_at(sent))
    run_waiting()
    return sent


@pytest.fixture
def mother(june: None) -> Actor:
    return live("me.hontre@vidu.vn")


@pytest.fixture
def sent(mother: Actor, fill: Callable[..., Draft]) -> Dossier:
    return actions.submit(mother, fill(mother).id, "once")


def test_an_open_dossier_goes_on_at_the_new_agency_in_the_same_hands_to_the_same_date(
    sent: Dossier, old: Agency, new: Agency, admins: tuple[Actor, Actor], mother: Actor
) -> None:
    held(sent)
    before = Dossier.objects.get(id=sent.id)
    with clock.pinned(AFTER):
        carried_out(admins)
        after = Dossier.objects.get(id=sent.id)
        assert (after.agency_id, after.code, after.due_at) == (new.id, before.code, before.due_at)
        assert after.happenings == before.happenings
        assert after.version == before.version + 1
        step = Step.objects.get(dossier=sent, ended_at=None)
        assert (step.agency_id, step.role) == (new.id, "specialist")
        assert step.holder is not None
        assert step.holder.login == "hontre.hotich"
        ended = Step.objects.get(dossier=sent, outcome="handed-over")
        assert (ended.agency_id, ended.holder_name) == (old.id, "Danh Hoàng Phúc")
        seen = queries.dossier(mother, sent.id)
        assert seen.agency_name == new.name
        assert any(old.name in entry.title and new.name in entry.title for entry in seen.entries)
        assert queries.track(after.code, "4127").code == after.code
        actions.propose(live("hontre.hotich"), sent.id, version=now_at(sent))
        assert Step.objects.get(dossier=sent, ended_at=None).role == "leader"


def test_an_act_on_what_was_seen_before_is_told_what_happened(sent: Dossier, admins: tuple[Actor, Actor]) -> None:
    seen = now_at(sent)
    with clock.pinned(AFTER):
        carried_out(admins)
        with refused(Conflict, "sắp xếp cơ quan"):
            actions.receive(live("hontre.tiepnhan"), sent.id, version=seen)
        actions.receive(live("hontre.tiepnhan"), sent.id, version=now_at(sent))


def test_who_does_not_move_sees_nothing_any_more(sent: Dossier, new: Agency, admins: tuple[Actor, Actor]) -> None:
    with clock.pinned(AFTER):
        carried_out(admins)
        page = Client()
        page.force_login(Account.objects.get(login="hontre.tiepnhan"))
        record = f"/ban-lam-viec/ho-so/{sent.id}"
        assert page.get(record).status_code == 200
        Post.objects.filter(official__account__login="hontre.tiepnhan", agency=new).delete()
        assert page.get(record).status_code in (403, 404)
        with pytest.raises(NotFound):
            queries.dossier(live("rachgia.tiepnhan"), sent.id)


def test_a_closed_dossier_stays_with_the_old_name_and_the_new_agency_answers_for_it(
    sent: Dossier, old: Agency, admins: tuple[Actor, Actor], mother: Actor
) -> None:
    actions.withdraw(mother, sent.id, version=now_at(sent))
    with clock.pinned(AFTER):
        carried_out(admins)
        assert Dossier.objects.get(id=sent.id).agency_id == old.id
        assert queries.dossier(live("hontre.tiepnhan"), sent.id).agency_name == old.name
        with pytest.raises(NotFound):
            queries.dossier(live("rachgia.tiepnhan"), sent.id)


def test_a_result_under_signature_is_finished_under_the_old_name(
    sent: Dossier, old: Agency, admins: tuple[Actor, Actor], mother: Actor
) -> None:
    actions.receive(live("hontre.tiepnhan"), sent.id, version=now_at(sent))
    actions.propose(live("hontre.hotich"), sent.id, version=now_at(sent))
    actions.sign(live("hontre.phochutich"), sent.id, version=now_at(sent))
    with clock.pinned(AFTER):
        row = carried_out(admins)
        assert Dossier.objects.get(id=sent.id).agency_id == old.id
        assert ("dossiers.signing", 1) in {(e["kind"], e["count"]) for e in row.outcome}
        run_waiting()
        actions.seal(live("hontre.vanthu"), sent.id, version=now_at(sent))
        run_waiting()
        checked = verify_result(queries.result_file(mother, sent.id).content)
        assert checked.issued is not None
        assert checked.issued.agency == old.name


def test_a_result_issued_before_the_move_is_still_the_old_agencys(
    sent: Dossier, old: Agency, new: Agency, admins: tuple[Actor, Actor], mother: Actor
) -> None:
    actions.receive(live("hontre.tiepnhan"), sent.id, version=now_at(sent))
    actions.propose(live("hontre.hotich"), sent.id, version=now_at(sent))
    actions.sign(live("hontre.phochutich"), sent.id, version=now_at(sent))
    run_waiting()
    actions.seal(live("hontre.vanthu"), sent.id, version=now_at(sent))
    run_waiting()
    with clock.pinned(AFTER):
        carried_out(admins)
        assert Dossier.objects.get(id=sent.id).agency_id == new.id
        checked = verify_result(queries.result_file(mother, sent.id).content)
        assert checked.valid, checked.refusals
        assert checked.issued is not None
        assert checked.issued.agency == old.name
        actions.return_result(live("hontre.vanthu"), sent.id, version=now_at(sent))


def test_a_draft_is_readdressed_when_it_is_saved_and_when_it_is_sent(
    fill: Callable[..., Draft], mother: Actor, new: Agency, admins: tuple[Actor, Actor]
) -> None:
    saved, untouched = fill(mother), fill(mother)
    with clock.pinned(AFTER):
        carried_out(admins)
        actions.save_topic(mother, saved.id, "child", saved.data["child"] | {"given_name": "Na"}, saved.version)
        assert Draft.objects.get(id=saved.id).agency_id == new.id
        made = actions.submit(mother, untouched.id, "later")
        assert made.agency_id == new.id
        assert made.code.startswith(f"{new.code}-250701-")


def test_without_a_plan_nothing_is_sent_to_an_agency_that_is_gone(fill: Callable[..., Draft], mother: Actor) -> None:
    draft = fill(mother)
    with clock.pinned(AFTER), refused(Conflict, "đã kết thúc"):
        actions.submit(mother, draft.id, "later")


def test_officials_go_with_their_agency_and_signing_is_granted_anew(
    june: None, old: Agency, new: Agency, admins: tuple[Actor, Actor]
) -> None:
    authorities = SigningAuthority.objects.filter(agency=old).count()
    assert authorities == 1
    with clock.pinned(AFTER):
        carried_out(admins)
        posts = Post.objects.filter(official__account__login="hontre.phochutich").order_by("valid_from")
        assert [(p.agency_id, p.valid_to) for p in posts] == [(old.id, FIRST_DAY), (new.id, None)]
        assert live("hontre.phochutich").holds("leader", new.id)
        assert not SigningAuthority.objects.filter(agency=new).exists()
        with pytest.raises(StopIteration):
            next(a for a in SigningAuthority.objects.filter(agency=old) if a.ended_at is None)
        assert StaffAct.objects.filter(kind="reorganised", official__account__login="hontre.phochutich").count() == 1
        assert live("tinh.quantri").holds("province_admin")


def test_two_people_one_pack_and_one_time(june: None, admins: tuple[Actor, Actor], monkeypatch: Any) -> None:
    row = places_actions.propose_reorganisation(admins[0], PLAN)
    with pytest.raises(Conflict):
        places_actions.propose_reorganisation(admins[1], PLAN)
    with pytest.raises(Denied):
        places_actions.approve_reorganisation(admins[0], row.id)
    with pytest.raises(Denied):
        places_actions.approve_reorganisation(live("hontre.quantri"), row.id)
    with refused(Conflict, "chưa được người thứ hai duyệt"), clock.pinned(AFTER):
        places_actions.carry_out(SYSTEM, row.id)
    places_actions.approve_reorganisation(admins[1], row.id)
    with refused(Conflict, "Chưa đến ngày"):
        places_actions.carry_out(SYSTEM, row.id)
    with clock.pinned(AFTER):
        Reorganisation.objects.filter(id=row.id).update(fingerprint="0" * 64)
        with refused(Conflict, "Gói đã thay đổi"):
            places_actions.carry_out(SYSTEM, row.id)
        assert not EventRecord.objects.filter(type="vn.tinhso.places.agency-reorganised").exists()
        Reorganisation.objects.filter(id=row.id).update(fingerprint=row.fingerprint)
        assert places_actions.carry_out(SYSTEM, row.id)
        told = EventRecord.objects.filter(type="vn.tinhso.places.agency-reorganised")
        assert told.count() == 144
        assert len(set(told.values_list("subject", flat=True))) == 144
        assert not places_actions.carry_out(SYSTEM, row.id)
        assert told.count() == 144


def test_the_event_of_an_agency_counts_what_moved_and_vouches_for_the_list(
    sent: Dossier, old: Agency, new: Agency, admins: tuple[Actor, Actor]
) -> None:
    import hashlib

    with clock.pinned(AFTER):
        row = carried_out(admins)
        (told,) = history(f"agency:{old.id}")
        event: Any = told.event
        assert event.reorganisation == row.id
        assert event.moved[f"dossiers {new.id}"] == 1
        assert event.moved[f"steps {new.id}"] == 1
        assert event.moved[f"posts {new.id}"] == 6
        assert event.moved["authorities_ended"] == 1
        assert event.list_sha256 == hashlib.sha256(str(sent.id).encode()).hexdigest()
        assert AgencyMove.objects.get(dossier=sent).reorganisation_id == row.id


def test_the_old_book_takes_no_number_any_more(sent: Dossier, old: Agency, admins: tuple[Actor, Actor]) -> None:
    Book.objects.create(agency=old, kind="TP/HT-2020-KS", year=2025, last=7)
    with clock.pinned(AFTER):
        carried_out(admins)
        assert Book.objects.get(agency=old).closed_at == clock.now()


def test_figures_of_the_past_stay_and_add_up_under_the_new_units(
    sent: Dossier, old: Agency, new: Agency, fill: Callable[..., Draft], mother: Actor, admins: tuple[Actor, Actor]
) -> None:
    actions.withdraw(mother, actions.submit(mother, fill(mother).id, "two").id, version=1)
    rebuild("dossiers.sent")

    def by_unit() -> dict[UUID | None, int]:
        return {unit: f.numerator for unit, f in measures.breakdown("dossiers.sent", "place", 2025).items()}

    before = by_unit()
    assert before == {old.unit_id: 2}
    with clock.pinned(AFTER):
        carried_out(admins)
        assert by_unit() == before
        rebuild("dossiers.sent")
        assert by_unit() == before
        now = units_now([old.unit_id], FIRST_DAY)
        assert now == {old.unit_id: new.unit_id}
        actions.submit(mother, fill_now(mother, new), "three")
        rebuild("dossiers.sent")
        assert by_unit() == {old.unit_id: 2, new.unit_id: 1}


def fill_now(actor: Actor, agency: Agency) -> UUID:
    draft = actions.start_draft(actor, "1.001193", agency.id)
    version = draft.version
    for topic, values in {**FORM, "child": {**FORM["child"], "birth_date": "2025-06-01"}}.items():
        version = actions.save_topic(actor, draft.id, topic, values, version).version
    actions.attach(actor, draft.id, "birth_paper", name="giấy.png", content=picture())
    return draft.id


def test_when_one_app_cannot_move_nothing_moves(
    sent: Dossier, old: Agency, admins: tuple[Actor, Actor], monkeypatch: Any
) -> None:
    from tinhso.dossiers import moving

    with clock.pinned(AFTER):
        row = approved(admins)
        monkeypatch.setattr(moving, "_DIGESTS", "SELECT 1/0, %(plan)s::text")
        with pytest.raises(Exception, match="division by zero"):
            places_actions.carry_out(SYSTEM, row.id)
        assert Dossier.objects.get(id=sent.id).agency_id == old.id
        assert Post.objects.filter(agency=old, ended_at=None).count() == 6
        assert Reorganisation.objects.get(id=row.id).state == "approved"


def test_the_page_from_the_dry_run_to_the_end(sent: Dossier, new: Agency, admins: tuple[Actor, Actor]) -> None:
    held(sent)
    pages = []
    for login in ("tinh.quantri", "tinh.kiemtra"):
        client = Client()
        account = Account.objects.get(login=login)
        client.force_login(account)
        session = client.session
        session["account_authentication_methods_user"] = user_id_to_str(account)
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
        session.save()
        pages.append(client)
    first, second = pages
    at = f"/van-hanh/sap-xep/{PLAN}"
    with clock.pinned(AFTER):
        assert PLAN in first.get("/van-hanh/sap-xep").content.decode()
        shown = first.get(at).content.decode()
        assert "Hồ sơ đang giải quyết chuyển sang" in shown
        assert "huyện Kiên Hải" in shown  # ends without a successor
        listed = first.get(f"{at}/dong?loai=dossiers.open&den={new.id}").content.decode()
        assert sent.code in listed
        assert sent.applicant_name not in listed
        rows = first.get(f"{at}/tac-dong.csv?dong=1").content.decode()
        assert sent.code in rows
        assert first.post(f"{at}/lap").status_code == 302
        first.post(f"{at}/duyet")
        assert Reorganisation.objects.get().state == "proposed"
        second.post(f"{at}/duyet")
        assert Reorganisation.objects.get().state == "approved"
        second.post(f"{at}/thuc-hien")
        assert Dossier.objects.get(id=sent.id).agency_id != new.id
        assert "Đang chờ tiến trình việc nền" in second.get(at).content.decode()
        run_waiting(1000)
        assert Dossier.objects.get(id=sent.id).agency_id == new.id
        assert Reorganisation.objects.get().state == "done"
        done = second.get(at).content.decode()
        assert "Đã thay đổi" in done
        assert sent.code in second.get(f"{at}/dong?loai=dossiers.open").content.decode()
        assert second.get(f"{at}/dong?loai=x").status_code == 404
        assert second.get(f"{at}/dong?loai=dossiers.open&tu=x").status_code == 404
