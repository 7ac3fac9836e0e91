"""Sessions in the database, looked up with a query that is written once: every page of somebody signed in begins so."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tinhso.kernel import clock
from tinhso.kernel.prepared import first, prepared


@prepared
def _alive(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """Django's own, with its look-up; a cookie that no session ever had is nobody's."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key or ""
        found = first(_alive(key=key, now=clock.real())) if key.isascii() and key.isalnum() else None
        if found is None:
            self._session_key = None
        return found
