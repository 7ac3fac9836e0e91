"""Acts on officials: moved, stood in for, let go, undone; who may do it, and what ends with a post."""

from datetime import date, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import history
from tinhso.kernel.policy import SYSTEM, Actor, Grant
from tinhso.people import actions, queries
from tinhso.people.actors import actor_for, with_posts
from tinhso.people.models import Account, Official, Post, Role, RoleProposal, SigningAuthority, SigningForm, StaffAct
from tinhso.people.queries import matrix
from tinhso.people.tests.conftest import SECRET, make_account
from tinhso.places import queries as places

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def monday():
    with clock.pinned("2026-03-02T08:00:00+07:00"):
        yield


@pytest.fixture
def elsewhere():
    return places.agency_of_unit("30742", DAY).pk


@pytest.fixture
def seat():
    return places.agencies(DAY, "province_committee").first().pk


def admin_of(*agencies, login="hontre.qt") -> Actor:
    account = make_account(login)
    grants = frozenset(Grant(Role.AGENCY_ADMIN, agency) for agency in agencies)
    return Actor(account=account.pk, strong=True, grants=grants, name=login)


def province_admin(seat, login) -> Actor:
    account = make_account(login)
    official = Official.objects.create(account=account, full_name=login, title="Quản trị", home_id=seat)
    Post.objects.create(official=official, agency_id=seat, role=Role.PROVINCE_ADMIN, valid_from=date(2020, 1, 1))
    return Actor(account=account.pk, strong=True, grants=frozenset({Grant(Role.PROVINCE_ADMIN, seat)}), name=login)


@pytest.fixture
def admin(agency) -> Actor:
    return admin_of(agency)


@pytest.fixture
def stranger(elsewhere) -> Actor:
    return admin_of(elsewhere, login="rachgia.qt")


def make_official(agency, *roles, login="hontre.nv", name="Danh Hoàng Phúc") -> Official:
    official = Official.objects.create(account=make_account(login), full_name=name, title="Công chức", home_id=agency)
    for role in roles:
        Post.objects.create(official=official, agency_id=agency, role=role, valid_from=date(2025, 7, 1))
    return official


@pytest.fixture
def official(agency) -> Official:
    return make_official(agency, Role.SPECIALIST)


@pytest.fixture
def leader(agency) -> Official:
    made = make_official(agency, Role.LEADER, login="hontre.pct", name="Trương Văn Lễ")
    SigningAuthority.objects.create(
        official=made,
        agency_id=agency,
        form=SigningForm.FOR_HEAD,
        on_behalf_of="CHỦ TỊCH",
        position="PHÓ CHỦ TỊCH",
        valid_from=date(2025, 7, 1),
    )
    return made


def roles_now(official: Official) -> set[str]:
    account = with_posts().filter(pk=official.account_id).first()
    return {grant.role for grant in actor_for(account, strong=True).grants} if account else set()


def every_act(actor: Actor, official: Official, agency) -> dict:
    """Each act on an official, ready to be tried."""
    post = official.posts.first()
    day = DAY + timedelta(days=3)
    return {
        "grant": lambda: actions.grant_post(actor, official.pk, agency_id=agency, role=Role.CLERK),
        "end": lambda: actions.end_post(actor, post.pk),
        "transfer": lambda: actions.transfer(actor, official.pk, from_agency=agency, to_agency=agency, role=Role.CLERK),
        "leave": lambda: actions.take_leave(actor, official.pk, valid_from=DAY, valid_to=day),
        "service": lambda: actions.end_service(actor, official.pk),
        "authority": lambda: actions.grant_signing_authority(
            actor, official.pk, agency_id=agency, form=SigningForm.OWN, position="CHỦ TỊCH", valid_from=DAY
        ),
        "sessions": lambda: actions.revoke_of_official(actor, official.pk),
        "password": lambda: actions.reset_first_password(actor, official.account_id, agency_id=agency),
        "see": lambda: queries.official(actor, official.pk),
        "see sessions": lambda: queries.sessions_of_official(actor, official.pk),
    }


ACTS = ["grant", "end", "transfer", "leave", "service", "authority", "sessions", "password", "see", "see sessions"]


@pytest.mark.parametrize("act", ACTS)
def test_another_agencys_admin_finds_nobody(stranger, official, agency, act):
    with pytest.raises(NotFound):
        every_act(stranger, official, agency)[act]()
    assert roles_now(official) == {"specialist"}


@pytest.mark.parametrize("act", [act for act in ACTS if act not in ("see", "see sessions", "sessions", "password")])
def test_an_auditor_sees_and_changes_nothing(official, agency, seat, act):
    auditor = Actor(account=make_account("ktra").pk, strong=True, grants=frozenset({Grant(Role.AUDITOR, seat)}))
    assert queries.official(auditor, official.pk).full_name == "Danh Hoàng Phúc"
    with pytest.raises((Denied, NotFound)):
        every_act(auditor, official, agency)[act]()


@pytest.mark.parametrize("act", ["grant", "leave", "service", "authority", "end", "transfer"])
def test_of_two_admins_at_once_the_second_is_told(admin, official, agency, act):
    version = official.version
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.RECEIVER, version=version)
    post = official.posts.get(role="specialist")
    late = {
        "grant": lambda: actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK, version=version),
        "leave": lambda: actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY, version=version),
        "service": lambda: actions.end_service(admin, official.pk, version=version),
        "authority": lambda: actions.grant_signing_authority(
            admin,
            official.pk,
            agency_id=agency,
            form=SigningForm.OWN,
            position="CHỦ TỊCH",
            valid_from=DAY,
            version=version,
        ),
        "end": lambda: actions.end_post(admin, post.pk, version=version),
        "transfer": lambda: actions.transfer(
            admin, official.pk, from_agency=agency, to_agency=agency, role=Role.CLERK, version=version
        ),
    }
    with pytest.raises(Stale):
        late[act]()


def test_a_transfer_ends_the_old_rights_and_opens_the_new_ones(official, agency, elsewhere):
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    account = with_posts().get(pk=official.account_id)
    assert actor_for(account, strong=True).grants == {Grant("receiver", elsewhere)}


def test_a_transfer_from_a_later_day_holds_from_that_day(official, agency, elsewhere):
    actions.transfer(
        SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER, day=date(2026, 3, 10)
    )
    for day, role in (("2026-03-09", "specialist"), ("2026-03-10", "receiver")):
        with clock.pinned(f"{day}T09:00:00+07:00"):
            assert roles_now(official) == {role}, day


def test_an_agency_admin_moves_nobody_out_of_the_own_agency(admin, official, agency, elsewhere):
    with pytest.raises(NotFound):
        actions.transfer(admin, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)


def test_after_a_transfer_the_old_admin_sees_the_official_no_more(admin, stranger, official, agency, elsewhere):
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    with pytest.raises(NotFound):
        queries.official(admin, official.pk)
    assert queries.official(stranger, official.pk).full_name == "Danh Hoàng Phúc"


def test_an_official_of_two_agencies_is_let_in_anew_by_neither_of_their_admins(admin, official, agency, elsewhere):
    Post.objects.create(official=official, agency_id=elsewhere, role=Role.CLERK, valid_from=DAY)
    for act in ("password", "sessions", "service", "leave"):
        with pytest.raises(Denied):
            every_act(admin, official, agency)[act]()


def test_an_agency_admin_never_takes_over_an_administrators_account(admin, agency):
    other = make_official(agency, Role.AGENCY_ADMIN, login="hontre.qt2")
    for act in ("password", "sessions", "service"):
        with pytest.raises(Denied):
            every_act(admin, other, agency)[act]()


def test_whoever_left_the_agency_long_ago_is_not_let_in_anew_by_it(admin, official, agency, elsewhere):
    """It used to be enough to have had any post there at any time."""
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    with pytest.raises(NotFound):
        actions.reset_first_password(admin, official.account_id, agency_id=agency)


def test_leave_gives_the_stand_in_the_role_for_exactly_that_time(admin, official, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay", name="Lý Thị Cẩm Tú")
    actions.take_leave(
        admin, official.pk, valid_from=date(2026, 3, 4), valid_to=date(2026, 3, 6), stand_in=substitute.pk
    )
    for day, held in (("03-03", False), ("03-04", True), ("03-06", True), ("03-07", False)):
        with clock.pinned(f"2026-{day}T09:00:00+07:00"):
            assert ("specialist" in roles_now(substitute)) is held, day


def test_coming_back_early_ends_the_stand_in_at_once(admin, official, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    absence = actions.take_leave(
        admin, official.pk, valid_from=DAY, valid_to=DAY + timedelta(days=9), stand_in=substitute.pk
    )
    assert "specialist" in roles_now(substitute)
    actions.end_leave(admin, absence.pk)
    assert roles_now(substitute) == {"receiver"}


def test_a_leaders_stand_in_has_no_leave_to_sign(admin, leader, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    actions.take_leave(admin, leader.pk, valid_from=DAY, valid_to=DAY, stand_in=substitute.pk)
    assert "leader" in roles_now(substitute)
    assert queries.signing_authority(substitute.pk, agency) is None


@pytest.mark.parametrize("who", ["oneself", "another agency's", "away"])
def test_who_cannot_stand_in(admin, official, agency, elsewhere, who):
    chosen = {
        "oneself": lambda: official,
        "another agency's": lambda: make_official(elsewhere, Role.RECEIVER, login="rachgia.nv"),
        "away": lambda: make_official(agency, Role.RECEIVER, login="hontre.nghi"),
    }[who]()
    if who == "away":
        actions.take_leave(admin, chosen.pk, valid_from=DAY, valid_to=DAY)
    with pytest.raises(Invalid) as refused:
        actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY, stand_in=chosen.pk)
    assert "stand_in" in refused.value.fields


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(DAY - timedelta(days=1), DAY, "valid_from"), (DAY + timedelta(days=2), DAY, "valid_to")],
)
def test_leave_in_the_past_or_backwards_is_refused(admin, official, first, last, field):
    with pytest.raises(Invalid) as refused:
        actions.take_leave(admin, official.pk, valid_from=first, valid_to=last)
    assert field in refused.value.fields


def test_two_leaves_at_a_time_are_refused(admin, official):
    actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY + timedelta(days=5))
    with pytest.raises(Conflict):
        actions.take_leave(admin, official.pk, valid_from=DAY + timedelta(days=5), valid_to=DAY + timedelta(days=6))


def test_end_of_service_closes_everything_at_once_in_open_sessions_too(client, admin, official):
    client.force_login(Account.objects.get(pk=official.account_id))
    assert client.get("/ban-lam-viec/").status_code == 200
    actions.end_service(admin, official.pk)
    assert client.get("/ban-lam-viec/").status_code == 302
    assert not Account.objects.get(pk=official.account_id).is_active
    assert StaffAct.objects.get(official=official).kind == "service_ended"


def test_end_of_service_on_a_later_day_waits_for_it(admin, official):
    actions.end_service(admin, official.pk, last_day=date(2026, 3, 31))
    assert roles_now(official) == {"specialist"}
    with clock.pinned("2026-04-01T00:10:00+07:00"):
        assert roles_now(official) == set()
        actions.turn_of_day()
        assert not Account.objects.get(pk=official.account_id).is_active


def test_nobody_lets_themselves_go(agency):
    admin = admin_of(agency)
    own = Official.objects.create(account_id=admin.account, full_name="Tôi", title="Quản trị", home_id=agency)
    with pytest.raises(Invalid):
        actions.end_service(admin, own.pk)


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


def test_only_the_newest_act_is_undone(admin, official, agency):
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.RECEIVER)
    older, newer = StaffAct.objects.filter(official=official).order_by("id")
    with pytest.raises(Conflict):
        actions.undo_act(admin, older.pk)
    actions.undo_act(admin, newer.pk)
    actions.undo_act(admin, older.pk)
    assert roles_now(official) == {"specialist"}


def test_undoing_an_end_gives_the_role_back_from_now_and_does_not_rewrite_the_gap(admin, official, agency):
    actions.end_post(admin, official.posts.get().pk)
    with clock.pinned("2026-03-05T08:00:00+07:00"):
        actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
        assert roles_now(official) == {"specialist"}
        terms = list(official.posts.order_by("valid_from").values_list("valid_from", "valid_to"))
    assert terms == [(date(2025, 7, 1), DAY), (date(2026, 3, 5), None)]


def test_undoing_an_end_that_has_not_come_leaves_no_trace_in_the_term(admin, official):
    post = official.posts.get()
    actions.end_post(admin, post.pk, last_day=date(2026, 4, 1))
    actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
    post.refresh_from_db()
    assert post.valid_to is None


def test_undoing_the_end_of_service_opens_the_account_again(admin, official):
    actions.end_service(admin, official.pk)
    actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
    assert roles_now(official) == {"specialist"}
    assert Official.objects.get(pk=official.pk).left_on is None


def test_undoing_leave_ends_the_stand_in(admin, official, agency):
    substitute = make_official(agency, Role.RECEIVER, login="hontre.thay")
    actions.take_leave(admin, official.pk, valid_from=DAY, valid_to=DAY, stand_in=substitute.pk)
    actions.undo_act(admin, StaffAct.objects.get(official=official).pk)
    assert roles_now(substitute) == {"receiver"}


def test_undoing_a_transfer_brings_the_official_back(official, agency, elsewhere):
    actions.transfer(SYSTEM, official.pk, from_agency=agency, to_agency=elsewhere, role=Role.RECEIVER)
    actions.undo_act(SYSTEM, StaffAct.objects.get(official=official).pk)
    account = with_posts().get(pk=official.account_id)
    assert actor_for(account, strong=True).grants == {Grant("specialist", agency)}


def test_the_other_agencys_admin_undoes_nothing(admin, stranger, official, agency):
    actions.grant_post(admin, official.pk, agency_id=agency, role=Role.CLERK)
    with pytest.raises(NotFound):
        actions.undo_act(stranger, StaffAct.objects.get(official=official).pk)


def propose(actor, official, seat, role=Role.AUDITOR):
    return actions.propose_role(actor, official.pk, agency_id=seat, role=role, reason="Quyết định 12/QĐ")


def test_no_one_person_gives_a_role_above_one_agency(official, seat):
    first = province_admin(seat, "tinh.mot")
    with pytest.raises(Denied):
        actions.grant_post(first, official.pk, agency_id=seat, role=Role.AUDITOR)
    proposal = propose(first, official, seat)
    assert roles_now(official) == {"specialist"}
    with pytest.raises(Denied):
        actions.approve_role(first, proposal.pk)
    actions.approve_role(province_admin(seat, "tinh.hai"), proposal.pk)
    assert roles_now(official) == {"specialist", "auditor"}
    told = [step.envelope.type.rsplit(".", 1)[1] for step in history(f"official:{official.pk}")]
    assert told == ["role_proposed", "post_granted", "role_decided"]


def test_nobody_proposes_or_approves_for_themselves(seat):
    first, second = province_admin(seat, "tinh.mot"), province_admin(seat, "tinh.hai")
    own = Official.objects.get(account_id=second.account)
    with pytest.raises(Denied):
        propose(second, own, seat)
    proposal = propose(first, own, seat)
    with pytest.raises(Denied):
        actions.approve_role(second, proposal.pk)


def test_a_proposal_ends_after_a_week(official, seat):
    proposal = propose(province_admin(seat, "tinh.mot"), official, seat)
    second = province_admin(seat, "tinh.hai")
    with clock.pinned("2026-03-09T08:00:01+07:00"), pytest.raises(Conflict):
        actions.approve_role(second, proposal.pk)


def test_a_proposal_is_decided_once(official, seat):
    first, second = province_admin(seat, "tinh.mot"), province_admin(seat, "tinh.hai")
    proposal = propose(first, official, seat)
    actions.refuse_role(second, proposal.pk)
    with pytest.raises(Conflict):
        actions.approve_role(second, proposal.pk)
    assert RoleProposal.objects.get().state == "refused"


def test_an_agency_admin_has_no_part_in_it(admin, official, seat):
    with pytest.raises(Denied):
        propose(admin, official, seat)


def test_a_transfer_is_no_way_around_the_second_person(official, agency, seat):
    first = province_admin(seat, "tinh.mot")
    with pytest.raises(Denied):
        actions.transfer(first, official.pk, from_agency=agency, to_agency=seat, role=Role.PROVINCE_ADMIN)


def test_names_are_found_with_and_without_marks_and_only_at_home(admin, stranger, official, agency, elsewhere):
    make_official(agency, Role.CLERK, login="hontre.khac", name="Huỳnh Ngọc Diễm")
    make_official(elsewhere, Role.CLERK, login="rachgia.khac", name="Danh Hoàng Phúc")
    for said in ("danh hoang", "Hoàng Phúc", "phuc", "PHÚC danh"):
        rows, _next = queries.directory(admin, text=said)
        assert [row.id for row in rows] == [official.pk], said
    assert [r.full_name for r in queries.directory(admin, role="clerk")[0]] == ["Huỳnh Ngọc Diễm"]
    assert queries.directory(admin, agency=elsewhere)[0] == []


def test_the_directory_is_paged_by_key_in_few_queries(admin, agency, django_assert_max_num_queries):
    for number in range(7):
        make_official(agency, Role.CLERK, login=f"hontre.n{number}", name=f"Người {number}")
    with django_assert_max_num_queries(4):
        first, cursor = queries.directory(admin, limit=4)
    second, end = queries.directory(admin, limit=4, cursor=cursor)
    assert [row.full_name for row in (*first, *second)] == [f"Người {number}" for number in range(7)]
    assert end is None


def test_one_official_within_ten_queries(admin, leader, agency, django_assert_max_num_queries):
    for _time in range(3):
        made = actions.grant_post(admin, leader.pk, agency_id=agency, role=Role.CLERK)
        actions.end_post(admin, made.pk)
    with django_assert_max_num_queries(10):
        queries.official(admin, leader.pk)


def test_signing_authorities_are_listed_at_home_only(admin, stranger, leader, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        rows, _next = queries.authorities(admin)
    assert [row.official for row in rows] == [leader.pk]
    assert queries.authorities(stranger)[0] == []


def test_the_matrix_is_what_the_policies_say(agency):
    table = {
        row.policy: dict(zip([name for name, _ in matrix.columns()], row.allowed, strict=True)) for row in matrix.rows()
    }
    assert table["people.province_roles"] == {
        "receiver": False,
        "specialist": False,
        "leader": False,
        "clerk": False,
        "agency_admin": False,
        "province_admin": True,
        "auditor": False,
    }
    assert table["people.verify_identity"]["receiver"]
    assert "kernel.public" not in table
    rights = {right.policy: right.through for right in matrix.rights({Grant("leader", agency), Grant("clerk", agency)})}
    assert rights["dossiers.revoke"] == [("leader", agency)]
    assert "people.manage_officials" not in rights


def test_a_leader_without_a_second_factor_acts_on_no_page(client, leader):
    client.force_login(Account.objects.get(pk=leader.account_id))
    for method, path in (("get", "/ban-lam-viec/"), ("post", "/ban-lam-viec/nhan"), ("get", "/can-bo/")):
        answer = getattr(client, method)(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/tai-khoan/hai-lop/bat/"), path


def test_an_admin_without_a_second_factor_this_time_acts_on_no_page(client, agency, official):
    other = make_official(agency, Role.AGENCY_ADMIN, login="hontre.qt3")
    TOTP.activate(Account.objects.get(pk=other.account_id), SECRET)
    client.force_login(Account.objects.get(pk=other.account_id))
    answer = client.post(f"/can-bo/nguoi/{official.pk}/vai-tro/", {"role": "clerk"})
    assert answer.status_code == 302
    assert official.posts.count() == 1
    assert client.get("/api/v1/officials").status_code == 403


def test_an_open_session_ends_when_the_admin_revokes_it(admin, official):
    browser = Client()
    account = Account.objects.get(pk=official.account_id)
    browser.post("/dang-nhap/", {"login": account.login, "password": "biển xanh hòn tre"})
    assert browser.get("/ban-lam-viec/").status_code == 200
    assert [session.kind for session in queries.sessions_of_official(admin, official.pk)] == ["browser"]
    assert actions.revoke_of_official(admin, official.pk) == 1
    assert browser.get("/ban-lam-viec/").status_code == 302


def test_one_ends_ones_own_sessions_and_no_others(citizen):
    phone, computer = Client(), Client()
    for browser in (phone, computer):
        browser.post("/dang-nhap/", {"login": citizen.login, "password": "biển xanh hòn tre"})
    other = next(s for s in queries.sessions_of(citizen.pk, current=computer.session.session_key) if not s.current)
    thief = Actor(account=make_account("0999999999").pk)
    with pytest.raises(NotFound):
        actions.revoke_own(thief, other.id)
    computer.post(f"/tai-khoan/thiet-bi/{other.id}/dang-xuat")
    assert phone.get("/tai-khoan/").status_code == 302
    assert computer.get("/tai-khoan/").status_code == 200
