"""The copy of one's own data (`/du-lieu-cua-toi`) holds nothing of anybody else, as JSON and as PDF.

Every protected word of everybody else becomes a canary; then the mother asks for her copy. And an official who worked
on her dossiers asks for his: nothing that she wrote may be in it.
"""

import json
import subprocess
from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Q

from tests.filing import FORM, PROCEDURE, picture
from tests.reach.actors import MONDAY
from tests.reach.filled import CANARIES
from tests.reach.words import canary
from tests.reach.world import World
from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier
from tinhso.kernel import clock, files
from tinhso.kernel.classes import FieldClass, class_of
from tinhso.kernel.models import Notification
from tinhso.kernel.policy import SYSTEM
from tinhso.people.models import Account, Identifier, Kinship, Person
from tinhso.vault import actions as vault
from tinhso.vault import carrying_out
from tinhso.vault.models import DataRequest

PROTECTED = {FieldClass.PERSONAL, FieldClass.SENSITIVE}
#: What others type is bare letters; what they own of numbers is counted up from here.
OTHERS = canary("others").lower()


@pytest.fixture(scope="module")
def others(world: World) -> Iterator[World]:
    """The world, in which everybody but the mother has canaries for data and things like hers; taken back."""
    with clock.pinned(MONDAY), transaction.atomic():
        _file_as_stranger(world)
        _plant(world)
        yield world
        transaction.set_rollback(True)


def _file_as_stranger(world: World) -> None:
    """Another family's dossier at her agency, with a mother who is not she; and a child of the two households."""
    stranger = world.accounts["stranger"]
    person = Person.objects.get(pk=stranger.person_id)
    form = {topic: dict(values) for topic, values in FORM.items()}
    for topic, values in form.items():
        for name, value in values.items():
            if name.endswith(("name", "residence", "place")) and isinstance(value, str):
                values[name] = f"{OTHERS}{topic}{name}".replace("_", "")
    form["applicant"] |= {"id_number": "091190000001", "phone": "0977000001"}
    form["parents"] |= {"mother_id_number": "091190000002"}
    actor = world.actor("stranger")
    draft = actions.start_draft(actor, PROCEDURE, world.things["agency"])
    version = draft.version
    for topic, values in form.items():
        version = actions.save_topic(actor, draft.id, topic, values, version).version
    actions.attach(actor, draft.id, "birth_paper", name=f"{OTHERS}paper.png", content=picture())
    actions.submit(actor, draft.id, "others")
    actions.start_draft(actor, PROCEDURE, world.things["agency"])
    Identifier.objects.create(person=person, kind="cccd", number="091190000003", valid_from=date(2020, 1, 1))
    since = {"valid_from": date(2026, 11, 2), "source": "test"}
    child = Person.objects.create(full_name="Trần Minh Khôi", birth_date=date(2026, 11, 2), source="test")
    Kinship.objects.create(kind="child", person=child, relative_id=world.accounts["owner"].person_id, **since)
    Kinship.objects.create(kind="child", person=child, relative=person, **since)
    Identifier.objects.create(person=child, kind="personal_number", number="091226000004", valid_from=date(2026, 11, 2))
    paper = files.store_own(SYSTEM, name=f"{OTHERS}holding.pdf", media_type=files.PDF, content=b"%PDF-1.7 x")
    given = vault.Deposit(person.pk, "k", f"{OTHERS}holding", "1", paper.pk, clock.now(), draft.id)
    vault.deposit(SYSTEM, given)


def _plant(world: World) -> None:
    """Every protected text of every account and person but hers and the receiver's, by the field's class and not by a
    list. Her kin keep their names: a name is told to whom it is related."""
    hers = world.accounts["owner"]
    kin = Kinship.objects.filter(Q(person=hers.person_id) | Q(relative=hers.person_id))
    keep = {hers.person_id, *(id for pair in kin.values_list("person_id", "relative_id") for id in pair)}
    for label, rows in {
        "people.Account": Account.objects.exclude(pk__in=(hers.pk, world.accounts["receiver"].pk)),
        "people.Person": Person.objects.exclude(pk__in=keep),
    }.items():
        model = apps.get_model(label)
        for field in model._meta.concrete_fields:
            text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if text and class_of(label, field.name) in PROTECTED:
                for place, row in enumerate(rows.order_by("pk")):
                    word = f"{OTHERS}{field.name}{place}".replace("_", "")[: field.max_length]
                    model.objects.filter(pk=row.pk).update(**{field.name: word})


def copy_of(account: Account) -> tuple[str, str]:
    """JSON and words of the PDF, as they are handed out."""
    asked = DataRequest.objects.create(person_id=account.person_id, kind="export", asked_by=account, asked_by_name="x")
    carrying_out.export(asked.pk)
    asked.refresh_from_db()
    data = files.read(asked.data_file_id).decode()
    printed = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=files.read(asked.paper_id), capture_output=True, check=True
    ).stdout.decode()
    return data, "".join(printed.split())


@pytest.fixture(scope="module")
def secrets(others: World) -> list[str]:
    """What lets somebody in as the mother; there before her copy is made."""
    token = others.token_row("owner", "of this test")
    return [others.accounts["owner"].password, token.digest, token.auth_hash]


@pytest.fixture(scope="module")
def hers(others: World, secrets: list[str]) -> tuple[str, str]:
    """The mother's copy: seconds to draw, so it is drawn once."""
    return copy_of(others.accounts["owner"])


def leaked(text: str) -> list[str]:
    numbers = [n for n in ("091190000001", "091190000002", "091190000003", "091226000004", "0977000001") if n in text]
    around = text.lower().find(OTHERS)
    return numbers + ([text[around : around + 80]] if around >= 0 else [])


def test_her_copy_holds_what_is_hers_and_no_word_of_anybody_else(hers: tuple[str, str]) -> None:
    data, printed = hers
    assert "091198004127" in data
    assert "091198004127" in printed
    assert canary("childgivenname") in data
    assert leaked(data) == []
    assert leaked(printed) == []


def test_the_canaries_are_found_where_they_belong(others: World) -> None:
    """The test above can fail: the same words are in the stranger's own copy."""
    data, printed = copy_of(others.accounts["stranger"])
    for word in (f"{OTHERS}childgivenname", f"{OTHERS}paper.png", f"{OTHERS}holding"):
        assert word in data
    assert {"091190000001", "091190000002", "091190000003", "0977000001"} == set(leaked(data)[:-1])
    assert OTHERS in printed.lower()
    assert [word for word in CANARIES if word in data] == []


def test_a_child_of_two_households_is_told_by_name_to_each_and_the_other_parent_to_neither(
    hers: tuple[str, str],
) -> None:
    data, _printed = hers
    [kin] = [part["rows"] for part in json.loads(data)["sections"] if part["name"] == "people.Kinship"]
    told = [row for row in kin if row["person__full_name"] == "Trần Minh Khôi"]
    assert [row["relative__full_name"] for row in told] == ["Nguyễn Thị Bé Ba"]


def test_an_officials_copy_holds_nothing_of_those_he_worked_for(others: World) -> None:
    receiver = others.accounts["receiver"]
    person = Person.objects.create(full_name="Danh Văn Tư", birth_date=date(1985, 5, 5), source="test")
    Account.objects.filter(pk=receiver.pk).update(person=person, assurance="verified", verified_at=clock.now())
    receiver.refresh_from_db()
    at_work = {"name": f"{canary('paper')}.pdf", "media_type": files.PDF, "content": b"%PDF-1.7 y"}
    files.store_own(others.as_account(receiver), **at_work)
    Notification.objects.create(account=receiver.pk, kind="test.work", context={"of": canary("childgivenname")})
    Dossier.objects.filter(pk=others.things["issued"]).update(applicant_account=receiver.pk)  # filed at the counter
    data, printed = copy_of(receiver)
    assert "Danh Văn Tư" in data
    assert [word for word in CANARIES if word in data] == []
    assert [word for word in CANARIES if word in printed] == []
    assert leaked(data) == []


def test_a_copy_never_holds_passwords_tokens_or_keys(hers: tuple[str, str], secrets: list[str]) -> None:
    for secret in secrets:
        assert not [copy for copy in hers if secret in copy]
