"""Registering, and setting a forgotten password: a code goes to the contact, the code opens the rest.

Whoever asks gets the same answer, after the same work, whether or not an account stands behind the contact;
only the owner of the mailbox or telephone learns which.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.events import emit
from tinhso.kernel.policy import ANONYMOUS
from tinhso.kernel.throttle import spend
from tinhso.people.codes import account_code
from tinhso.people.contacts import is_phone, read_contact
from tinhso.people.dispatch import send
from tinhso.people.events import AccountRegistered, PasswordReset
from tinhso.people.models import Account, ContactCode

CODE_LIFE = timedelta(minutes=15)
ASKS_CONTACT = 3  #: codes for one contact
ASKS_ADDRESS = 30  #: codes asked for from one address
CODE_ALPHABET = "0123456789"


def check_password_strength(password: str, account: Account) -> None:
    """Raise Invalid with what makes the password too weak."""
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise Invalid(" ".join(weak.messages), fields={"password": " ".join(weak.messages)}) from None


def ask_to_register(address: str, *, contact: str, full_name: str, password: str) -> UUID:
    """Send a code to the contact; with it `register` makes the account. Raises Invalid, TooMany."""
    reached = read_contact(contact)
    name = " ".join(full_name.split())
    if not name:
        raise Invalid(_("Hãy ghi họ và tên."), fields={"full_name": _("Hãy ghi họ và tên.")})
    check_password_strength(password, Account(login=reached, full_name=name))
    _spend(address, reached)
    taken = Account.objects.filter(login=reached).exists()
    row, code = _new_code(ContactCode.Purpose.REGISTER, reached, usable=not taken)
    row.full_name, row.password = name, make_password(password)
    row.save()
    if taken:
        send(
            reached,
            _("Bạn đã có tài khoản Tỉnh Số"),
            _(
                "Có người vừa đăng ký bằng địa chỉ này, nhưng bạn đã có tài khoản. "
                "Quên mật khẩu thì chọn “Quên mật khẩu”."
            ),
        )
    else:
        send(
            reached, _("Mã đăng ký Tỉnh Số"), _("Mã đăng ký của bạn là %(code)s, dùng trong 15 phút.") % {"code": code}
        )
    return row.pk


def register(request_id: UUID, code: str) -> Account:
    """Make the account that the code was asked for. Raises Invalid."""
    with transaction.atomic():
        row = _redeem(request_id, ContactCode.Purpose.REGISTER, code)
        if row is not None and not Account.objects.filter(login=row.contact).exists():
            return _create(row)
    raise _wrong_code()


def ask_to_reset(address: str, *, contact: str) -> UUID:
    """Send a code to the contact; with it `reset` sets a new password. Raises Invalid, TooMany."""
    reached = read_contact(contact)
    _spend(address, reached)
    known = _resettable(reached) is not None
    row, code = _new_code(ContactCode.Purpose.RESET, reached, usable=known)
    row.save()
    if known:
        text = _("Mã đặt lại mật khẩu của bạn là %(code)s, dùng trong 15 phút. Không phải bạn thì bỏ qua.")
        send(reached, _("Đặt lại mật khẩu Tỉnh Số"), text % {"code": code})
    else:
        send(
            reached,
            _("Chưa có tài khoản Tỉnh Số"),
            _(
                "Có người vừa xin đặt lại mật khẩu bằng địa chỉ này, nhưng chưa có tài khoản nào. "
                "Không phải bạn thì bỏ qua."
            ),
        )
    return row.pk


def reset(request_id: UUID, code: str, password: str) -> Account:
    """Set a new password; every session and token of the account ends with the old one. Raises Invalid."""
    check_password_strength(password, Account())
    with transaction.atomic():
        row = _redeem(request_id, ContactCode.Purpose.RESET, code)
        account = _resettable(row.contact) if row is not None else None
        if account is not None:
            account.set_password(password)
            account.must_change_password = False
            account.save(update_fields=["password", "must_change_password"])
            account.tokens.all().delete()
            emit(ANONYMOUS, PasswordReset(account.pk, temporary=False), subject=f"account:{account.pk}")
            return account
    raise _wrong_code()


def _create(row: ContactCode) -> Account:
    phone = is_phone(row.contact)
    account = Account.objects.create(
        login=row.contact,
        email="" if phone else row.contact,
        phone=row.contact if phone else "",
        full_name=row.full_name,
        password=row.password,
        code=account_code(),
    )
    emit(ANONYMOUS, AccountRegistered(account.pk), subject=f"account:{account.pk}")
    return account


def _resettable(contact: str) -> Account | None:
    """The account whose own contact this is; officials' short log-ins are reached by their e-mail."""
    found = Account.objects.filter(login=contact, is_active=True).first()
    if found is not None:
        return found
    by_mail = list(Account.objects.filter(email=contact, is_active=True)[:2]) if "@" in contact else []
    return by_mail[0] if len(by_mail) == 1 else None


def _spend(address: str, contact: str) -> None:
    spend(f"code-for:{contact}", ASKS_CONTACT, timedelta(hours=1))
    spend(f"code-from:{address}", ASKS_ADDRESS, timedelta(hours=1))


def _digest(row: ContactCode, code: str) -> str:
    key: str = settings.SECRET_KEY
    return hmac.new(key.encode(), f"{row.pk}:{code}".encode(), hashlib.sha256).hexdigest()


def _new_code(purpose: ContactCode.Purpose, contact: str, *, usable: bool) -> tuple[ContactCode, str]:
    row = ContactCode(purpose=purpose, contact=contact, expires_at=clock.real() + CODE_LIFE)
    code = "".join(secrets.choice(CODE_ALPHABET) for _position in range(6))
    digest = _digest(row, code)
    row.digest = digest if usable else ""
    return row, code


def _redeem(request_id: UUID, purpose: ContactCode.Purpose, code: str) -> ContactCode | None:
    """The row when the code is right, once; a wrong code costs one of its few tries."""
    alive = ContactCode.objects.filter(pk=request_id, purpose=purpose, expires_at__gt=clock.real(), tries_left__gt=0)
    if not alive.update(tries_left=F("tries_left") - 1):
        return None
    row = ContactCode.objects.get(pk=request_id)
    if not row.digest or not hmac.compare_digest(row.digest, _digest(row, code.strip())):
        return None
    row.tries_left = 0
    row.save(update_fields=["tries_left"])
    return row


def _wrong_code() -> Invalid:
    sentence = _("Mã chưa đúng hoặc đã hết hạn. Hãy xem lại, hoặc xin mã mới.")
    return Invalid(sentence, fields={"code": sentence})
