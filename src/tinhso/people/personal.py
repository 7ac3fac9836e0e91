"""What people holds about a person; an account can be let go, the register of persons cannot."""

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.events import emit
from tinhso.kernel.personal import (
    DataSubject,
    Erasable,
    Provider,
    Section,
    not_of_a_person,
    providers,
    table,
    with_names,
)
from tinhso.kernel.policy import Actor
from tinhso.people.events import AccountErased
from tinhso.people.models import Account, Correction, Identifier, IdentityClaim, Kinship, Official, Person, Post, Token
from tinhso.places import queries as places

FROM, TO = _("Từ ngày"), _("Đến ngày")


def _tell(subject: DataSubject) -> list[Section]:
    accounts = subject.accounts
    return [
        table(
            "people.Person",
            _("Bạn là ai"),
            Person.objects.filter(pk=subject.person),
            {
                "full_name": _("Họ và tên"),
                "birth_date": _("Ngày sinh"),
                "sex": _("Giới tính"),
                "ethnicity": _("Dân tộc"),
                "nationality": _("Quốc tịch"),
                "place_of_birth": _("Nơi sinh"),
                "hometown": _("Quê quán"),
                "residence": _("Nơi cư trú"),
                "home_unit_code": _("Mã xã, phường"),
                "died_on": _("Ngày mất"),
                "source": _("Nguồn"),
            },
        ),
        table(
            "people.Identifier",
            _("Số giấy tờ"),
            Identifier.objects.filter(person=subject.person).order_by("valid_from"),
            {
                "kind": _("Loại"),
                "number": _("Số"),
                "issuer": _("Nơi cấp"),
                "issued_on": _("Ngày cấp"),
                "valid_from": FROM,
                "valid_to": TO,
            },
        ),
        table(
            "people.Correction",
            _("Họ tên, ngày sinh được đề nghị sửa"),
            Correction.objects.filter(person=subject.person).order_by("id"),
            {
                "kind": _("Loại"),
                "number": _("Số"),
                "name_before": _("Tên trước đó"),
                "birth_before": _("Ngày sinh trước đó"),
                "full_name": _("Tên trên giấy tờ"),
                "birth_date": _("Ngày sinh trên giấy tờ"),
                "reason": _("Lý do"),
                "state": _("Trạng thái"),
                "proposed_by_name": _("Người đề nghị"),
                "decided_by_name": _("Người duyệt"),
                "decided_at": _("Lúc"),
            },
        ),
        table(
            "people.Kinship",
            _("Người thân"),
            Kinship.objects.filter(Q(person=subject.person) | Q(relative=subject.person)).order_by("valid_from"),
            {
                "kind": _("Quan hệ"),
                "person__full_name": _("Người"),
                "relative__full_name": _("Với"),
                "valid_from": FROM,
                "valid_to": TO,
                "source": _("Nguồn"),
            },
        ),
        table(
            "people.Account",
            _("Tài khoản"),
            Account.objects.filter(pk__in=accounts).order_by("id"),
            {
                "code": _("Mã"),
                "login": _("Tên đăng nhập"),
                "email": _("Thư điện tử"),
                "phone": _("Số điện thoại"),
                "full_name": _("Tên tự ghi"),
                "is_active": _("Đang mở"),
                "assurance": _("Xác minh"),
                "verified_how": _("Cách xác minh"),
                "verified_at": _("Xác minh lúc"),
                "last_login": _("Đăng nhập gần nhất"),
            },
        ),
        table(
            "people.IdentityClaim",
            _("Danh tính bạn tự ghi"),
            IdentityClaim.objects.filter(account__in=accounts),
            {
                "full_name": _("Họ và tên"),
                "birth_date": _("Ngày sinh"),
                "kind": _("Loại"),
                "number": _("Số"),
            },
        ),
        table(
            "people.Token",
            _("Chương trình đang đăng nhập"),
            Token.objects.filter(account__in=accounts).order_by("id"),
            {"issued_at": _("Từ"), "expires_at": _("Đến")},
        ),
        with_names(
            table(
                "people.Post",
                _("Vai trò cán bộ"),
                Post.objects.filter(official__account__in=accounts).order_by("valid_from"),
                {
                    "official__title": _("Chức vụ"),
                    "role": _("Vai trò"),
                    "agency_id": _("Cơ quan"),
                    "valid_from": FROM,
                    "valid_to": TO,
                },
            ),
            "agency_id",
            places.names,
        ),
    ]


def _erasable(subject: DataSubject) -> list[Erasable]:
    """The accounts of a person who is no official: what an official did must stay tied to who did it."""
    own = Account.objects.filter(pk__in=subject.accounts).exclude(phone="", email="", is_active=False)
    accounts = list(own.exclude(pk__in=Official.objects.values("account")).values_list("pk", flat=True))
    register = Erasable("people.register", gettext("Thông tin và số giấy tờ trong hệ thống"), 1)
    account = Erasable(
        "people.account",
        gettext("Tài khoản: thư điện tử, số điện thoại, tên tự ghi, mật khẩu, phiên đăng nhập"),
        len(accounts),
        lambda actor: _erase_accounts(actor, accounts),
    )
    return [account, register]


def _erase_accounts(actor: Actor, accounts: list[UUID]) -> Iterable[UUID]:
    """Nothing of a contact or secret is left; the row stays, because acts name it."""
    for account in Account.objects.select_for_update().filter(pk__in=accounts):
        account.login, account.email, account.phone, account.full_name = f"erased-{account.code.lower()}", "", "", ""
        account.is_active = False
        account.set_unusable_password()
        account.save()
        emit(actor, AccountErased(account.pk), subject=f"account:{account.pk}")
    IdentityClaim.objects.filter(account__in=accounts).delete()
    Token.objects.filter(account__in=accounts).delete()
    Authenticator.objects.filter(user__in=accounts).delete()
    sessions = list(UserSession.objects.filter(user__in=accounts).values_list("session_key", flat=True))
    UserSession.objects.filter(user__in=accounts).delete()
    Session.objects.filter(session_key__in=sessions).delete()
    return ()


providers.register(
    "people",
    Provider(
        models=(
            *("people.Person", "people.Identifier", "people.Correction", "people.Kinship", "people.Account"),
            *("people.IdentityClaim", "people.Token", "people.Post", "people.Official"),
        ),
        tell=_tell,
        erases=("people.account",),
        keeps=("people.register",),
        erasable=_erasable,
    ),
)
not_of_a_person("people.ContactCode", "mã gửi đi, hết hạn sau ít phút; chưa biết là của ai cho đến khi dùng")
_LIST = "danh sách cán bộ do quản trị tải lên; điều còn lại sau khi nhập nằm ở hồ sơ cán bộ và được kể ở đó"
not_of_a_person("people.OfficialImport", _LIST)
not_of_a_person("people.ImportLine", _LIST)
