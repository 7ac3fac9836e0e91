"""Who applies, read from the account and from the fields that the form marks as the applicant's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tinhso.dossiers.models import Presence
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.procedures.spec import ProcedureSpec

#: Prefill keys whose fields carry a number of the applicant that only they are likely to know.
_NUMBER_KEYS = ("person.identifier", "person.personal_number", "account.phone")


@dataclass(frozen=True)
class Applicant:
    """Name, whose matter it is, and the last four digits that open the tracking page."""

    name: str
    subject_name: str
    digits: list[str]


def applicant_of(actor: Actor, spec: ProcedureSpec, data: dict[str, Any]) -> Applicant:
    """What the dossier keeps of its applicant at the moment of submission."""
    return known_by(actor.name, people.numbers_of(actor.account) if actor.account is not None else [], spec, data)


def known_by(name: str, held: list[str], spec: ProcedureSpec, data: dict[str, Any]) -> Applicant:
    """The same of an account of that name that holds these numbers; asks nothing."""
    numbers = [str(value) for key, value in _marked(spec, data) if key in _NUMBER_KEYS] + held
    typed = next((str(value) for key, value in _marked(spec, data) if key == "person.full_name"), "")
    return Applicant(name=(typed or name)[:255], subject_name=subject_of(spec, data), digits=_last_four(numbers))


def present_applicant(presence: Presence, data: dict[str, Any], spec: ProcedureSpec) -> Applicant:
    """The same for a person at the counter: the name as the state knows it, and the numbers of the papers seen."""
    phone, held = people.phone_of(presence.person_id)
    name = people.names([presence.person_id]).get(presence.person_id, "")
    typed = [str(value) for key, value in _marked(spec, data) if key in _NUMBER_KEYS]
    digits = _last_four([*typed, presence.number, presence.phone, phone, *held])
    return Applicant(name=name[:255], subject_name=subject_of(spec, data), digits=digits)


def _marked(spec: ProcedureSpec, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for topic in spec.form.topics:
        for field in topic.fields:
            value = data.get(topic.name, {}).get(field.name)
            if field.prefill is not None and value not in (None, ""):
                yield field.prefill.key, value


def _last_four(numbers: list[str]) -> list[str]:
    digits = [re.sub(r"\D", "", number) for number in numbers]
    return sorted({number[-4:] for number in digits if len(number) >= 4})


def subject_of(spec: ProcedureSpec, data: dict[str, Any]) -> str:
    """Whose matter the dossier is about: the pack names the form's fields."""
    words = []
    for path in spec.subject:
        topic, _dot, name = path.partition(".")
        words.append(str(data.get(topic, {}).get(name) or ""))
    return spec.subject_between.join(word for word in words if word)[:255]


def contact_of(spec: ProcedureSpec, data: dict[str, Any]) -> dict[str, str]:
    """Where the applicant is reached, as their own fields of the form say; empty where it does not ask."""
    found = dict(reversed(list(_marked(spec, data))))
    keys = {"address": "person.residence", "phone": "account.phone", "email": "account.email"}
    return {name: str(found.get(key, "")) for name, key in keys.items()}
