"""The message with a code. It is made when it is sent, so the code waits in no queue, and asking for one takes
the same work whether or not an account stands behind the contact."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from tinhso.kernel.jobs import job
from tinhso.kernel.notify.registry import sms_gateway
from tinhso.kernel.notify.sending import unaccented
from tinhso.people.contacts import is_phone
from tinhso.people.models import Account, ContactCode


def digest_of(row: ContactCode, code: str) -> str:
    """How a code is stored: worthless without the instance's key, and for this request only."""
    key: str = settings.SECRET_KEY
    return hmac.new(key.encode(), f"{row.pk}:{code}".encode(), hashlib.sha256).hexdigest()


def account_reached_by(contact: str) -> Account | None:
    """The account whose own contact this is; officials' short log-ins are reached by their e-mail.
    Of several with one address it is the first: who comes later takes nothing from anybody."""
    found = Account.objects.filter(login=contact, is_active=True).first()
    if found is not None:
        return found
    return Account.objects.filter(email=contact, is_active=True).order_by("pk").first() if "@" in contact else None


@job(name="people.send_code", queue="messages", retries=4)  # the last try is 6 minutes later: the code lasts 15
def send_code(request: str) -> None:
    """Send a fresh code, or the news that there is (or is not yet) an account."""
    row = ContactCode.objects.filter(pk=request).first()
    if row is None:
        return
    code = "".join(secrets.choice("0123456789") for _position in range(6))
    subject, text, usable = _words(row)
    row.digest = digest_of(row, code) if usable else ""
    row.save(update_fields=["digest"])
    _send(row, subject, text % {"code": code} if usable else text)


def _words(row: ContactCode) -> tuple[str, str, bool]:
    """Subject, text, and whether the code may open anything."""
    if row.purpose == ContactCode.Purpose.REGISTER:
        if Account.objects.filter(login=row.contact).exists():
            text = _(
                "Có người vừa đăng ký bằng địa chỉ này, nhưng bạn đã có tài khoản. "
                "Quên mật khẩu thì chọn “Quên mật khẩu”."
            )
            return _("Bạn đã có tài khoản Tỉnh Số"), text, False
        return _("Mã đăng ký Tỉnh Số"), _("Mã đăng ký của bạn là %(code)s, dùng trong 15 phút."), True
    if account_reached_by(row.contact) is None:
        text = _(
            "Có người vừa xin đặt lại mật khẩu bằng địa chỉ này, nhưng chưa có tài khoản nào. "
            "Không phải bạn thì bỏ qua."
        )
        return _("Chưa có tài khoản Tỉnh Số"), text, False
    text = _("Mã đặt lại mật khẩu của bạn là %(code)s, dùng trong 15 phút. Không phải bạn thì bỏ qua.")
    return _("Đặt lại mật khẩu Tỉnh Số"), text, True


def _send(row: ContactCode, subject: str, text: str) -> None:
    if is_phone(row.contact):
        sms_gateway().send(row.contact, unaccented(text), str(row.pk))
    else:
        EmailMessage(subject=subject, body=text, to=[row.contact]).send()
