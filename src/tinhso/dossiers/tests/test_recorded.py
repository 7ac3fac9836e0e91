"""A visit on the spot and a public posting end with a record; what is posted hangs for its whole time."""

from datetime import timedelta

import pytest

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Step
from tinhso.dossiers.paperwork import NO_TERM
from tinhso.dossiers.paperwork.contents import Taken, receipt
from tinhso.dossiers.tests import test_each_procedure as each
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.test_each_procedure import Office
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid

office = each.office

RECORD = "Ngày 18/9/2025, tại thửa 125: có mặt chủ nhà, trưởng ấp; hiện trạng đúng bản vẽ."

new_house = pytest.mark.parametrize("office", ["1.009122"], indirect=True)
lost_certificate = pytest.mark.parametrize("office", ["1.012786"], indirect=True)


def checked(office: Office) -> Dossier:
    """A dossier whose papers were found in order: now it waits for the visit or the posting."""
    dossier = office.file()
    actions.receive(office.officials["receiver"], dossier.id, version=now_at(dossier))
    actions.propose(office.officials["specialist"], dossier.id, version=now_at(dossier))
    return dossier


def waiting(dossier: Dossier) -> Step:
    return Step.objects.get(dossier=dossier, ended_at=None)


@new_house
def test_a_visit_without_a_record_does_not_end(office: Office) -> None:
    dossier = checked(office)

    with pytest.raises(Invalid) as refused:
        actions.propose(office.officials["specialist"], dossier.id, text="  ", version=now_at(dossier))
    assert "Ghi biên bản" in refused.value.fields["text"]
    assert waiting(dossier).task == "inspect"


@new_house
def test_the_record_of_the_visit_stays_with_its_step_and_the_result_goes_to_the_leader(office: Office) -> None:
    dossier = checked(office)
    actions.propose(office.officials["specialist"], dossier.id, text=RECORD, version=now_at(dossier))

    assert Step.objects.get(dossier=dossier, task="inspect").note == RECORD
    assert waiting(dossier).task == "sign"


@lost_certificate
def test_a_posting_ends_only_when_its_time_is_over(office: Office) -> None:
    """Filed and posted on Monday 15/9/2025 at 9:00, eleven working days: until 9:00 on Tuesday 30/9/2025."""
    dossier = checked(office)
    posted = waiting(dossier)
    assert posted.due_at is not None
    assert f"{clock.local(posted.due_at):%d/%m/%Y %H:%M}" == "30/09/2025 09:00"

    with clock.pinned(posted.due_at - timedelta(minutes=1)), pytest.raises(Conflict) as refused:
        actions.propose(office.officials["specialist"], dossier.id, text=RECORD, version=now_at(dossier))
    assert "Còn niêm yết tới 09:00, 30/09/2025" in str(refused.value.detail)
    with clock.pinned(posted.due_at):
        actions.propose(office.officials["specialist"], dossier.id, text=RECORD, version=now_at(dossier))
    assert waiting(dossier).task == "sign"


@lost_certificate
def test_an_objection_ends_the_posting_at_once_and_the_dossier_is_checked_again(office: Office) -> None:
    dossier = checked(office)
    actions.send_back(
        office.officials["specialist"], dossier.id, note="Ông Lê Văn Kế Bên báo đang giữ giấy.", version=now_at(dossier)
    )

    assert waiting(dossier).task == "check"


@pytest.mark.parametrize("office", ["1.012784"], indirect=True)
def test_a_term_that_nobody_verified_is_not_printed_on_the_receipt(office: Office) -> None:
    dossier = checked(office)
    dossier.refresh_from_db()

    assert not office.spec.deadline.verified
    assert receipt(dossier, Taken(None))["due_at"] == NO_TERM
