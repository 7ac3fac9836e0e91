"""What can be asked of officials: who holds which role where, and who may sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tinhso.people.models import Absence, Official, Post, SigningAuthority
from tinhso.people.models.validity import in_force, valid_on


@dataclass(frozen=True)
class Authority:
    """Leave to sign: what is printed beside the signature."""

    official: UUID
    account: UUID
    agency: UUID
    full_name: str
    form: str  #: chinh_danh, kt, tl, tuq
    on_behalf_of: str
    position: str
    basis: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Workplace:
    """An agency that an official works for, from a day to a day."""

    agency: UUID
    valid_from: date
    valid_to: date | None

    def on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class OfficialAt:
    """An official in a role at an agency."""

    official: UUID
    account: UUID
    full_name: str
    title: str
    role: str
    agency: UUID


def officials_at(agency: UUID, role: str | None = None, on: date | None = None) -> list[OfficialAt]:
    """Who holds a role (or any role) at the agency on that day (now, without one), by name; in one query.

    Whoever is on leave now is left out: nothing new is handed to them.
    """
    held = in_force() if on is None else valid_on(on)
    posts = Post.objects.filter(held, agency_id=agency, official__account__is_active=True).select_related("official")
    if on is None:
        posts = posts.exclude(Exists(Absence.objects.filter(in_force(), official=OuterRef("official"))))
    if role is not None:
        posts = posts.filter(role=role)
    return [
        OfficialAt(
            post.official_id, post.official.account_id, post.official.full_name, post.official.title, post.role, agency
        )
        for post in posts.order_by("official__full_name", "role")
    ]


def agencies_with(roles: Iterable[str]) -> set[UUID]:
    """The agencies where somebody holds one of the roles now, on leave or not; in one query."""
    held = Post.objects.filter(in_force(), role__in=list(roles), official__account__is_active=True)
    return set(held.order_by().values_list("agency_id", flat=True).distinct())


def workplaces(account_ids: Iterable[UUID]) -> dict[UUID, list[Workplace]]:
    """Where accounts act or acted for the state, the latest first, for a list; in one query."""
    found: dict[UUID, list[Workplace]] = {}
    posts = Post.objects.filter(official__account_id__in=set(account_ids)).order_by("-valid_from", "id")
    for account, agency, first, last in posts.values_list(
        "official__account_id", "agency_id", "valid_from", "valid_to"
    ):
        found.setdefault(account, []).append(Workplace(agency, first, last))
    return found


def roles_held(account_id: UUID, agency: UUID) -> set[str]:
    """The roles that the account holds at the agency now."""
    return set(
        Post.objects.filter(in_force(), official__account_id=account_id, agency_id=agency).values_list(
            "role", flat=True
        )
    )


def official_of(account_id: UUID) -> Official | None:
    """The official behind an account."""
    return Official.objects.filter(account_id=account_id).first()


def signing_authority(signer: UUID, agency: UUID, on: date | None = None) -> Authority | None:
    """The form in which this official (given by official or account id) may sign for the agency: now, or as it was
    on that day. An authority that ended in the course of a day counts for what was signed on that day."""
    row = (
        SigningAuthority.objects.filter(
            Q(official_id=signer) | Q(official__account_id=signer),
            in_force() if on is None else valid_on(on),
            agency_id=agency,
            **({"official__account__is_active": True} if on is None else {}),
        )
        .select_related("official")
        .order_by("-valid_from", "-id")
        .first()
    )
    if row is None:
        return None
    return Authority(
        official=row.official_id,
        account=row.official.account_id,
        agency=row.agency_id,
        full_name=row.official.full_name,
        form=row.form,
        on_behalf_of=row.on_behalf_of,
        position=row.position,
        basis=row.basis,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
