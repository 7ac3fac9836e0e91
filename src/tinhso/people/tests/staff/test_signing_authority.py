"""A leave to sign ends with the post it hangs on, and history stays."""

from datetime import date, timedelta

import pytest

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.people import actions, queries
from tinhso.people.models import Post, Role, SigningAuthority, SigningForm
from tinhso.people.tests.staff.conftest import DAY

pytestmark = pytest.mark.django_db


def test_a_signing_authority_ends_with_the_leaders_post_and_history_stays(admin, leader, agency):
    actions.end_post(admin, leader.posts.get().pk)
    assert queries.signing_authority(leader.pk, agency) is None
    assert queries.signing_authority(leader.pk, agency, date(2026, 1, 5)) is not None
    assert queries.signing_authority(leader.pk, agency, DAY) is not None  # this morning's signatures stay valid
    assert queries.signing_authority(leader.pk, agency, DAY + timedelta(days=1)) is None


def test_a_signing_authority_ends_when_the_post_lapses_by_itself(admin, leader, agency):
    post = leader.posts.get()
    actions.end_post(admin, post.pk, last_day=date(2026, 3, 5))
    assert queries.signing_authority(leader.pk, agency, date(2026, 3, 5)) is not None
    assert queries.signing_authority(leader.pk, agency, date(2026, 3, 6)) is None


def test_a_fixed_term_that_runs_out_takes_the_authority_along(leader, agency):
    leader.posts.update(valid_to=date(2026, 3, 3))
    with clock.pinned("2026-03-04T00:10:00+07:00"):
        actions.turn_of_day()
        assert SigningAuthority.objects.get(official=leader).valid_to == date(2026, 3, 3)


def test_another_post_at_the_agency_does_not_carry_a_leaders_authority(admin, leader, agency):
    Post.objects.create(official=leader, agency_id=agency, role=Role.SPECIALIST, valid_from=DAY)
    actions.end_post(admin, leader.posts.get(role="leader").pk)
    assert queries.signing_authority(leader.pk, agency) is None


def test_an_authority_is_ended_and_may_be_given_anew_the_same_day(admin, leader, agency):
    row = leader.signing_authorities.get()
    actions.end_signing_authority(admin, row.pk)
    again = actions.grant_signing_authority(
        admin, leader.pk, agency_id=agency, form=SigningForm.OWN, position="CHỦ TỊCH", valid_from=DAY
    )
    assert queries.signing_authority(leader.pk, agency).form == "chinh_danh"
    assert (again.granted_by_id, again.granted_by_name) == (admin.account, "hontre.qt")


def test_an_end_in_the_past_would_undo_signatures_and_is_refused(admin, leader):
    with pytest.raises(Invalid):
        actions.end_signing_authority(admin, leader.signing_authorities.get().pk, last_day=DAY - timedelta(days=1))
