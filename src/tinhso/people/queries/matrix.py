"""Who may do what, computed from the registry of policies itself: nothing here is written down twice.

A cross says that somebody in that role passes the policy's first check (the one without a thing); which agency's and
whose things they may touch is checked with each act, so a cross means "within the own agency" below the province.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import Actor, Grant, Policy, every_policy
from tinhso.people.models import Role
from tinhso.people.queries.directory import OfficialDetail

#: Ids of nobody: policies look at roles here.
_NOBODY, _AGENCY = new_id(), new_id()


@dataclass(frozen=True)
class MatrixRow:
    """A policy and who passes it, in the order of `columns`."""

    policy: str
    title: str
    area: str
    allowed: list[bool]

    @property
    def cells(self) -> list[tuple[bool, str]]:
        """Each answer with the words of its column."""
        return [(yes, words) for yes, (_name, words) in zip(self.allowed, columns(), strict=True)]


def columns() -> list[tuple[str, str]]:
    """Name and words of each kind of actor."""
    return [(str(role), str(role.label)) for role in Role]


def rows(area: str = "") -> list[MatrixRow]:
    """Every policy that tells roles apart or is held by one, by name; ``area``: the app."""
    actors = [Actor(account=_NOBODY, grants=frozenset({Grant(str(role), _AGENCY)}), strong=True) for role in Role]
    found = []
    for policy in _policies(area):
        allowed = [policy.allows(actor) for actor in actors]
        if any(allowed) and not policy.public:
            found.append(MatrixRow(policy.name, str(policy.title), _area(policy), allowed))
    return found


def areas() -> list[str]:
    """The apps that have such policies."""
    return sorted({_area(policy) for policy in every_policy().values() if not policy.public})


@dataclass(frozen=True)
class Right:
    """What one official may do, through which of the roles held now."""

    policy: str
    title: str
    through: list[tuple[str, UUID]]  #: role and agency


def rights(grants: Iterable[Grant]) -> list[Right]:
    """What somebody with these roles may do once signed in with a second factor, role by role."""
    held = sorted(grants, key=str)
    found = []
    for policy in _policies(""):
        if policy.public or policy.allows(Actor(account=_NOBODY)):
            continue
        through = [
            (grant.role, grant.scope)
            for grant in held
            if policy.allows(Actor(account=_NOBODY, grants=frozenset({grant}), strong=True))
        ]
        if through:
            found.append(Right(policy.name, str(policy.title), through))
    return found


def rights_of(official: OfficialDetail) -> list[Right]:
    """What the official may do today, through which role."""
    return rights(Grant(post.role, post.agency) for post in official.posts if post.state == "now")


def _policies(area: str) -> list[Policy]:
    every = sorted(every_policy().items())
    return [policy for name, policy in every if not area or _area(policy) == area]


def _area(policy: Policy) -> str:
    return policy.name.partition(".")[0]
