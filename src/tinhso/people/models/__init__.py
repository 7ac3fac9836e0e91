"""Who there is: persons, organisations, accounts, officials and what they may sign."""

from tinhso.people.models.accounts import Account, Assurance, ContactCode, IdentityClaim, Token, Way
from tinhso.people.models.imports import ImportLine, ImportState, OfficialImport
from tinhso.people.models.officials import Custody, Official, Post, Role, SigningAuthority, SigningForm
from tinhso.people.models.organisations import Organisation, OrganisationIdentifier
from tinhso.people.models.persons import Correction, Identifier, IdentifierKind, Kinship, Person, Relation, Sex
from tinhso.people.models.staffing import Absence, RoleProposal, StaffAct, StaffActKind

__all__ = [
    "Absence",
    "Account",
    "Assurance",
    "ContactCode",
    "Correction",
    "Custody",
    "Identifier",
    "IdentifierKind",
    "IdentityClaim",
    "ImportLine",
    "ImportState",
    "Kinship",
    "Official",
    "OfficialImport",
    "Organisation",
    "OrganisationIdentifier",
    "Person",
    "Post",
    "Relation",
    "Role",
    "RoleProposal",
    "Sex",
    "SigningAuthority",
    "SigningForm",
    "StaffAct",
    "StaffActKind",
    "Token",
    "Way",
]
