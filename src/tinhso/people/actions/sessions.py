"""Log-ins of an account, in browsers and programs: listed, and ended before their time."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Denied, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people.events import SessionsRevoked
from tinhso.people.models import Official, Token
from tinhso.people.reach import answers_for, seen_by


def revoke_own(actor: Actor, session_id: str) -> None:
    """End one of one's own log-ins. Raises NotFound."""
    if actor.account is None:
        raise Denied
    with transaction.atomic():
        if not _end(actor.account, session_id):
            raise NotFound(_("Phiên này đã kết thúc."))
        emit(actor, SessionsRevoked(actor.account, 1), subject=f"account:{actor.account}")


def revoke_of_official(actor: Actor, official_id: UUID) -> int:
    """End every log-in of an official whom the actor answers for, at once; how many.

    Raises NotFound for another agency's official, Denied when the official also works beyond the actor's agencies.
    """
    with transaction.atomic():
        official = Official.objects.filter(seen_by(actor), pk=official_id).first()
        if official is None:
            raise NotFound(_("Không có cán bộ này trong phạm vi bạn quản trị."))
        if not answers_for(actor, official):
            raise Denied(_("Cán bộ còn giữ vai trò ngoài phạm vi của bạn. Hãy nhờ quản trị cấp tỉnh làm việc này."))
        return end_all(actor, official.account_id)


def end_all(actor: Actor, account_id: UUID) -> int:
    """End every log-in of the account, inside the caller's transaction; how many there were."""
    ended = Token.objects.filter(account_id=account_id).delete()[0]
    for session in UserSession.objects.filter(user_id=account_id):
        session.end()
        ended += 1
    if ended:
        emit(actor, SessionsRevoked(account_id, ended), subject=f"account:{account_id}")
    return ended


def _end(account_id: UUID, session_id: str) -> bool:
    """``session_id``: a number for a browser's session, a UUID for a program's token."""
    if session_id.isascii() and session_id.isdigit() and len(session_id) < 10:
        session = UserSession.objects.filter(user_id=account_id, pk=int(session_id)).first()
        if session is None:
            return False
        session.end()
        return True
    try:
        token = UUID(session_id)
    except ValueError:
        return False
    return bool(Token.objects.filter(account_id=account_id, pk=token).delete()[0])
