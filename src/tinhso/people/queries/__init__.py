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
    numbers_of,
    organisation_with,
    person,
    person_of,
    person_with,
    subject_of,
)
from tinhso.people.queries.directory import (
    administered,
    authorities,
    directory,
    official,
    seen_agencies,
)
from tinhso.people.queries.imports import imports, lines, official_import, proposals
from tinhso.people.queries.officials import (
    Authority,
    OfficialAt,
    official_of,
    officials_at,
    roles_held,
    signing_authority,
)
from tinhso.people.queries.sessions import sessions_of, sessions_of_official

__all__ = [
    "Authority",
    "HeldIdentifier",
    "OfficialAt",
    "account",
    "account_names",
    "account_of",
    "administered",
    "authorities",
    "claim_of",
    "contacts",
    "directory",
    "identifiers",
    "imports",
    "lines",
    "names",
    "numbers_of",
    "official",
    "official_import",
    "official_of",
    "officials_at",
    "organisation_with",
    "person",
    "person_of",
    "person_with",
    "proposals",
    "roles_held",
    "seen_agencies",
    "sessions_of",
    "sessions_of_official",
    "signing_authority",
    "subject_of",
]
