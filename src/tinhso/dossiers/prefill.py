"""What the state already knows of an applicant with a verified identity, put into the form with its source and time.

Reading one's own data is nobody else's reading: nothing goes to the disclosure log. An unverified account gets nothing.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers.models import Presence
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.people.models import Person
from tinhso.people.queries import HeldIdentifier
from tinhso.procedures import filling
from tinhso.procedures.spec import PREFILL_KEYS, ProcedureSpec

Known = dict[str, Any]


def fill(actor: Actor, spec: ProcedureSpec, data: dict[str, Known], sources: dict[str, Known]) -> None:
    """Put what is known of an assured actor into the form's empty fields, with its source and time."""
    if actor.subject is None or actor.account is None or not actor.assured:
        return
    account, person = people.account(actor.account), people.person(actor.subject)
    facts = facts_of(person, people.identifiers(person.pk), account.phone, account.email)
    put(facts, spec, data, sources, since=since_of(person))


def fill_for(presence: Presence, spec: ProcedureSpec, data: dict[str, Known], sources: dict[str, Known]) -> None:
    """The same for a person at the counter, whose papers an official saw: they are asked for nothing that is known. The
    official reads where it comes from, in words of their own: the pack's are for the person. Whoever calls notes it in
    the disclosure log."""
    person = people.person(presence.person_id)
    phone = presence.phone or people.phone_of(presence.person_id)[0]
    told = _("số ghi lúc đối chiếu giấy tờ") if presence.phone else _("tài khoản của người này")
    words = {"account.phone": told} | dict.fromkeys(
        ("person.identifier", "person.identifier_kind", "person.full_name", "person.birth_date"),
        _("giấy tờ bạn đã đối chiếu"),
    )
    facts = facts_of(person, people.identifiers(person.pk), phone, "")
    since = {key: day for key, day in since_of(person).items() if key not in words}
    put(facts, spec, data, sources, dict.fromkeys(facts, _("dữ liệu tỉnh giữ về người này")) | words, since=since)


def put(
    facts: Known,
    spec: ProcedureSpec,
    data: dict[str, Known],
    sources: dict[str, Known],
    words: dict[str, str] | None = None,
    *,
    since: Mapping[str, str],
) -> None:
    """Put these facts into the form's empty fields; ``words`` names their sources where not the pack does, ``since``
    says from which day on the province has had them, where that is known."""
    at = clock.now().isoformat()
    for topic in spec.form.topics:
        for field, known in topic.prefilled:
            value = facts.get(known.key)
            if value in (None, "") or (field.values and value not in field.values):
                continue  # nothing known, or nothing that may be chosen
            data.setdefault(topic.name, {})[field.name] = value
            source = words[known.key] if words else known.label
            sources[f"{topic.name}.{field.name}"] = told = {"source": source, "at": at}
            if known.key in since:
                told["since"] = since[known.key]


def carry(spec: ProcedureSpec, data: dict[str, Known], sources: dict[str, Known], done: set[str]) -> None:
    """Into topics not yet saved: what was said elsewhere in the form and fits there too ("I am the mother")."""
    for topic in spec.form.topics:
        if topic.name in done:
            continue
        for name, value in filling.suggested(topic, data).items():
            data.setdefault(topic.name, {})[name] = value
            sources[f"{topic.name}.{name}"] = {"source": _("mục bạn đã điền"), "at": clock.now().isoformat()}


def since_of(person: Person) -> Known:
    """The day on which the province first wrote down what it knows of the person, by the keys of these facts."""
    day = clock.local(person.created_at).date().isoformat()
    return {key: day for key in PREFILL_KEYS if key.startswith("person.")}


def facts_of(person: Person, numbers: list[HeldIdentifier], phone: str, email: str) -> Known:
    """The keys that a pack may name in ``prefill``."""
    first = numbers[0] if numbers else None
    personal = next((n.number for n in numbers if n.kind in ("cccd", "personal_number")), None)
    return {
        "person.full_name": person.full_name,
        "person.birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "person.birth_year": person.birth_date.year if person.birth_date else None,
        "person.sex": person.sex,
        "person.ethnicity": person.ethnicity,
        "person.nationality": person.nationality,
        "person.hometown": person.hometown,
        "person.residence": person.residence,
        "person.identifier": first.number if first else None,
        "person.identifier_kind": first.kind if first else None,
        "person.identifier_issued_on": first.issued_on.isoformat() if first and first.issued_on else None,
        "person.personal_number": personal,
        "account.phone": phone,
        "account.email": email,
    }
