"""Who takes part in the random lives: the office of a procedure, another office with the same roles, applicant and
stranger; and how a dossier is filed online and at the counter from the pack's own example.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from tests.proof.lives import clerk
from tinhso.dossiers import actions, checks
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import picture
from tinhso.dossiers.tests.test_each_procedure import COMMON, COMMUNE, agency_for, of
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions as people
from tinhso.people.actions import SeenIdentity
from tinhso.people.codes import account_code
from tinhso.people.models import Account, Official, Post, SigningAuthority, SigningForm
from tinhso.places import queries as places
from tinhso.places.models import Agency

ROLES = ("receiver", "receiver", "specialist", "specialist", "leader", "clerk", "cashier")
#: Phú Quốc, an office with the same roles that has nothing to do with these dossiers.
ELSEWHERE = "31078"
#: Days on which a life may begin: before days off, before a Saturday on which is worked, in quiet weeks.
MORNINGS = tuple(
    date.fromisoformat(day)
    for day in ("2025-09-15", "2025-12-30", "2026-02-12", "2026-04-23", "2026-08-19", "2026-11-20", "2026-12-30")
)
SEEN = SeenIdentity(
    full_name="Danh Thị Ví Dụ", birth_date=date(1961, 4, 12), sex="female", kind="cccd", number="091161000123"
)


@dataclass
class Office:
    """``people``: role, or role and 2 for the second one → who."""

    agency: Agency
    people: dict[str, Actor]
    elsewhere: dict[str, Actor]
    applicant: Actor
    stranger: Actor


def office(level: str) -> Office:
    """Everybody, in the world of September 2025."""
    agency = agency_for(level, MORNINGS[0])
    there = staff(agency, "a")
    applicant = person("nguoi.nop", "Danh Thị Ví Dụ")
    known = people.know_at_counter(there["receiver"], agency.pk, SEEN, papers_seen=True)
    Account.objects.filter(login="nguoi.nop").update(person=known, assurance="verified", verified_at=clock.now())
    return Office(
        agency,
        there,
        staff(places.agency_of_unit(ELSEWHERE, MORNINGS[0]), "b"),
        replace(applicant, subject=known.pk, assured=True),
        person("nguoi.la", "Người Lạ"),
    )


def person(login: str, name: str) -> Actor:
    account = Account.objects.create(login=login, full_name=name, code=account_code())
    return Actor(account=account.pk, name=name)


def staff(agency: Agency, mark: str) -> dict[str, Actor]:
    made: dict[str, Actor] = {}
    for role in ROLES:
        key = role if role not in made else f"{role}2"
        account = Account.objects.create(login=f"{mark}.{key}", full_name=f"Cán bộ {key}", code=account_code())
        official = Official.objects.create(account=account, full_name=account.full_name, title="Công chức")
        Post.objects.create(official=official, agency_id=agency.id, role=role, valid_from=agency.valid_from)
        if role == "leader":
            SigningAuthority.objects.create(
                official=official,
                agency_id=agency.id,
                form=SigningForm.FOR_HEAD,
                on_behalf_of="CHỦ TỊCH",
                position="PHÓ CHỦ TỊCH",
                valid_from=agency.valid_from,
            )
        grants = frozenset({Grant(role, agency.id)})
        made[key] = Actor(account=account.pk, assured=True, strong=True, grants=grants, name=account.full_name)
    return made


def mornings(code: str) -> list[datetime]:
    """When the pack's example of the procedure may be filed: its dates are right on those days."""
    return [datetime.combine(day, time(8)) for day in MORNINGS if holds(code, datetime.combine(day, time(8)))]


def holds(code: str, at: datetime) -> bool:
    """Whether the example passes every rule of the form at that moment."""
    spec, shown = of(code)
    with clock.pinned(at.replace(tzinfo=clock.LOCAL)):
        return not checks.every_error(spec, shown.accepted, list(shown.papers))


def level(code: str) -> str:
    spec, _shown = of(code)
    return spec.agency_level


def known(code: str) -> clerk.Procedure:
    """The clerk's own reading of a procedure."""
    unit = COMMUNE if level(code) == "commune" else "91"
    return clerk.common(code, unit) if code in COMMON else clerk.procedure(code, unit)


def file(office: Office, code: str, *, counter: bool) -> tuple[Dossier, Any]:
    """The accepted example, sent by the applicant or at the counter; and how to send it once more."""
    _spec, shown = of(code)
    who = office.people["receiver"] if counter else office.applicant
    presence = actions.identify(who, office.agency.pk, SEEN, papers_seen=True).id if counter else None
    draft = actions.start_draft(who, code, office.agency.id, presence)
    version = draft.version
    for topic, answers in shown.accepted.items():
        version = actions.save_topic(who, draft.id, topic, answers, version).version
    for paper in shown.papers:
        actions.attach(who, draft.id, paper, name=f"{paper}.png", content=picture())
    act = actions.file_at_counter if counter else actions.submit

    def send() -> Dossier:
        return act(who, draft.id, f"once {draft.id}")

    return send(), send
