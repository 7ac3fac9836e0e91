"""Who may do what. Deny by default: what has no policy, or no rule that says yes, is refused.

An app defines its policies in ``policies.py``::

    SIGN = policy.define("dossiers.sign", _("Ký kết quả"), may_sign)

``may_sign(actor, thing) -> bool`` looks at the actor and, when there is one, the thing. Pages and API
operations wear ``@guard(SIGN)`` (checked with no thing), actions call ``SIGN.require(actor, thing)``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import Promise

from tinhso.kernel.errors import Denied, NotFound, Problem, Unauthenticated

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Grant:
    """A role held within a scope (an agency's id)."""

    role: str
    scope: UUID
    kept: bool = False  #: the scope is gone, and this one answers for what it left: nothing new is done in its name


@dataclass(frozen=True)
class Actor:
    """Who acts, as far as policy must know. Built once a request by the registered actor source."""

    account: UUID | None = None
    subject: UUID | None = None  #: the person this account stands for
    assured: bool = False  #: that person's identity was verified, not merely typed
    strong: bool = False  #: a second factor was used in this session
    grants: frozenset[Grant] = field(default_factory=frozenset)
    name: str = ""  #: as shown in trails
    system: bool = False  #: a job or command of the house itself
    lent: bool = False  #: somebody else knows the password: nothing is open but what the account itself needs

    @property
    def anonymous(self) -> bool:
        return self.account is None and not self.system

    def holds(self, role: str, scope: UUID | None = None) -> bool:
        """Whether the actor holds the role, in that scope when one is given."""
        return any(g.role == role and (scope is None or g.scope == scope) for g in self.grants)


SYSTEM = Actor(system=True, name="TinhSo")
ANONYMOUS = Actor()


@dataclass(frozen=True)
class Policy:
    """A named permission. ``hidden``: a refusal with a thing answers 404 instead of 403."""

    name: str
    title: str | Promise
    rule: Callable[[Actor, Any], bool]
    hidden: bool = True
    public: bool = False  #: anonymous visitors may pass the guard

    def allows(self, actor: Actor, thing: Any = None) -> bool:
        return (self.public or not actor.lent or self.rule is signed_in) and bool(self.rule(actor, thing))

    def require(self, actor: Actor, thing: Any = None) -> None:
        """Raise Unauthenticated, NotFound or Denied unless the rule says yes."""
        if self.allows(actor, thing):
            return
        raise self.refusal(actor, thing)

    def refusal(self, actor: Actor, thing: Any) -> Problem:
        if thing is not None and self.hidden:
            return NotFound()
        return Unauthenticated() if actor.anonymous else Denied()


_policies: dict[str, Policy] = {}


def define(
    name: str,
    title: str | Promise,
    rule: Callable[[Actor, Any], bool],
    *,
    hidden: bool = True,
    public: bool = False,
) -> Policy:
    """Register a policy; its name is unique in the house."""
    if name in _policies:
        raise ValueError(f"policy {name} is defined twice")
    _policies[name] = Policy(name, title, rule, hidden, public)
    return _policies[name]


def every_policy() -> dict[str, Policy]:
    return dict(_policies)


def anyone(actor: Actor, thing: Any) -> bool:
    return True


def signed_in(actor: Actor, thing: Any) -> bool:
    return not actor.anonymous


PUBLIC = define("kernel.public", "Ai cũng xem được", anyone, public=True)
SIGNED_IN = define("kernel.signed_in", "Người đã đăng nhập", signed_in)


class ActedRequest(HttpRequest):
    """A request after ActorMiddleware: it knows who acts."""

    actor: Actor


class _Guarded(Protocol):
    policy: Policy


def guard(policy: Policy) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a page or API operation with its policy and check it (without a thing) before the view runs."""

    def wear(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            request = cast(ActedRequest, args[0] if args else kwargs["request"])
            policy.require(request.actor)
            return view(*args, **kwargs)

        cast(_Guarded, guarded).policy = policy
        return guarded

    return wear
