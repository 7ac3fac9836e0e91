"""A joined filing at the counter: filled in by the official for the person who stands there, and that person's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Channel, Dossier, Draft, Joint, JointPart, Paper, Phase, Presence
from tinhso.dossiers.personal import _erase_drafts
from tinhso.dossiers.tests import joined
from tinhso.dossiers.tests.conftest import actor_of, picture
from tinhso.dossiers.tests.test_counter import NEW, known_mother, present
from tinhso.kernel import clock
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Disclosure
from tinhso.kernel.policy import Actor
from tinhso.kernel.retention import subjects
from tinhso.people import actions as people
from tinhso.people.models import Account
from tinhso.places.models import Agency


def filled(receiver: Actor, agency: Agency, presence: Presence) -> Joint:
    """Death, removal of residence and funeral support, complete, not yet sent."""
    joint = actions.start_joint(receiver, joined.DEATH, agency.id, presence_id=presence.id)
    drafts = queries.joint(receiver, joint.id).drafts
    for part, topics in joined.DEAD.items():
        for topic, values in topics.items():
            assert joined.save(receiver, drafts[part], topic, values) == {}
    actions.attach_pages(receiver, drafts["death"], "death_notice", [("mot.png", picture())], original="returned")
    return joint


def test_every_part_is_the_persons_and_what_runs_is_received_with_the_first(agency: Agency, receiver: Actor) -> None:
    presence = present(receiver, agency)
    joint = filled(receiver, agency, presence)
    sent = actions.file_joint_at_counter(receiver, joint.id)
    assert actions.file_joint_at_counter(receiver, joint.id) == sent, "again: the same"
    run_waiting()
    death = Dossier.objects.get(joint_part__joint=joint)
    assert (death.channel, death.phase) == (Channel.COUNTER, Phase.RECEIVED)
    assert (death.applicant_account_id, death.applicant_person_id) == (None, presence.person_id)
    joined.issue(death)
    later = joined.dossier(joint, "funeral")
    assert (later.channel, later.phase) == (Channel.COUNTER, Phase.RECEIVED)
    assert (later.applicant_account_id, later.applicant_person_id) == (None, presence.person_id)
    assert Paper.objects.filter(about=f"joint:{joint.id}").count() == 1, "one receipt for all"


def test_the_official_reads_how_it_goes_and_does_nothing_more_for_the_person(agency: Agency, receiver: Actor) -> None:
    presence = present(receiver, agency)
    joint = filled(receiver, agency, presence)
    assert queries.my_joints(receiver)[0] == [], "what one fills in for somebody is not one's own"
    assert [name for _id, name, _at in queries.visit(receiver, presence.id).drafts] == [joint.spec.name]
    actions.file_joint_at_counter(receiver, joint.id)
    run_waiting()
    facts = queries.joint(receiver, joint.id)
    assert facts.acts == []
    assert [part.acts for part in facts.parts] == [[], [], []]
    with pytest.raises(NotFound):
        actions.withdraw_joint(receiver, joint.id)
    with pytest.raises(NotFound):
        actions.choose_return(receiver, joint.id, each=True)
    visit = queries.visit(receiver, presence.id)
    assert [(one.id, one.code) for one in visit.joints] == [(joint.id, facts.code)]
    assert visit.dossiers == []
    assert visit.drafts == []
    take_disclosures()
    seen = Disclosure.objects.filter(person=presence.person_id, actor_account=receiver.account)
    assert seen.filter(record=f"presence:{presence.id}", fields__contains=["data"]).exists()


def test_the_person_has_it_once_they_verify_and_goes_on_with_it(agency: Agency, receiver: Actor) -> None:
    joint = filled(receiver, agency, present(receiver, agency))
    actions.file_joint_at_counter(receiver, joint.id)
    account = Account.objects.get(login="chua.xacminh@vidu.vn")
    with pytest.raises(NotFound):
        queries.joint(actor_of(account.login), joint.id)
    people.verify_identity(receiver, account.pk, agency_id=agency.pk, seen=NEW, papers_seen=True)
    theirs = actor_of(account.login)
    assert [row.id for row in queries.my_joints(theirs)[0]] == [joint.id]
    assert queries.joint(theirs, joint.id).presence is None
    assert actions.choose_return(theirs, joint.id, each=True).return_each


def test_who_has_an_account_finds_it_among_their_own(agency: Agency, receiver: Actor, mother: Actor) -> None:
    joint = filled(receiver, agency, present(receiver, agency, known_mother()))
    assert queries.my_joints(mother)[0] == [], "not before it was sent"
    with pytest.raises(NotFound):
        queries.joint(mother, joint.id)
    actions.file_joint_at_counter(receiver, joint.id)
    run_waiting()
    assert [row.id for row in queries.my_joints(mother)[0]] == [joint.id]
    assert actions.withdraw_joint(mother, joint.id).closed_at is not None


def test_nobody_files_for_somebody_who_left(agency: Agency, receiver: Actor) -> None:
    presence = present(receiver, agency)
    joint = filled(receiver, agency, presence)
    actions.leave(receiver, presence.id)
    with pytest.raises(Conflict):
        actions.file_joint_at_counter(receiver, joint.id)
    with pytest.raises(Conflict):
        actions.submit_joint(receiver, joint.id)
    with pytest.raises(Conflict):
        actions.start_joint(receiver, joined.DEATH, agency.id, presence_id=presence.id)
    assert not Dossier.objects.exists()
    again = present(receiver, agency)
    assert [name for _id, name, _at in queries.visit(receiver, again.id).drafts] == [joint.spec.name]
    actions.file_joint_at_counter(receiver, joint.id)
    assert Dossier.objects.count() == 1, "identified again, they go on with the same form"


def test_only_the_official_who_saw_the_papers_and_still_sits_there(agency: Agency, receiver: Actor) -> None:
    presence = present(receiver, agency)
    joint = filled(receiver, agency, presence)
    elsewhere = replace(receiver, grants=frozenset())
    for other in (actor_of("hontre.hotich"), actor_of("rachgia.tiepnhan"), elsewhere):
        for act in (
            lambda who: queries.joint(who, joint.id),
            lambda who: queries.checked(who, joint.id),
            lambda who: actions.submit_joint(who, joint.id),
            lambda who: actions.file_joint_at_counter(who, joint.id),
        ):
            with pytest.raises(NotFound):
                act(other)
    with pytest.raises(Invalid):
        actions.start_joint(
            receiver,
            joined.DEATH,
            Agency.objects.exclude(id=agency.id).filter(kind=agency.kind)[0].id,
            presence_id=presence.id,
        )


def test_it_is_not_sent_without_being_taken_in(agency: Agency, receiver: Actor) -> None:
    joint = filled(receiver, agency, present(receiver, agency))
    assert queries.joint(receiver, joint.id).acts == ["reception", "choose_return"]
    with pytest.raises(Conflict):
        actions.submit_joint(receiver, joint.id)
    assert not Dossier.objects.exists()


def test_old_forms_that_nobody_sent_are_let_go_of_whole(agency: Agency, receiver: Actor, mother: Actor) -> None:
    joint = filled(receiver, agency, present(receiver, agency))
    alone = actions.start_draft(mother, "1.001193", agency.id)
    fresh = filled(receiver, agency, present(receiver, agency, known_mother()))
    before = clock.now() + timedelta(seconds=1)
    Draft.objects.exclude(joint_part__joint=fresh).update(saved_at=before - timedelta(days=1))
    Joint.objects.update(created_at=before - timedelta(days=2))
    Draft.objects.filter(joint_part__joint=fresh, joint_part__key="funeral").update(saved_at=before)
    drafts = subjects.get("dossiers.drafts")
    assert drafts.count(before) == 4
    assert drafts.remove(before, 100) == 4
    assert list(Joint.objects.all()) == [fresh]
    assert not Draft.objects.filter(id=alone.id).exists()
    assert not JointPart.objects.filter(joint=joint.id).exists()


def test_what_was_filed_meanwhile_is_not_erased(agency: Agency, receiver: Actor, mother: Actor) -> None:
    joint = filled(receiver, agency, present(receiver, agency, known_mother()))
    drafts = list(Draft.objects.filter(joint_part__joint=joint).values_list("id", flat=True))
    actions.file_joint_at_counter(receiver, joint.id)
    assert list(_erase_drafts(mother, drafts)) == []
    assert JointPart.objects.filter(joint=joint).count() == 3
    assert Draft.objects.filter(id__in=drafts).count() == 3
