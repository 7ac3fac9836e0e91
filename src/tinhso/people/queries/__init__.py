"""What can be asked of people. Read only; the caller's policy decides first who may ask."""

from tinhso.people.queries.accounts import (
    HeldIdentifier,
    account,
    account_names,
    account_of,
    claim_of,
    contacts,
    identifiers,
    names,
    organisation_with,
    person,
    person_of,
    person_with,
)
from tinhso.people.queries.officials import (
    Authority,
    OfficialAt,
    official_of,
    officials_at,
    roles_held,
    signing_authority,
)

__all__ = [
    "Authority",
    "HeldIdentifier",
    "OfficialAt",
    "account",
    "account_names",
    "account_of",
    "claim_of",
    "contacts",
    "identifiers",
    "names",
    "official_of",
    "officials_at",
    "organisation_with",
    "person",
    "person_of",
    "person_with",
    "roles_held",
    "signing_authority",
]
