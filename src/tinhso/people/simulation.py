"""Sample people by the hundred thousand: families of a commune, invented, marked as sample, written with COPY.

Their identity numbers begin with 999, which no province and no country has, so that none is a real person's. They want
no letters. The pack says how many live where and how family names spread (`simulation/`).
"""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from tinhso.kernel import clock
from tinhso.kernel.bulk import Load, made, no_letters
from tinhso.kernel.clock import local
from tinhso.kernel.packs import Pack, read_as
from tinhso.kernel.policy import Actor, Grant
from tinhso.people.codes import ALPHABET
from tinhso.people.models import (
    Account,
    Assurance,
    Identifier,
    IdentifierKind,
    Kinship,
    Official,
    Person,
    Post,
    Relation,
    Role,
    Sex,
    SigningAuthority,
    SigningForm,
    Way,
)
from tinhso.people.queries import officials_at
from tinhso.people.samples import sample_password
from tinhso.places.models import Agency

NAMES, POPULATION = "simulation/names.yaml", "simulation/population.csv"
#: How the state came to know these persons, and how their accounts' logins begin: by these they are found again.
SOURCE, LOGIN = "simulation", "mophong."
COLUMNS = ("unit_code", "name", "persons")
#: A password that opens nothing.
NOBODYS = "!simulated"
#: The first three digits of the numbers: no province and no country has them.
NOBODYS_PLACE = 999


class Shares(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    unverified: bool = False
    shares: dict[str, float]
    others: list[str]


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    middle: list[str]
    given: list[str]


class Names(BaseModel):
    """What names are made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: Shares
    male: Given
    female: Given


@dataclass(frozen=True)
class Commune:
    """A commune of today and how many live there."""

    code: str
    name: str
    persons: int


@dataclass(frozen=True)
class Settled:
    """A grown-up with an account."""

    person: Person
    identifier: Identifier
    account: Account


def names(pack: Pack) -> Names:
    """Raises Unreadable."""
    return read_as(Names, pack.yaml(NAMES), NAMES)


def communes(pack: Pack) -> list[Commune]:
    """Raises Unreadable."""
    return [Commune(line["unit_code"], line["name"], int(line["persons"])) for line in pack.table(POPULATION, COLUMNS)]


class Namer:
    """Invents names. The same chance gives the same names."""

    def __init__(self, parts: Names) -> None:
        shares = parts.family.shares
        left = max(0.0, 100 - sum(shares.values())) / max(1, len(parts.family.others))
        self.families = [*shares, *parts.family.others]
        self.weights = list(accumulate([*shares.values(), *(left for _name in parts.family.others)]))
        self.given = {Sex.MALE: parts.male, Sex.FEMALE: parts.female}

    def family(self, chance: Random) -> str:
        return chance.choices(self.families, cum_weights=self.weights)[0]

    def full(self, family: str, sex: Sex, chance: Random) -> str:
        parts = self.given[sex]
        return f"{family} {chance.choice(parts.middle)} {chance.choice(parts.given)}"


class Families:
    """Lets families settle in a commune, the ``place``-th of ``places``: so no two communes give one number twice."""

    def __init__(self, load: Load, namer: Namer, at: datetime, place: int, places: int) -> None:
        self.load, self.namer, self.at, self.today = load, namer, at, local(at).date()
        self.place, self.places = place, places
        self.numbers = Counter[tuple[int, Sex]]()

    def settle(self, commune: Commune, persons: int, chance: Random, *, accounts: int) -> Iterator[Settled]:
        """So many persons, in families of parents and children; about one in ``accounts`` grown-ups has an account."""
        left = persons
        while left > 0:
            left -= yield from self._family(commune, left, chance, accounts)

    def _family(self, commune: Commune, most: int, chance: Random, accounts: int) -> Generator[Settled, None, int]:
        """One household: how many persons it has."""
        address = f"Ấp {chance.randint(1, 12)}, {commune.name}, tỉnh An Giang"
        adults = [self._person(commune, address, Sex.MALE, chance.randint(22, 75), None, chance)]
        if most > 1 and chance.random() < 0.8:
            age = max(20, self.today.year - adults[0][0].birth_date.year - chance.randint(-2, 6))  # type: ignore[union-attr]
            adults.append(self._person(commune, address, Sex.FEMALE, age, None, chance))
            self._kin(adults[0][0], adults[1][0], Relation.SPOUSE)
            self._kin(adults[1][0], adults[0][0], Relation.SPOUSE)
        children = 0
        if len(adults) > 1:
            family = adults[0][0].full_name.split()[0]
            mother_age = self.today.year - adults[1][0].birth_date.year  # type: ignore[union-attr]
            for _child in range(min(chance.choices((0, 1, 2, 3), (15, 30, 40, 15))[0], most - 2)):
                age = mother_age - chance.randint(20, 38)
                if age < 0:
                    continue
                child, _number = self._person(commune, address, chance.choice(list(Sex)), age, family, chance)
                self._kin(child, adults[0][0], Relation.FATHER)
                self._kin(child, adults[1][0], Relation.MOTHER)
                children += 1
        for person, number in adults:
            if chance.randrange(accounts) == 0:
                yield self._account(person, number, chance)
        return len(adults) + children

    def _person(
        self, commune: Commune, address: str, sex: Sex, age: int, family: str | None, chance: Random
    ) -> tuple[Person, Identifier]:
        born = date(self.today.year - age, 1, 1) + timedelta(days=chance.randrange(365))
        born = min(born, self.today - timedelta(days=1))
        person = made(
            Person,
            created_at=self.at,
            full_name=self.namer.full(family or self.namer.family(chance), sex, chance),
            birth_date=born,
            sex=sex,
            ethnicity="Kinh",
            residence=address,
            home_unit_code=commune.code,
            source=SOURCE,
            sample=True,
        )
        gender = (born.year - 1900) // 100 * 2 + (sex == Sex.FEMALE)
        number = f"{NOBODYS_PLACE}{gender}{born.year % 100:02d}{self._running(born, sex):06d}"
        kind = IdentifierKind.CCCD if age >= 14 else IdentifierKind.PERSONAL_NUMBER
        identifier = made(
            Identifier,
            created_at=self.at,
            person=person,
            kind=kind,
            number=number,
            valid_from=max(born, date(2021, 1, 1)),
        )
        self.load.add(person, identifier)
        return person, identifier

    def _running(self, born: date, sex: Sex) -> int:
        """A number that no other person of that year of birth and sex has."""
        self.numbers[born.year, sex] += 1
        return self.numbers[born.year, sex] * self.places + self.place

    def _kin(self, person: Person, relative: Person, kind: Relation) -> None:
        since = max(person.birth_date or self.today, date(2015, 1, 1))
        self.load.add(
            made(
                Kinship,
                created_at=self.at,
                person=person,
                relative=relative,
                kind=kind,
                valid_from=since,
                source="simulation",
            )
        )

    def _account(self, person: Person, number: Identifier, chance: Random) -> Settled:
        mark = f"{number.number[3:]}"
        account = made(
            Account,
            created_at=self.at,
            login=f"{LOGIN}{mark}@vidu.vn",
            password=NOBODYS,
            email=f"{LOGIN}{mark}@vidu.vn",
            phone=f"0000{number.number[-6:]}",
            full_name=person.full_name,
            code="".join(chance.choices(ALPHABET, k=12)),
            person=person,
            assurance=Assurance.VERIFIED,
            verified_how=Way.COUNTER,
            verified_at=self.at,
            sample=True,
        )
        self.load.add(account, *no_letters(account.id, self.at))
        return Settled(person, number, account)


#: Who works at an agency: role, title.
STAFF = {
    Role.RECEIVER: "Công chức tiếp nhận và trả kết quả",
    Role.SPECIALIST: "Công chức chuyên môn",
    Role.LEADER: "Phó Chủ tịch",
    Role.CLERK: "Văn thư",
}


def staff(agency: Agency, namer: Namer, chance: Random) -> dict[str, Actor]:
    """One official of each role at the agency as an actor: who is there, else somebody invented who cannot sign in."""
    return {str(role): _official(agency, role, namer, chance) for role in STAFF}


def _official(agency: Agency, role: Role, namer: Namer, chance: Random) -> Actor:
    day = agency.valid_to or clock.today()
    there = officials_at(agency.id, role, day)
    account, name = (there[0].account, there[0].full_name) if there else _hired(agency, role, namer, chance)
    return Actor(account=account, strong=True, grants=frozenset({Grant(str(role), agency.id)}), name=name)


def _hired(agency: Agency, role: Role, namer: Namer, chance: Random) -> tuple[UUID, str]:
    name = namer.full(namer.family(chance), chance.choice(list(Sex)), chance)
    account = Account.objects.create(
        login=f"{LOGIN}{role}.{agency.code.lower()}.{agency.valid_from:%Y}",
        password=NOBODYS,
        full_name=name,
        code="".join(chance.choices(ALPHABET, k=12)),
        sample=True,
    )
    official = Official.objects.create(account=account, full_name=name, title=STAFF[role], home_id=agency.id)
    valid = {"agency_id": agency.id, "valid_from": agency.valid_from, "valid_to": agency.valid_to}
    Post.objects.create(official=official, role=role, **valid)
    if role == Role.LEADER:
        SigningAuthority.objects.create(
            official=official, form=SigningForm.FOR_HEAD, on_behalf_of="CHỦ TỊCH", position="PHÓ CHỦ TỊCH", **valid
        )
    return account.pk, name


def there() -> bool:
    """Whether a simulation stands in the database."""
    return Account.objects.filter(login__startswith=LOGIN).exists()


def settled(least: int) -> bool:
    """Whether a simulation let so many persons settle."""
    return Person.objects.filter(source=SOURCE)[least - 1 : least].exists()


@dataclass(frozen=True)
class SignIn:
    """A simulated citizen who can sign in."""

    login: str
    password: str
    account: UUID


def sign_ins(accounts: Iterable[UUID]) -> list[SignIn]:
    """Give these simulated accounts the passwords of sample accounts, which no other instance has."""
    opened = []
    for account in Account.objects.filter(id__in=list(accounts), login__startswith=LOGIN, person__isnull=False):
        password = sample_password(account.login)
        account.set_password(password)
        account.save(update_fields=["password"])
        opened.append(SignIn(account.login, password, account.id))
    return opened
