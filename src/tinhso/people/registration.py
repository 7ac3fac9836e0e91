"""Registering, and setting a forgotten password: a code goes to the contact, the code opens the rest.

Whoever asks gets the same answer, after the same work, whether or not an account stands behind the contact;
only the owner of the mailbox or telephone learns which.
"""

import hmac
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.events import emit
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import ANONYMOUS
from tinhso.kernel.throttle import Budget, network_of, spend_all
from tinhso.people.codes import account_code
from tinhso.people.contacts import is_phone, read_contact
from tinhso.people.dispatch import account_reached_by, digest_of, send_code
from tinhso.people.events import AccountRegistered, PasswordReset
from tinhso.people.models import Account, ContactCode

CODE_LIFE = timedelta(minutes=15)
ASKS_CONTACT = 3  #: codes for one contact
ASKS_ADDRESS = 30  #: codes asked for from one address


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
    hashed = make_password(password)
    return _ask(ContactCode(purpose=ContactCode.Purpose.REGISTER, contact=reached, full_name=name, password=hashed))


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
    return _ask(ContactCode(purpose=ContactCode.Purpose.RESET, contact=reached))


def reset(request_id: UUID, code: str, password: str) -> Account:
    """Set a new password; every session and token of the account ends with the old one. Raises Invalid."""
    check_password_strength(password, Account())
    with transaction.atomic():
        row = _redeem(request_id, ContactCode.Purpose.RESET, code)
        account = account_reached_by(row.contact) if row is not None else None
        if account is not None:
            account.set_password(password)
            account.must_change_password = False
            account.save(update_fields=["password", "must_change_password"])
            account.tokens.all().delete()
            emit(ANONYMOUS, PasswordReset(account.pk, temporary=False), subject=f"account:{account.pk}")
            notify([account.pk], "people.password_reset", {}, subject=f"account:{account.pk}")
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


def _spend(address: str, contact: str) -> None:
    from_here = Budget(f"code-from:{network_of(address)}", ASKS_ADDRESS)
    spend_all(timedelta(hours=1), from_here, Budget(f"code-for:{contact}", ASKS_CONTACT))


def _ask(row: ContactCode) -> UUID:
    row.expires_at = clock.real() + CODE_LIFE
    with transaction.atomic():
        row.save()
        send_code.defer(request=str(row.pk))
    return row.pk


def _redeem(request_id: UUID, purpose: ContactCode.Purpose, code: str) -> ContactCode | None:
    """The row when the code is right, once; a wrong code costs one of its few tries."""
    alive = ContactCode.objects.filter(pk=request_id, purpose=purpose, expires_at__gt=clock.real(), tries_left__gt=0)
    if not alive.update(tries_left=F("tries_left") - 1):
        return None
    row = ContactCode.objects.get(pk=request_id)
    if not row.digest or not hmac.compare_digest(row.digest, digest_of(row, code.strip())):
        return None
    ContactCode.objects.filter(pk=row.pk).update(tries_left=0, password="")
    return row


def _wrong_code() -> Invalid:
    sentence = _("Mã chưa đúng hoặc đã hết hạn. Hãy xem lại, hoặc xin mã mới.")
    return Invalid(sentence, fields={"code": sentence})
