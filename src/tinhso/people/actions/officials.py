"""Accounts of officials: appointed with a first password, corrected, let in again with a new one."""

import re
import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import Actor
from tinhso.people.actions.sessions import end_all
from tinhso.people.codes import account_code
from tinhso.people.contacts import is_phone, normal_login, read_contact
from tinhso.people.entrance import has_second_factor
from tinhso.people.events import OfficialAppointed, PasswordReset
from tinhso.people.models import Account, Official, Post, Role
from tinhso.people.models.validity import not_over
from tinhso.people.policies import MANAGE_OFFICIALS
from tinhso.people.reach import answers_for, seen_by


def appoint_official(
    actor: Actor, *, agency_id: UUID, login: str, full_name: str, title: str, email: str = ""
) -> tuple[Official, str]:
    """An account for an official, and its first password, which must be changed at the first log-in.

    Raises Denied, Invalid, Conflict.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    name, reached = _official_login(login), _official_email(email)
    if not full_name.strip():
        raise Invalid(_("Hãy ghi tên đăng nhập và họ tên của cán bộ."))
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        if Account.objects.filter(login=name).exists():
            raise Conflict(_("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."))
        if reached and Account.objects.filter(email=reached, is_active=True, official__isnull=False).exists():
            sentence = _("Địa chỉ này đã dùng cho một cán bộ khác. Ghi địa chỉ riêng của người này, hoặc bỏ trống.")
            raise Invalid(sentence, fields={"email": sentence})
        account = Account(
            login=name, email=reached, full_name=full_name, code=account_code(), must_change_password=True
        )
        account.set_password(password)
        account.save()
        official = Official.objects.create(account=account, full_name=full_name, title=title, home_id=agency_id)
        emit(actor, OfficialAppointed(official.pk, account.pk, agency_id), subject=f"official:{official.pk}")
    return official, password


def reset_first_password(actor: Actor, account_id: UUID, *, agency_id: UUID) -> str:
    """A new temporary password for an official of the agency; it must be changed at the next log-in, and every
    log-in of the account ends. An official who also works elsewhere is the province's to let in.

    Whoever gives the password knows it. So an account that opens a verified person's own data, and a province
    administrator's that no second factor guards yet, is let in by its owner alone. Raises Denied, NotFound.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        official = (
            Official.objects.select_for_update(of=("self",)).filter(seen_by(actor), account_id=account_id).first()
        )
        if official is None:
            raise NotFound
        if not answers_for(actor, official):
            raise Denied(_("Cán bộ còn giữ vai trò ngoài phạm vi của bạn. Hãy nhờ quản trị cấp tỉnh làm việc này."))
        account = Account.objects.select_for_update(of=("self",)).get(pk=account_id)
        _not_anothers_door(actor, account)
        account.set_password(password)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        end_all(actor, account.pk)
        emit(actor, PasswordReset(account.pk, temporary=True), subject=f"account:{account.pk}")
        notify([account.pk], "people.password_reset", {}, subject=f"account:{account.pk}")
    return password


def _not_anothers_door(actor: Actor, account: Account) -> None:
    """Raises Denied when the new password would open what is not the giver's: a person's own data, or the place of the
    second of two people."""
    if account.verified:
        raise Denied(
            _(
                "Tài khoản này còn mở dữ liệu riêng của một người đã xác minh danh tính, nên chỉ chính người đó đặt "
                "lại mật khẩu, ở trang “Quên mật khẩu” hoặc bằng VNeID. Không được nữa thì nhờ quản trị cấp tỉnh đóng "
                "tài khoản và lập tài khoản mới."
            )
        )
    of_province = Post.objects.filter(not_over(), official__account=account, role=Role.PROVINCE_ADMIN)
    if not actor.system and of_province.exists() and not has_second_factor(account):
        raise Denied(
            _(
                "Quản trị cấp tỉnh này chưa bật đăng nhập hai lớp: ai có mật khẩu mới là vào được thay họ. Chính người "
                "đó đặt lại ở trang “Quên mật khẩu”, hoặc kết thúc vai trò rồi lập đề nghị mới."
            )
        )


def _official_login(text: str) -> str:
    """A short name of its own: a telephone number or e-mail is how its owner, a citizen, signs in. Raises Invalid."""
    name = normal_login(text)
    if is_phone(name) or not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,59}", name):
        sentence = _("Tên đăng nhập gồm 3 đến 60 chữ không dấu, số, dấu chấm hoặc gạch, ví dụ hontre.tiepnhan.")
        raise Invalid(sentence, fields={"login": sentence})
    return name


def _official_email(text: str) -> str:
    """The e-mail address in its stored form, or nothing. Raises Invalid."""
    if not text.strip():
        return ""
    reached = read_contact(text)
    if is_phone(reached):
        sentence = _("Hãy ghi địa chỉ thư điện tử như ten@vidu.vn, hoặc bỏ trống.")
        raise Invalid(sentence, fields={"email": sentence})
    return reached
