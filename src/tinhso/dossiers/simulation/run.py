"""One simulation: people settle in a commune, and its agency gets their dossiers; a transaction for each commune."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils.translation import override

from tinhso.dossiers import searching
from tinhso.dossiers.models import (
    Attachment,
    BookEntry,
    Dossier,
    Draft,
    FeeDue,
    Paper,
    Proposal,
    Rating,
    Result,
    SearchWords,
    Signature,
    SigningSession,
    Step,
)
from tinhso.dossiers.simulation.conduct import Course, opening
from tinhso.dossiers.simulation.filings import Pattern, applicant, patterns
from tinhso.dossiers.simulation.imagined import Imagined
from tinhso.dossiers.simulation.office import run
from tinhso.dossiers.simulation.stage import Office
from tinhso.kernel import clock, files
from tinhso.kernel.bulk import Load, known_id
from tinhso.kernel.errors import NotFound
from tinhso.kernel.models import AuditRecord, ChannelChoice, Delivery, EventRecord, Notification, StoredFile
from tinhso.kernel.months import open_month
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import queries as people
from tinhso.people import simulation as population
from tinhso.people.models import Account, Identifier, Kinship, Person, Sex
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.vault.models import Holding

#: One in so many grown-ups has an account.
ACCOUNTS = 4
#: A commune's dossiers are written in parts of at most so many, each a transaction: what a seal must hold at once.
PART = 10_000
#: The last of them are sent some time before now, so that there is time to work on them.
QUIET = timedelta(hours=2)


_WRITTEN = (
    *(Person, Identifier, Kinship, Account, ChannelChoice),
    *(EventRecord, AuditRecord, Delivery, Notification),
    *(Draft, Attachment, Dossier, Step, FeeDue, Paper, BookEntry, Proposal, Result, Signature, SigningSession),
    *(Rating, Holding, SearchWords),
)


@dataclass(frozen=True)
class Wish:
    """What is wanted: how many, from when to when, and the seed that makes the same again."""

    persons: int
    dossiers: int
    seed: int
    since: date
    until: datetime


@dataclass(frozen=True)
class Place:
    """A commune's share of the wish, or a part of it; the ``number``-th of so many."""

    commune: population.Commune
    number: int
    of: int
    persons: int
    dossiers: int


@dataclass
class Told:
    """What one commune came to."""

    name: str
    persons: int
    dossiers: int
    rows: int


def shared(wish: Wish, pack: Pack) -> list[list[Place]]:
    """The wish by communes, the largest first, each in its parts."""
    known = population.communes(pack)
    weights = [each.persons for each in known]
    persons, dossiers = _portions(wish.persons, weights), _portions(wish.dossiers, weights)
    parts = [max(1, -(-count // PART)) for count in dossiers]
    places, number = [], 0
    for commune, people_here, filed_here, many in zip(known, persons, dossiers, parts, strict=True):
        shares = zip(_portions(people_here, [1] * many), _portions(filed_here, [1] * many), strict=True)
        places.append([Place(commune, number + n, sum(parts), *share) for n, share in enumerate(shares)])
        number += many
    return sorted(places, key=lambda each: (-each[0].commune.persons, each[0].commune.code))


def _portions(whole: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in these weights that add up."""
    total = sum(weights)
    ends = [round(whole * sum(weights[: n + 1]) / total) for n in range(len(weights))]
    return [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def tables() -> list[str]:
    """The tables that most rows go to."""
    return [model._meta.db_table for model in _WRITTEN]


def sheet() -> StoredFile:
    """The sample sheet that stands for every paper of simulated dossiers, stored once."""
    name = "giay-mau-mo-phong.pdf"
    known = StoredFile.objects.filter(name=name).order_by("id").first()
    kept = known or files.store(SYSTEM, name=name, content=PAPER, allowed=frozenset({"application/pdf"}), limit=10_000)
    kept.id = known_id(kept.id)
    return kept


@dataclass(frozen=True)
class Kit:
    """What every commune needs and is made once: the sheet, how names are made, and what may be filed."""

    paper: StoredFile
    namer: population.Namer
    patterns: tuple[Pattern, ...]


def kit(wish: Wish, pack: Pack) -> Kit:
    """Try the pack's examples on a few invented people, which takes seconds."""
    namer = population.Namer(population.names(pack))
    probes = list(
        population.Families(Load(wish.until), namer, _begin(wish), 0, 1).settle(
            population.communes(pack)[0],
            20,
            Random(wish.seed),  # noqa: S311  invented people, no secret
            accounts=1,
        )
    )[:3]
    for days in range(0, (wish.until - _begin(wish)).days + 32, 28):
        open_month(min(_begin(wish) + timedelta(days=days), wish.until))  # later each part would wait for another's
    with clock.pinned(wish.until):
        return Kit(sheet(), namer, tuple(patterns(pack, clock.today(), "commune", probes, namer)))


def _begin(wish: Wish) -> datetime:
    return clock.parse(f"{wish.since.isoformat()}T07:00:00")


@transaction.atomic
def settle(wish: Wish, place: Place, kit: Kit) -> Told:
    """The people of one commune and their dossiers, or nothing of both."""
    load = Load(wish.until)
    with connection.cursor() as cursor:
        cursor.execute(searching.LATER)
    filed = peopled(wish, place, kit, load)
    with override("vi"):
        sent = run(filed.office, filed.courses, wish.until) if filed is not None else 0
    load.write()
    if filed is not None:
        searching.fill_of(filed.office.sent)
    return Told(place.commune.name, place.persons, sent, load.written)


@dataclass
class Filed:
    """What an agency will get, and the agency."""

    office: Office
    courses: Iterator[Course]


def peopled(wish: Wish, place: Place, kit: Kit, load: Load) -> Filed | None:
    """The people of a commune, in the load, and what they will file; None when they file nothing."""
    chance = Random(f"{wish.seed}:{place.commune.code}:{place.number}")  # noqa: S311  invented people, no secret
    homes = population.Families(load, kit.namer, _begin(wish), place.number, place.of)
    known = list(homes.settle(place.commune, place.persons, chance, accounts=ACCOUNTS))
    if not known or not place.dossiers:
        return None
    with clock.pinned(wish.until):
        agency = places.agency_of_unit(place.commune.code, clock.today())
        office = opened(agency, load, kit.paper, kit.namer, chance)
    return Filed(office, courses(wish, place, office, kit, known, chance))


def opened(agency: Agency, load: Load, paper: StoredFile, namer: population.Namer, chance: Random) -> Office:
    """The agency with somebody in every role. Raises NotFound when nobody may sign for it."""
    officials = population.staff(agency, namer, chance)
    leader = officials["leader"].account
    authority = people.signing_authority(leader, agency.id) if leader else None
    if authority is None:
        raise NotFound
    here = places.agency(agency.id)
    here.id = known_id(here.id)
    return Office(
        agency=here,
        calendar=places.calendar_for(agency.id),
        officials={role: _known(actor) for role, actor in officials.items()},
        authority=authority,
        sheet=paper,
        load=load,
    )


def _known(actor: Actor) -> Actor:
    return replace(actor, account=known_id(actor.account)) if actor.account is not None else actor


def courses(
    wish: Wish, place: Place, office: Office, kit: Kit, known: Sequence[population.Settled], chance: Random
) -> Iterator[Course]:
    """The dossiers of a commune in the order in which people begin to fill them in."""
    days = (wish.until.date() - wish.since).days
    midnight = clock.parse(f"{wish.since.isoformat()}T00:00:00")
    latest = wish.until - QUIET
    begun = sorted(
        min(opening(clock.local(midnight + timedelta(days=chance.randrange(days))), chance), latest)
        for _dossier in range(place.dossiers)
    )
    for at in begun:
        settled, pattern = chance.choice(known), chance.choice(kit.patterns)
        who = applicant(settled)
        filing = pattern.filing(who, Sex(settled.person.sex), clock.local(at).date(), kit.namer, chance)
        yield Course(Imagined(office, who, filing), pattern.words, at, chance)


#: One page that says that it is a sample.
PAPER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 58>>stream
BT /F 18 Tf 60 500 Td (TAI LIEU MAU - SAMPLE SHEET) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def busiest(wish: Wish, count: int) -> dict[UUID, UUID]:
    """Of the applicants of the last month those with most dossiers, each with one of them."""
    rows = (
        Dossier.objects.filter(
            submitted_at__gte=wish.until - timedelta(days=30),
            submitted_at__lte=wish.until,
        )
        .values("applicant_account")
        .annotate(many=Count("id"), one=Max("code"))
        .order_by("-many", "applicant_account")[:count]
    )
    codes = {row["one"]: row["applicant_account"] for row in rows}
    return {codes[code]: found for found, code in Dossier.objects.filter(code__in=codes).values_list("id", "code")}
