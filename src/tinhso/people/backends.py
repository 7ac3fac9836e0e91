"""How Django and allauth find accounts."""

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from tinhso.kernel.prepared import first
from tinhso.people.actors import of_account
from tinhso.people.models import Account


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's backend (a dummy hash is computed for unknown log-ins); the account comes with its posts."""

    def get_user(self, user_id: UUID | str) -> Account | None:
        return first(of_account(account=UUID(str(user_id))))
