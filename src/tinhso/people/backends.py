"""How Django and allauth find accounts."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from tinhso.kernel.prepared import first, prepared
from tinhso.people.actors import with_posts
from tinhso.people.models import Account


@prepared
def _with_posts(account: UUID) -> QuerySet[Account]:
    return with_posts().filter(pk=account)


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend (a dummy hash is computed for unknown log-ins); the account comes with its posts."""

    def get_user(self, user_id: UUID | str) -> Account | None:
        return first(_with_posts(account=UUID(str(user_id))))
