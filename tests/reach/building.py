"""The world is made: its people, her dossier at each stage, what lies in her vault."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core import mail
from django.db import connection

from tests.filing import PROCEDURE
from tests.reach import offices
from tests.reach.actors import ELSEWHERE, HERS, MONDAY, OFFICIALS
from tests.reach.filled import FILLED, picture
from tests.reach.words import MARKUP, canary
from tests.reach.world import World
from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Attachment, Dossier, FeeDue, FeeState, MessageFile, Rating
from tinhso.dossiers.queries import Filters
from tinhso.dossiers.tests import joined
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.people import samples
from tinhso.people.actors import STRONG_ROLES
from tinhso.people.codes import account_code
from tinhso.people.models import Account, ContactCode, Official, Person, Post, Role
from tinhso.places import queries as places
from tinhso.vault.models import Holding


def build() -> World:
    """The world, in the database that is connected now."""
    world = World()
    with clock.pinned(MONDAY):
        samples.load()
        _people(world)
        _things(world)
    return world


def _people(world: World) -> None:
    rach_gia = places.agency_of_unit(ELSEWHERE, clock.today())
    account = Account.objects.create(login="rachgia.quantri", full_name="Quản Trị", code=account_code())
    made = Official.objects.create(account=account, full_name="Quản Trị", title="Quản trị")
    Post.objects.create(official=made, agency=rach_gia, role=Role.AGENCY_ADMIN, valid_from=date(2020, 1, 1))
    for name, login in OFFICIALS.items():
        official = Account.objects.get(login=login)
        strong = Post.objects.filter(official__account=official, role__in=STRONG_ROLES).exists()
        world.sign_in(name, official, strong=strong)
    world.sign_in("weak_leader", world.accounts["leader"], strong=False)
    world.sign_in("owner", Account.objects.get(login=samples.MOTHER[0]), strong=False)
    world.sign_in("unverified", Account.objects.get(login=samples.STRANGER[0]), strong=False)
    somebody = Person.objects.create(full_name="Người Khác", birth_date=date(1990, 1, 1), source="test")
    other = Account.objects.create(
        login="nguoi.khac@vidu.vn",
        full_name="Người Khác",
        code=account_code(),
        person=somebody,
        assurance="verified",
        verified_at=clock.now(),
    )
    world.sign_in("stranger", other, strong=False)


def _drafted(world: World, agency: UUID) -> UUID:
    mother = world.actor("owner")
    draft = actions.start_draft(mother, PROCEDURE, agency)
    version = draft.version
    for topic, values in FILLED.items():
        version = actions.save_topic(mother, draft.id, topic, values, version).version
    actions.attach(mother, draft.id, "birth_paper", name=f"{canary('paper')} {MARKUP}.png", content=picture())
    return draft.id


def _sent(world: World, agency: UUID, stage: str) -> Dossier:
    dossier = actions.submit(world.actor("owner"), _drafted(world, agency), stage)
    world.things[stage] = dossier.id
    world.jobs += _waiting()
    return dossier


def _stopped(world: World, one: UUID, stage: str, why: str) -> None:
    """What stops the legal time of a dossier, or moves its end."""
    version = world.version(one)
    if stage == "suspended":
        actions.suspend(world.actor("leader"), one, reason=why, version=version)
    if stage == "waited":
        actions.await_applicant(world.actor("specialist"), one, reason=why, version=version)
    if stage == "charged":
        actions.ask_fee(world.actor("receiver"), one, amount=8000, reason=why, version=version)
    if stage == "extended":
        actions.extend(world.actor("leader"), one, until=date(2026, 11, 11), reason=why, version=version)


def _paid(world: World) -> None:
    """A charge that an official has to confirm, one that is awaited, and a receipt."""
    FeeDue.objects.filter(dossier=world.things["working"]).update(
        state=FeeState.OPEN, amount=None, verified=False, exemption=""
    )
    world.things["open_fee"] = FeeDue.objects.get(dossier=world.things["working"]).pk
    world.things["due_fee"] = FeeDue.objects.get(dossier=world.things["charged"], state=FeeState.WAITING).pk
    one, why = world.things["extended"], f"{canary('note')} {MARKUP}"
    actions.ask_fee(world.actor("receiver"), one, amount=8000, reason=why, version=world.version(one))
    due = FeeDue.objects.get(dossier=one, state=FeeState.WAITING)
    money = actions.Money(8000, "cash", payer=why)
    world.things["payment_id"] = actions.collect(world.actor("clerk"), due.pk, money).pk


def _things(world: World) -> None:
    agency = places.agency_of_unit(HERS, clock.today()).pk
    receiver, specialist, leader, clerk = (world.actor(n) for n in ("receiver", "specialist", "leader", "clerk"))
    note = f"{canary('note')} {MARKUP}"

    def at(dossier: UUID) -> int:
        return world.version(dossier)

    world.things["agency"] = agency
    world.things["draft_id"] = _drafted(world, agency)
    world.things["paper_id"] = Attachment.objects.get(draft=world.things["draft_id"]).pk
    sent = _sent(world, agency, "sent")
    world.things["dossier_paper"] = Attachment.objects.get(dossier=sent).pk
    world.things["code"] = sent.code
    said = actions.write(world.actor("owner"), sent.pk, text=note, papers=[(f"{note}.png", picture())])
    world.things["message_file_id"] = MessageFile.objects.get(message=said).pk
    offices.build_exports(world)
    for stage in ("working", "asked", "suspended", "waited", "charged", "extended", "proposed", "signed", "issued"):
        one = _sent(world, agency, stage).id
        actions.receive(receiver, one, version=at(one))
        if stage == "asked":
            points = [actions.Point(note)]
            actions.request_supplement(specialist, one, points, reason=note, version=at(one))
        _stopped(world, one, stage, note)
        if stage in ("proposed", "signed", "issued"):
            actions.propose(specialist, one, text=note, version=at(one))
        if stage in ("signed", "issued"):
            actions.sign(leader, one, version=at(one))
            world.jobs += _waiting()
            run_waiting(1000)
        if stage == "issued":
            actions.seal(clerk, one, version=at(one))
            run_waiting(1000)
    _asked(world, note)
    export = actions.ask_export(specialist, agency, Filters(whole=True), name="x", format="csv")
    chart = actions.ask_map(leader, "1.001193", since=clock.today(), until=clock.today())
    remark = Rating.objects.create(dossier_id=world.things["issued"], stars=2, comment=note, shown_at=clock.now())
    world.things |= {"map_id": chart.pk, "rating_key": remark.key}
    world.things["export_id"], world.things["bulk_id"], world.things["view_id"] = export.pk, uuid4(), uuid4()
    _joined(world, agency)
    world.things |= {"joined_key": "khai-sinh", "part": "residence"}
    _paid(world)
    run_waiting(1000)
    world.mails += mail.outbox
    world.things["holding_id"] = Holding.objects.get(dossier=world.things["issued"]).pk
    world.things["account"] = world.accounts["unverified"].pk
    world.things["pending"] = ContactCode.objects.create(
        purpose=ContactCode.Purpose.REGISTER, contact="x@vidu.vn", expires_at=clock.real()
    ).pk
    offices.build_offices(world)


def _asked(world: World, note: str) -> None:
    """What the agency elsewhere, and somebody outside, are asked about her dossier; an answer of each is there."""
    specialist, one = world.actor("specialist"), world.things["working"]
    elsewhere = places.agency_of_unit(ELSEWHERE, clock.today()).pk
    paper = Attachment.objects.get(dossier=one).pk
    text, file = f"{canary('opinion')} {MARKUP}", (f"{note}.png", picture())

    def ask(name: str, **to: Any) -> UUID:
        question = actions.Question(text, 1, "hours", **to)
        world.things[name] = actions.ask_opinion(specialist, one, question, version=world.version(one)).pk
        return world.things[name]

    answer = actions.Answer("agrees", text, file=(f"{canary('opinion')}.png", picture()))
    actions.give_opinion(world.actor("specialist_elsewhere"), ask("given_opinion", agency=elsewhere), answer)
    outside = actions.Answer("agrees", note, reference="1", file=file, came_on=clock.today())
    actions.record_opinion(specialist, one, ask("recorded_opinion", party="Viện Khác"), outside)
    ask("opinion_id", agency=elsewhere, papers=[paper])
    ask("outside_opinion", party=f"Viện {MARKUP}")
    world.things["opinion_paper"] = paper


def _joined(world: World, agency: UUID) -> None:
    """Her birth registration with residence and health card: the birth is done, the rest lies with the office."""
    mother = world.actor("owner")
    joint = actions.start_joint(mother, "khai-sinh", agency)
    drafts = queries.joint(mother, joint.pk).drafts
    for topic, values in FILLED.items():
        version = queries.draft(mother, drafts["birth"]).version
        actions.save_topic(mother, drafts["birth"], topic, values, version)
    actions.attach(mother, drafts["birth"], "birth_paper", name="giay.png", content=picture())
    here = {**joined.DWELLING, "host_name": f"{canary('host')} {MARKUP}"}
    actions.save_topic(
        mother, drafts["residence"], "dwelling", here, queries.draft(mother, drafts["residence"]).version
    )
    actions.submit_joint(mother, joint.pk)
    birth = joined.dossier(joint, "birth")
    joined.receive(birth)
    joined.issue(birth)
    residence = joined.part(joint, "residence")
    world.things |= {
        "joint_id": joint.pk,
        "outside_id": residence.pk,
        "outside_paper": Attachment.objects.get(draft=residence.draft_id).pk,
    }


def _waiting() -> list[str]:
    """Arguments of the jobs that wait now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name || ' ' || args::text FROM procrastinate_jobs WHERE status = 'todo'")
        return [row[0] for row in cursor.fetchall()]
