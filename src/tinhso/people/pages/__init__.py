"""Pages of log-in, registration, one's own account, and of identity checks at the counter."""

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import navigation
from tinhso.kernel.navigation import Menu, NavItem
from tinhso.kernel.policy import PUBLIC, SIGNED_IN, Actor, guard
from tinhso.people.pages import account, corrections, counter, entrance, lists, registration, rights, staff, vneid
from tinhso.people.policies import SEE_CORRECTIONS, SEE_OFFICIALS, VERIFY_IDENTITY


def _visitor(actor: Actor) -> bool:
    return actor.anonymous


def _user(actor: Actor) -> bool:
    return not actor.anonymous


navigation.register(Menu.ACCOUNT, NavItem("sign-in", _("Đăng nhập"), "account_login", "log-in", 10, _visitor))
navigation.register(Menu.ACCOUNT, NavItem("mine", _("Tài khoản của tôi"), "people_account", "user-round", 100, _user))
navigation.register(
    Menu.DESK,
    NavItem("counter", _("Xác minh danh tính"), "people_counter", "id-card", 60, VERIFY_IDENTITY.allows),
)
navigation.register(
    Menu.DESK,
    NavItem("corrections", _("Sửa họ tên, ngày sinh"), "people_corrections", "pencil", 61, SEE_CORRECTIONS.allows),
)
navigation.register(
    Menu.DESK, NavItem("officials", _("Cán bộ"), "staff:directory", "users-round", 70, SEE_OFFICIALS.allows)
)
navigation.register(
    Menu.ACCOUNT, NavItem("officials", _("Cán bộ"), "staff:directory", "users-round", 6, SEE_OFFICIALS.allows)
)
navigation.register(
    Menu.ACCOUNT, NavItem("sign-out", _("Đăng xuất"), "account_logout", "log-out", 900, _user, post=True)
)

_staff: list[URLPattern | URLResolver] = [
    path("", staff.directory, name="directory"),
    path("moi/", staff.appoint, name="appoint"),
    path("danh-sach/", lists.lists, name="lists"),
    path("danh-sach/mau.xlsx", lists.empty_list, name="template"),
    path("danh-sach/<uuid:list_id>/", lists.one_list, name="list"),
    path("danh-sach/<uuid:list_id>/can-sua.csv", lists.faults_csv, name="faults"),
    path("danh-sach/<uuid:list_id>/<slug:name>", lists.act_on_list, name="list_act"),
    path("quyen/", rights.by_role, name="rights"),
    path("quyen/ai-duoc-lam-gi.csv", rights.by_role_csv, name="rights_csv"),
    path("quyen-ky/", rights.authorities, name="authorities"),
    path("de-nghi/", rights.proposals, name="proposals"),
    path("de-nghi/<uuid:proposal_id>/<slug:verdict>", rights.decide, name="decide"),
    path("nguoi/<uuid:official_id>/", staff.record, name="record"),
    path("nguoi/<uuid:official_id>/quyen.csv", rights.of_official_csv, name="official_rights"),
    path("nguoi/<uuid:official_id>/dang-xuat", staff.revoke, name="revoke"),
    path("nguoi/<uuid:official_id>/mat-khau", staff.new_password, name="new_password"),
    path("nguoi/<uuid:official_id>/hoan-tac/<uuid:act_id>", staff.undo, name="undo"),
    path("nguoi/<uuid:official_id>/ket-thuc/<slug:kind>/<uuid:term_id>", staff.end_term, name="end_term"),
    path("nguoi/<uuid:official_id>/<slug:name>/", staff.act, name="act"),
]
urls: list[URLPattern | URLResolver] = [
    path("can-bo/", include((_staff, "staff"))),
    path("tai-khoan/thiet-bi/<str:session>/dang-xuat", entrance.end_session, name="people_end_session"),
    path("dang-nhap/", guard(PUBLIC)(entrance.SignIn.as_view()), name="account_login"),
    path("dang-nhap/ma/", guard(PUBLIC)(entrance.SecondFactor.as_view()), name="mfa_authenticate"),
    path("dang-nhap/lai/", guard(SIGNED_IN)(entrance.PasswordAgain.as_view()), name="account_reauthenticate"),
    path("dang-nhap/lai/ma/", guard(SIGNED_IN)(entrance.CodeAgain.as_view()), name="mfa_reauthenticate"),
    path("dang-xuat/", guard(PUBLIC)(entrance.SignOut.as_view()), name="account_logout"),
    path("tai-khoan/mat-khau/", guard(SIGNED_IN)(entrance.NewPassword.as_view()), name="account_change_password"),
    path("tai-khoan/hai-lop/", guard(SIGNED_IN)(entrance.SecondFactors.as_view()), name="mfa_index"),
    path("tai-khoan/hai-lop/bat/", guard(SIGNED_IN)(entrance.SetUpSecondFactor.as_view()), name="mfa_activate_totp"),
    path("tai-khoan/hai-lop/tat/", guard(SIGNED_IN)(entrance.RemoveSecondFactor.as_view()), name="mfa_deactivate_totp"),
    path(
        "tai-khoan/hai-lop/du-phong/",
        guard(SIGNED_IN)(entrance.RecoveryCodes.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path(
        "tai-khoan/hai-lop/du-phong/moi/",
        guard(SIGNED_IN)(entrance.NewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path("tai-khoan/thiet-bi/", guard(SIGNED_IN)(entrance.Devices.as_view()), name="usersessions_list"),
    path("dang-nhap/vneid/", vneid.depart, name="people_vneid"),
    path("dang-nhap/vneid/ve/", vneid.back, name="people_vneid_back"),
    path("tai-khoan/", account.mine, name="people_account"),
    path("tai-khoan/tin-bao/", account.channels, name="people_channels"),
    path("tai-khoan/danh-tinh/", account.claim, name="people_claim"),
    path("can-bo/xac-minh-danh-tinh/", counter.counter, name="people_counter"),
    path("can-bo/sua-ho-ten/", corrections.corrections, name="people_corrections"),
    path(
        "can-bo/sua-ho-ten/<uuid:correction_id>/<slug:verdict>",
        corrections.decide_correction,
        name="people_correction",
    ),
    path("dang-ky/", registration.ask_to_register, name="account_signup"),
    path("dang-ky/ma/", registration.register, name="people_register"),
    path("quen-mat-khau/", registration.ask_to_reset, name="account_reset_password"),
    path("quen-mat-khau/ma/", registration.reset, name="people_reset"),
]
