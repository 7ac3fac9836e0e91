"""What imagined people file: the pack's own example of each procedure, with their facts and their days in it.

A fact that a procedure's rules do not let stand (a bride of seventy) is left as the example has it. Where the example
names nobody ("Mẫu", "Ví Dụ") stands an invented name, the same wherever the example repeats it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from tinhso.dossiers import checks, prefill
from tinhso.dossiers.simulation.conduct import Words
from tinhso.dossiers.simulation.stage import Applicant, Filing
from tinhso.kernel import clock
from tinhso.kernel.bulk import known_id
from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.people.models import Sex
from tinhso.people.simulation import Namer, Settled
from tinhso.procedures import queries as procedures
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.pack.examples import Data, Examples, examples

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: A person of the examples: a family name, Văn or Thị, and words that say that it is nobody.
_NOBODY = re.compile(r"(?:\w+ )?\b(Văn|Thị)(?: \w+){0,2}? (?:Mẫu|Ví Dụ)\b")
#: Something else that the examples name so; places, banks and hospitals stay.
_NOTHING = re.compile(r"(?<![Ấấ]p )(?<!phố )(?<!hàng )(?<!viện )\bMẫu\b")


#: Topic, field, and which fact or what of a name it holds.
Places = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Pattern:
    """A procedure's example, and which of the applicant's facts its rules let stand."""

    version: ProcedureVersion
    shown: Examples
    words: Words
    own: Places
    named: Places

    @cached_property
    def days(self) -> tuple[tuple[str, str, date], ...]:
        """Where the example has a day."""
        return tuple((t, n, date.fromisoformat(v)) for t, n, v in _texts(self.shown.accepted) if _DAY.fullmatch(v))

    @cached_property
    def nobodies(self) -> Places:
        """Where the example names nobody."""
        found = (one for one in _texts(self.shown.accepted) if _NOBODY.search(one[2]) or _NOTHING.search(one[2]))
        return tuple(found)

    def filing(self, who: Applicant, sex: Sex, day: date, namer: Namer, chance: Random) -> Filing:
        """This procedure filed by that person on that day."""
        data, by = {topic: dict(answers) for topic, answers in self.shown.accepted.items()}, day - self.shown.on
        for topic, name, shown_day in self.days:
            data[topic][name] = (shown_day + by).isoformat()
        renamed = _Renaming(namer, chance)
        for topic, name, text in self.nobodies:
            data[topic][name] = renamed(text)
        family = str(who.facts["person.full_name"]).split()[0]
        for topic, name, part in self.named:
            data[topic][name] = _name(part, family, namer, chance)
        for topic, name, fact in self.own:
            data[topic][name] = who.facts[fact]
        return Filing(self.version, data, self.shown.papers)


def patterns(pack: Pack, on: date, level: str, probes: list[Settled], namer: Namer) -> list[Pattern]:
    """The procedures with a form of their own that agencies of that level settle on that day, tried on some people."""
    found = []
    for code in pack.folders("procedures"):
        try:
            version = procedures.procedure(code, on)
            version.id = known_id(version.id)
            _spec, shown = examples(pack, f"procedures/{code}")
        except (NotFound, LookupError):
            continue
        if version.complete and version.agency_level == level:
            found += list(_tried(version, shown, [(applicant(p), Sex(p.person.sex)) for p in probes], on, namer))
    return found


def applicant(settled: Settled) -> Applicant:
    """Somebody of a simulated commune as forms and trails see them."""
    person, number, account = settled.person, settled.identifier, settled.account
    held = people.HeldIdentifier(
        str(number.kind), "", number.number, number.issued_on, number.valid_from, number.valid_to
    )
    return Applicant(
        Actor(account=account.id, subject=person.id, assured=True, name=person.full_name),
        prefill.facts_of(person, [held], account.phone, account.email),
        [account.phone, number.number],
        prefill.since_of(person),
    )


def _tried(
    version: ProcedureVersion, shown: Examples, probes: list[tuple[Applicant, Sex]], on: date, namer: Namer
) -> Iterator[Pattern]:
    """The example with as many facts as the rules let stand; nothing when it does not even stand by itself."""
    words = Words(shown.supplement.text, shown.supplement.component, shown.refusal)
    own, named = tuple(_own(version, shown.accepted)), tuple(_named(version, shown.accepted))

    def stand(own: Places, named: Places) -> bool:
        pattern = Pattern(version, shown, words, own, named)
        return all(
            _stands(pattern, who, sex, day, namer) for who, sex in probes for day in (on, on - timedelta(days=45))
        )

    if not stand(own, named):
        if not stand((), ()):
            return
        every, own, named = own, (), named if stand((), named) else ()
        for each in every:  # one by one, as far as they go together
            own = (*own, each) if stand((*own, each), named) else own
    yield Pattern(version, shown, words, own, named)


def _stands(pattern: Pattern, who: Applicant, sex: Sex, day: date, namer: Namer) -> bool:
    filing = pattern.filing(who, sex, day, namer, Random(1))  # noqa: S311  names, no secret
    noon = clock.parse(f"{day.isoformat()}T12:00:00")
    with clock.pinned(noon):
        spec = pattern.version.spec
        kept = all(
            checks.clean(spec.form.topic(name), answers).data == dict(answers) for name, answers in filing.data.items()
        )
        return kept and not checks.every_error(spec, dict(filing.data), list(filing.papers))


def _own(version: ProcedureVersion, accepted: Data) -> Iterator[tuple[str, str, str]]:
    for topic in version.spec.form.topics:
        for field in topic.fields:
            if field.prefill is not None and not field.choices and field.name in accepted.get(topic.name, {}):
                yield topic.name, field.name, field.prefill.key


def _named(version: ProcedureVersion, accepted: Data) -> Iterator[tuple[str, str, str]]:
    """Fields that hold the name of somebody else; by the words in it one knows a whole name from a part."""
    for topic in version.spec.form.topics:
        for field in topic.fields:
            value = accepted.get(topic.name, {}).get(field.name)
            if field.kind == "name" and field.prefill is None and field.same_as is None and isinstance(value, str):
                part = "full" if " " in value else "family" if "family" in field.name else "given"
                yield topic.name, field.name, part


def _name(part: str, family: str, namer: Namer, chance: Random) -> str:
    sex = chance.choice(list(Sex))
    if part == "family":
        return family
    if part == "full":
        return namer.full(namer.family(chance), sex, chance)
    return chance.choice(namer.given[sex].given)


def _texts(data: Data) -> Iterator[tuple[str, str, str]]:
    for topic, answers in data.items():
        for name, value in answers.items():
            if isinstance(value, str):
                yield topic, name, value


class _Renaming:
    """An invented name wherever a text of the example names nobody; each of its names becomes one."""

    def __init__(self, namer: Namer, chance: Random) -> None:
        self.namer, self.chance, self.names = namer, chance, dict[str, str]()

    def __call__(self, text: str) -> str:
        return _NOTHING.sub(self._thing, _NOBODY.sub(self._person, text))

    def _person(self, found: re.Match[str]) -> str:
        whole, middle = found.group(0), found.group(1)
        sex = Sex.MALE if middle == "Văn" else Sex.FEMALE
        if whole not in self.names:
            namer, chance = self.namer, self.chance
            part = f"{middle} {chance.choice(namer.given[sex].given)}"
            self.names[whole] = part if whole.startswith(middle) else namer.full(namer.family(chance), sex, chance)
        return self.names[whole]

    def _thing(self, _found: re.Match[str]) -> str:
        return self.names.setdefault("", self.chance.choice(self.namer.given[Sex.FEMALE].given))
