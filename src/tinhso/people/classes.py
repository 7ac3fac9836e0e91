"""The class of every field that people stores."""

from tinhso.kernel.classes import FieldClass, declare

PUBLIC, INTERNAL, PERSONAL, SENSITIVE = (
    FieldClass.PUBLIC,
    FieldClass.INTERNAL,
    FieldClass.PERSONAL,
    FieldClass.SENSITIVE,
)

declare(
    "people.Person",
    full_name=PERSONAL,
    birth_date=PERSONAL,
    sex=PERSONAL,
    ethnicity=SENSITIVE,
    nationality=PERSONAL,
    place_of_birth=PERSONAL,
    hometown=PERSONAL,
    residence=PERSONAL,
    home_unit_code=PERSONAL,
    died_on=PERSONAL,
    source=INTERNAL,
    sample=INTERNAL,
)
declare(
    "people.Identifier",
    kind=INTERNAL,
    number=SENSITIVE,
    issuer=INTERNAL,
    issued_on=PERSONAL,
    valid_from=INTERNAL,
    valid_to=INTERNAL,
)
declare("people.Kinship", kind=INTERNAL, valid_from=INTERNAL, valid_to=INTERNAL, source=INTERNAL)
declare("people.Organisation", name=PUBLIC, kind=PUBLIC, address=PUBLIC, home_unit_code=PUBLIC, sample=INTERNAL)
declare("people.OrganisationIdentifier", kind=INTERNAL, number=PUBLIC, valid_from=INTERNAL, valid_to=INTERNAL)
declare(
    "people.Account",
    password=SENSITIVE,
    last_login=INTERNAL,
    login=PERSONAL,
    email=PERSONAL,
    phone=PERSONAL,
    full_name=PERSONAL,
    code=INTERNAL,
    is_active=INTERNAL,
    must_change_password=INTERNAL,
    assurance=INTERNAL,
    verified_how=INTERNAL,
    verified_at=INTERNAL,
    sample=INTERNAL,
)
declare("people.IdentityClaim", full_name=PERSONAL, birth_date=PERSONAL, kind=INTERNAL, number=SENSITIVE)
declare(
    "people.Token",
    digest=SENSITIVE,
    strong=INTERNAL,
    auth_hash=SENSITIVE,
    issued_at=INTERNAL,
    expires_at=INTERNAL,
)
declare(
    "people.ContactCode",
    purpose=INTERNAL,
    contact=PERSONAL,
    digest=SENSITIVE,
    full_name=PERSONAL,
    password=SENSITIVE,
    tries_left=INTERNAL,
    expires_at=INTERNAL,
)
declare("people.Official", full_name=PUBLIC, title=PUBLIC)
declare("people.Post", role=INTERNAL, valid_from=INTERNAL, valid_to=INTERNAL)
declare(
    "people.SigningAuthority",
    agency=PUBLIC,
    form=PUBLIC,
    on_behalf_of=PUBLIC,
    position=PUBLIC,
    basis=PUBLIC,
    valid_from=PUBLIC,
    valid_to=PUBLIC,
)
