"""Who there is: persons, organisations, accounts, officials and what they may sign."""

from tinhso.people.models.accounts import Account, Assurance, ContactCode, IdentityClaim, Token, Way
from tinhso.people.models.officials import Official, Post, Role, SigningAuthority, SigningForm
from tinhso.people.models.organisations import Organisation, OrganisationIdentifier
from tinhso.people.models.persons import Identifier, IdentifierKind, Kinship, Person, Relation, Sex

__all__ = [
    "Account",
    "Assurance",
    "ContactCode",
    "Identifier",
    "IdentifierKind",
    "IdentityClaim",
    "Kinship",
    "Official",
    "Organisation",
    "OrganisationIdentifier",
    "Person",
    "Post",
    "Relation",
    "Role",
    "Sex",
    "SigningAuthority",
    "SigningForm",
    "Token",
    "Way",
]
