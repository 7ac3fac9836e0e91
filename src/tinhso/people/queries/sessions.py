"""Log-ins of an account, in browsers and programs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor
from tinhso.people.devices import device_words
from tinhso.people.models import Official, Token
from tinhso.people.policies import SEE_OFFICIALS
from tinhso.people.reach import seen_by
from tinhso.people.readings import note_reading


@dataclass(frozen=True)
class OpenSession:
    """A log-in that still opens something. ``kind``: browser or program."""

    id: str
    kind: str
    device: str
    ip: str  #: empty when somebody else looks
    began_at: datetime
    ends_at: datetime | None  #: a browser's ends when it is idle
    current: bool


def sessions_of(account_id: UUID, *, current: str = "", with_ip: bool = True) -> list[OpenSession]:
    """The open log-ins of an account, the newest first. ``current``: the key of the asking browser's session."""
    browsers = [
        OpenSession(
            id=str(session.pk),
            kind="browser",
            device=device_words(session.user_agent),
            ip=session.ip if with_ip else "",
            began_at=session.created_at,
            ends_at=None,
            current=bool(current) and session.session_key == current,
        )
        for session in UserSession.objects.filter(user_id=account_id)
        if not session.purge()
    ]
    programs = [
        OpenSession(str(t.pk), "program", "", "", t.issued_at, t.expires_at, False)
        for t in Token.objects.filter(account_id=account_id, expires_at__gt=clock.real())
    ]
    return sorted([*browsers, *programs], key=lambda session: session.began_at, reverse=True)


def sessions_of_official(actor: Actor, official_id: UUID) -> list[OpenSession]:
    """The open log-ins of an official whom the actor may see, without addresses; it goes to the disclosure log.
    Raises NotFound."""
    SEE_OFFICIALS.require(actor)
    found = Official.objects.select_related("account").filter(seen_by(actor), pk=official_id).first()
    if found is None:
        raise NotFound
    note_reading(actor, found, ["sessions"])
    return sessions_of(found.account_id, with_ip=False)
