"""What the API of officials takes and answers."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from tinhso.kernel.http.days import Day
from tinhso.kernel.http.sent import Sent
from tinhso.people.models import Role, SigningForm


class PostOut(Schema):
    """A post."""

    id: UUID
    official_id: UUID
    agency_id: UUID
    role: Role
    valid_from: date
    valid_to: date | None


class HeldPost(Schema):
    """A role at an agency. `state`: now, later, over."""

    id: UUID
    agency: UUID
    agency_name: str
    role: Role
    valid_from: date
    valid_to: date | None
    state: str
    standing_in: bool


class OfficialRow(Schema):
    """A line of the directory."""

    id: UUID
    full_name: str
    title: str
    posts: list[HeldPost]
    away: bool
    left_on: date | None


class AuthorityRow(Schema):
    """Leave to sign. `state`: now, later, over."""

    id: UUID
    official: UUID
    official_name: str
    agency: UUID
    agency_name: str
    form: SigningForm
    on_behalf_of: str
    position: str
    basis: str
    valid_from: date
    valid_to: date | None
    granted_by: str
    state: str


class LeaveRow(Schema):
    """Leave under way or to come."""

    id: UUID
    valid_from: date
    valid_to: date
    stand_in: str
    begun: bool


class ActRow(Schema):
    """A line of the official's history; `undoable`: it is the newest and may be undone."""

    id: UUID
    kind: str
    day: date
    at: datetime
    by: str
    basis: str
    undone_by: str
    undoable: bool


class OfficialOut(Schema):
    """One official; the version is also the ETag that the next act must send."""

    id: UUID
    version: int
    full_name: str
    title: str
    login: str
    active: bool
    must_change_password: bool
    left_on: date | None
    posts: list[HeldPost]
    authorities: list[AuthorityRow]
    leaves: list[LeaveRow]
    acts: list[ActRow]


class RightOut(Schema):
    """What an official may do, through which roles."""

    policy: str
    title: str
    through: list[tuple[str, UUID]]


class SessionRow(Schema):
    """An open log-in. `kind`: browser or program."""

    id: str
    kind: str
    device: str
    began_at: datetime
    ends_at: datetime | None
    current: bool


class Revoked(Schema):
    """How many log-ins ended."""

    count: int


class Appointment(Sent):
    """A new official of an agency."""

    agency_id: UUID
    login: str = Field(max_length=150, description="short name, such as `hontre.tiepnhan`")
    full_name: str = Field(max_length=200)
    title: str = Field(max_length=200, description="chức vụ, chức danh")
    email: str = Field("", max_length=254)


class Appointed(Schema):
    """The first password is shown this once and must be changed at the first log-in."""

    official_id: UUID
    account_id: UUID
    first_password: str


class Basis(Sent):
    """The paper behind the act."""

    basis: str = Field("", max_length=300, description="number and day of the decision")


class NewPost(Basis):
    """A role at an agency, from a day to a day, both included; no last day: until further notice."""

    agency_id: UUID
    role: Role
    valid_from: Day | None = None
    valid_to: Day | None = None


class TermEnd(Basis):
    """The last day; without one it ends at once."""

    last_day: Day | None = None


class Transfer(Basis):
    """From one agency to another."""

    from_agency: UUID
    to_agency: UUID
    role: Role
    day: Day | None = None


class NewLeave(Basis):
    """Leave; the stand-in is another official of the same agency."""

    valid_from: Day
    valid_to: Day
    stand_in: UUID | None = None


class LeaveOut(Schema):
    """Leave as stored."""

    id: UUID
    official_id: UUID
    valid_from: date
    valid_to: date


class LeaveEnd(Sent):
    """The last day of the leave; without one it ends at once."""

    last_day: Day | None = None


class NewAuthority(Basis):
    """Leave to sign (Decree 30/2020, article 13)."""

    agency_id: UUID
    form: SigningForm
    position: str = Field(max_length=200, description="as printed, such as PHÓ CHỦ TỊCH")
    on_behalf_of: str = Field(
        "", max_length=200, description="as printed, such as CHỦ TỊCH; empty when signing as head"
    )
    valid_from: Day
    valid_to: Day | None = None


class AuthorityOut(Schema):
    """Leave to sign, as stored."""

    id: UUID
    official_id: UUID
    agency_id: UUID
    form: SigningForm
    position: str
    on_behalf_of: str
    valid_from: date
    valid_to: date | None


class NewProposal(Sent):
    """A role above one agency, for a second administrator of the province to approve within seven days."""

    agency_id: UUID
    role: Role
    reason: str = Field(max_length=300)
    valid_from: Day | None = None
    valid_to: Day | None = None


class ProposalOut(Schema):
    """A proposal. `state`: open, approved, refused, withdrawn."""

    id: UUID
    official_id: UUID
    agency_id: UUID
    role: Role
    reason: str
    state: str
    proposed_by_name: str
    expires_at: datetime
    decided_by_name: str
