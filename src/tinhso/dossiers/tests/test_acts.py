"""What officials and applicants may do, and what is refused in words."""

from dataclasses import replace
from datetime import date

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import BookEntry, Dossier, Phase, ResultState
from tinhso.dossiers.statuses import NationalStatus, national_status
from tinhso.dossiers.tests.conftest import now_at, picture
from tinhso.dossiers.verification import verify_result
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.people.models import SigningAuthority
from tinhso.vault import queries as vault


def test_a_stale_act_names_who_acted_first(sent: Dossier, receiver: Actor) -> None:
    seen = now_at(sent)
    actions.claim(receiver, sent.id, version=seen)
    with pytest.raises(Stale) as stale:
        actions.receive(receiver, sent.id, version=seen)
    assert receiver.name in str(stale.value.detail)


def test_what_another_holds_is_refused_with_their_name(sent: Dossier, receiver: Actor, specialist: Actor) -> None:
    actions.claim(receiver, sent.id, version=now_at(sent))
    colleague = replace(receiver, account=specialist.account, name="Đồng nghiệp")
    with pytest.raises(Conflict) as refused:
        actions.receive(colleague, sent.id, version=now_at(sent))
    assert receiver.name in str(refused.value.detail)


def test_a_step_of_another_lane_is_denied(sent: Dossier, specialist: Actor) -> None:
    with pytest.raises(Denied):
        actions.receive(specialist, sent.id, version=now_at(sent))


def test_an_official_of_another_agency_does_not_find_it(sent: Dossier) -> None:
    from tinhso.dossiers.tests.conftest import actor_of

    elsewhere = actor_of("rachgia.tiepnhan")
    with pytest.raises(NotFound):
        queries.dossier(elsewhere, sent.id)
    with pytest.raises(NotFound):
        actions.receive(elsewhere, sent.id, version=now_at(sent))


def test_handing_over_ends_one_row_of_the_control_sheet_and_opens_the_next(
    sent: Dossier, receiver: Actor, specialist: Actor
) -> None:
    with pytest.raises(Invalid):
        actions.hand_over(receiver, sent.id, specialist.account, version=now_at(sent))
    actions.hand_over(receiver, sent.id, receiver.account, note="giữ lại", version=now_at(sent))
    rows = queries.dossier(receiver, sent.id).steps
    assert [(r.outcome, r.holder_name) for r in rows] == [("handed-over", ""), ("", receiver.name)]


def test_a_supplement_is_asked_once_and_repeated_only_for_unmet_points(
    sent: Dossier, receiver: Actor, specialist: Actor, mother: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    points = [actions.Point("Chụp rõ giấy chứng sinh", "birth_paper"), actions.Point("Ghi đủ nơi sinh")]
    first = actions.request_supplement(specialist, sent.id, points, version=now_at(sent))
    with pytest.raises(Conflict):
        actions.propose(specialist, sent.id, version=now_at(sent))
    actions.attach_answer(mother, sent.id, "birth_paper", name="rõ hơn.png", content=picture())
    actions.answer_supplement(mother, sent.id, version=now_at(sent))
    with pytest.raises(Invalid):
        actions.request_supplement(specialist, sent.id, [actions.Point("Điều mới")], version=now_at(sent))
    again = actions.request_supplement(
        specialist, sent.id, [actions.Point("Vẫn chưa ghi đủ nơi sinh", number=2)], version=now_at(sent)
    )
    assert again.first_id == first.id
    assert again.points[0]["number"] == 2


def test_an_answer_may_correct_a_topic_and_the_old_text_stays_on_record(
    sent: Dossier, receiver: Actor, mother: Actor
) -> None:
    actions.request_supplement(receiver, sent.id, [actions.Point("Sửa tên đệm")], version=now_at(sent))
    corrected = {**sent.data["child"], "middle_name": "Nhật"}
    actions.answer_supplement(mother, sent.id, topics={"child": corrected}, version=now_at(sent))
    shown = queries.dossier(mother, sent.id)
    assert shown.data["child"]["middle_name"] == "Nhật"
    assert shown.supplements[0].replaced["child"]["middle_name"] == "Minh"
    assert shown.phase == Phase.SUBMITTED


def test_an_empty_answer_is_refused(sent: Dossier, receiver: Actor, mother: Actor) -> None:
    actions.request_supplement(receiver, sent.id, [actions.Point("Chụp lại")], version=now_at(sent))
    with pytest.raises(Invalid):
        actions.answer_supplement(mother, sent.id, text="  ", version=now_at(sent))


def test_refusing_needs_a_reason_of_the_procedure_and_words_for_the_applicant(
    sent: Dossier, receiver: Actor, mother: Actor
) -> None:
    with pytest.raises(Invalid):
        actions.refuse(receiver, sent.id, "vì tôi thích", text="x", version=now_at(sent))
    with pytest.raises(Invalid):
        actions.refuse(receiver, sent.id, "not_competent", text=" ", version=now_at(sent))
    refusal = actions.refuse(receiver, sent.id, "not_competent", text="Trẻ cư trú ở xã khác.", version=now_at(sent))
    assert refusal.article
    assert national_status(refusal.dossier) == NationalStatus.NOT_ACCEPTED
    assert queries.dossier(mother, sent.id).refusal.text == "Trẻ cư trú ở xã khác."


def test_the_applicant_may_withdraw_until_the_leader_has_ordered_the_signature(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, mother: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))
    with pytest.raises(Conflict):
        actions.withdraw(mother, sent.id, version=now_at(sent))


def test_a_withdrawn_dossier_is_closed_and_leaves_every_queue(sent: Dossier, receiver: Actor, mother: Actor) -> None:
    dossier = actions.withdraw(mother, sent.id, reason="Nộp nhầm xã", version=now_at(sent))
    assert national_status(dossier) == NationalStatus.WITHDRAWAL
    assert queries.inbox(receiver)[0] == []
    with pytest.raises(Conflict):
        actions.receive(receiver, sent.id, version=now_at(sent))


def test_a_leader_without_authority_today_cannot_sign(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    SigningAuthority.objects.filter(official__account_id=leader.account).update(valid_to=date(2026, 11, 8))
    with pytest.raises(Denied):
        actions.sign(leader, sent.id, version=now_at(sent))
    assert BookEntry.objects.exclude(book__kind="tracking").count() == 0


def test_a_leader_may_send_the_proposal_back_with_a_note_that_the_applicant_does_not_see(
    sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor, mother: Actor
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.send_back(leader, sent.id, note="Xem lại quê quán", version=now_at(sent))
    seen = [entry.detail for entry in queries.timeline(specialist, sent.id)]
    assert "Xem lại quê quán" in seen
    assert "Xem lại quê quán" not in [entry.detail for entry in queries.timeline(mother, sent.id)]
    actions.propose(specialist, sent.id, version=now_at(sent))


def test_the_result_is_not_returned_before_it_is_sealed(signed: Dossier, clerk: Actor) -> None:
    with pytest.raises(Conflict):
        actions.return_result(clerk, signed.id, version=now_at(signed))


def test_signing_twice_is_refused(sent: Dossier, receiver: Actor, specialist: Actor, leader: Actor) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.propose(specialist, sent.id, version=now_at(sent))
    actions.sign(leader, sent.id, version=now_at(sent))
    with pytest.raises(Conflict):
        actions.sign(leader, sent.id, version=now_at(sent))


def test_rating_is_for_ended_dossiers_and_once(issued: Dossier, clerk: Actor, mother: Actor) -> None:
    with pytest.raises(Conflict):
        actions.rate(mother, issued.id, stars=5, version=now_at(issued))
    actions.return_result(clerk, issued.id, version=now_at(issued))
    actions.rate(mother, issued.id, stars=5, comment="Nhanh", version=now_at(issued))
    with pytest.raises(Conflict):
        actions.rate(mother, issued.id, stars=1, version=now_at(issued))


def test_a_revoked_result_is_said_so_to_whoever_checks_the_file(issued: Dossier, leader: Actor, mother: Actor) -> None:
    file = queries.result_file(mother, issued.id).content
    actions.revoke_result(leader, issued.id, reason="Ghi sai năm sinh", version=now_at(issued))
    run_waiting()
    checked = verify_result(file)
    assert not checked.valid
    assert checked.intact
    assert checked.codes == ["result-revoked"]
    held, _following = vault.holdings(mother, mother.subject)
    assert held[0].state == "revoked"
    assert BookEntry.objects.exclude(book__kind="tracking").get(dossier=issued).voided_at is not None


def test_a_reissued_result_has_a_new_number_and_the_old_file_points_to_it(
    issued: Dossier, leader: Actor, clerk: Actor, mother: Actor
) -> None:
    old = queries.result_file(mother, issued.id).content
    actions.return_result(clerk, issued.id, version=now_at(issued))
    actions.reissue_result(leader, issued.id, reason="In lại đúng quê quán", version=now_at(issued))
    run_waiting()
    assert verify_result(old).valid
    actions.seal(clerk, issued.id, version=now_at(issued))
    run_waiting()
    new = queries.result_file(mother, issued.id).content
    assert verify_result(new).valid
    replaced = verify_result(old)
    assert replaced.codes == ["result-superseded"]
    assert "02/2026" in replaced.refusals[0]
    assert [h.state for h in vault.holdings(mother, mother.subject)[0]] == ["active", "superseded"]


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_a_harmed_file_is_refused_in_words(issued: Dossier, mother: Actor, harm: str) -> None:
    file = queries.result_file(mother, issued.id).content
    if harm == "flip":
        at = len(file) // 3
        file = file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
    else:
        file = file[: file.rindex(b"%%EOF", 0, len(file) - 10) + 6]
    checked = verify_result(file)
    assert not checked.valid
    assert checked.refusals


def test_a_stand_in_whose_period_is_over_is_not_believed(issued: Dossier, leader: Actor, mother: Actor) -> None:
    file = queries.result_file(mother, issued.id).content
    SigningAuthority.objects.filter(official__account_id=leader.account).update(valid_to=date(2026, 10, 1))
    checked = verify_result(file)
    assert "unauthorised" in checked.codes


def test_states_of_results_follow_the_acts(issued: Dossier) -> None:
    assert [r.state for r in issued.results.all()] == [ResultState.ACTIVE]


def test_nobody_works_on_their_own_dossier(sent: Dossier, receiver: Actor, leader: Actor, mother: Actor) -> None:
    """A mother who is an official of her commune is the applicant of her dossier, and nothing else."""
    official = replace(mother, grants=receiver.grants | leader.grants)
    with pytest.raises(NotFound):
        actions.receive(official, sent.id, version=now_at(sent))
    with pytest.raises(NotFound):
        actions.claim(official, sent.id, version=now_at(sent))
    assert queries.dossier(official, sent.id).acts == ["withdraw"]
    assert sent.id not in {row.dossier for row in queries.inbox(official)[0]}


def test_a_result_of_ones_own_is_not_issued_anew_by_oneself(issued: Dossier, leader: Actor, mother: Actor) -> None:
    with pytest.raises(NotFound):
        actions.reissue_result(replace(leader, account=mother.account), issued.id, reason="x", version=now_at(issued))


def test_officials_do_not_see_who_rated_what(issued: Dossier, clerk: Actor, mother: Actor) -> None:
    actions.return_result(clerk, issued.id, version=now_at(issued))
    actions.rate(mother, issued.id, stars=2, version=now_at(issued))
    assert queries.dossier(mother, issued.id).stars == 2
    assert queries.dossier(clerk, issued.id).stars is None
