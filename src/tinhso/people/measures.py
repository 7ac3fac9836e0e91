"""The number that people offers: how many accounts of the public stand for a person whose identity was verified."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.among import among
from tinhso.kernel.measures import Count, Kind, Line, Measure, register
from tinhso.kernel.policy import Actor
from tinhso.people.events import AccountClosed, AccountErased, AccountRegistered, IdentityVerified, OfficialAppointed
from tinhso.people.models import Account, Assurance, Official, Role

PAGE_OF_IDS = 1000


def _of_public() -> "QuerySet[Account]":
    """Open accounts of people who hold no office: an official's account is given by the agency."""
    return Account.objects.filter(~Exists(Official.objects.filter(account=OuterRef("pk"))), is_active=True)


def _count(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = _of_public().filter(pk__in=among(ids)).values_list("pk", "created_at", "assurance")
    return {id: Count(clock.local(at).date(), int(how == Assurance.VERIFIED)) for id, at, how in rows}


def _every() -> Iterator[UUID]:
    """By keyset: never the whole table at once."""
    rows, last = _of_public().order_by("pk"), None
    while True:
        page = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:PAGE_OF_IDS])
        if not page:
            return
        yield from page
        last = page[-1]


def _lines(ids: Sequence[UUID]) -> list[Line]:
    """The code that is read out at the counter: it names nobody and opens nothing."""
    return [Line(id, code, "", "") for id, code in Account.objects.filter(pk__in=among(ids)).values_list("pk", "code")]


def _of_province(actor: Actor) -> frozenset[UUID] | None:
    """Accounts of the public belong to no agency: only the province's administrators list them, by code."""
    return None if actor.holds(Role.PROVINCE_ADMIN) else frozenset()


register(
    Measure(
        name="people.verified_accounts",
        title=_("Tài khoản người dân đã xác minh danh tính"),
        unit="%",
        definition=_(
            "Tài khoản đang mở của người dân đã xác minh danh tính tại quầy hoặc bằng VNeID, chia cho mọi tài khoản "
            "đang mở của người dân trong hệ thống này. Tài khoản cán bộ không tính."
        ),
        numerator=_("tài khoản đã xác minh"),
        denominator=_("tài khoản đang mở"),
        changes={
            AccountRegistered: lambda event: event.account,
            IdentityVerified: lambda event: event.account,
            AccountClosed: lambda event: event.account,
            AccountErased: lambda event: event.account,
            OfficialAppointed: lambda event: event.account,
        },
        count=_count,
        every=_every,
        show=_lines,
        scopes=_of_province,
        kind=Kind.STOCK,
        local=False,
    )
)
