"""Every protected field of the house is told to the person it is about; a file that nothing uses is let go."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from tests.packs import without_procedures

from tinhso.kernel import classes, clock, files, personal
from tinhso.kernel.classes import FieldClass
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import StoredFile
from tinhso.kernel.packs import check_pack
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.retention import Rule, apply, applying
from tinhso.people.models import Person
from tinhso.vault import actions
from tinhso.vault.pack import Scope, rules, scope_named, term_on

PROTECTED = {FieldClass.PERSONAL, FieldClass.SENSITIVE}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF"


def test_every_model_with_protected_fields_has_a_provider_or_a_reason():
    protected = {label for label, fields in classes._declared.items() if PROTECTED & set(fields.values())}
    silent = sorted(protected - personal.covered())
    assert silent == [], "tell it in the app's personal.py (`providers.register`), or say `not_of_a_person` and why"


def test_providers_name_only_models_that_exist():
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert personal.covered() - labels == set()


def test_every_scope_that_could_be_erased_has_its_reason_in_the_pack():
    assert {one.scope for one in rules().scopes} == {
        *("dossiers.drafts", "dossiers.results", "dossiers.sent", "people.account", "people.register"),
        *("vault.exports", "vault.holdings"),
    }
    kept = {one.scope for one in rules().scopes if not one.erasable}
    assert {"dossiers.results", "vault.holdings", "dossiers.sent"} <= kept
    assert scope_named("khong.co") is None


def test_a_scope_and_a_term_name_their_source_or_say_that_they_are_not_verified():
    with pytest.raises(ValueError):
        Scope(scope="x", erasable=True, why="y")


def test_the_terms_are_those_of_the_day():
    """Decree 356/2025: answer in 2 working days, provide in 10 days; before 2026 Decree 13/2023: 72 hours."""
    now, before = (
        term_on(date(2026, 1, 1), "export"),
        term_on(date(2025, 12, 31), "export"),
    )
    assert (now.answer_working_days, now.done_days) == (2, 10)
    assert (before.answer_working_days, before.done_days) == (None, 3)
    assert term_on(date(2023, 6, 30), "export") is None
    assert term_on(date(2026, 2, 1), "erasure").done_days is None


def faults(tmp_path: Path, old: str, new: str) -> list[str]:
    """What `tinhso pack check` says of the pack's file with that change."""
    copy = without_procedures(tmp_path / "pack")
    file = copy / "personal_data.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    return [str(mistake) for mistake in check_pack(copy)]


STATE_RECORDS = ("dossiers.results", "dossiers.sent", "people.register", "vault.holdings")


@pytest.mark.parametrize("scope", STATE_RECORDS)
def test_a_pack_that_lets_records_of_the_state_go_is_refused_with_line_and_remedy(tmp_path, scope):
    found = faults(tmp_path, f"- scope: {scope}\n    erasable: false", f"- scope: {scope}\n    erasable: true")
    lines = (tmp_path / "pack" / "personal_data.yaml").read_text(encoding="utf-8").splitlines()
    [fault] = found
    assert f"personal_data.yaml:{lines.index(f'  - scope: {scope}') + 2}:" in fault
    assert f"Không được cho xóa {scope}" in fault
    assert "Ghi erasable: false" in fault


def test_a_scope_that_nobody_knows_is_refused_with_the_names_that_are_known(tmp_path):
    [fault] = faults(tmp_path, "scope: people.account", "scope: people.acount")
    assert "people.acount" in fault
    assert "people.account, people.register" in fault


@pytest.mark.django_db
def test_only_what_can_be_erased_has_an_act():
    """No code of the house could erase a record of the state, whatever a pack says."""
    scopes = personal.scopes()
    assert {scope for scope, can in scopes.items() if not can} == set(STATE_RECORDS)
    subject = personal.DataSubject(new_id(), ())
    held = [one for _name, provider in personal.providers for one in provider.erasable(subject)]
    assert {one.scope: one.act is not None for one in held} == scopes


@pytest.mark.django_db
def test_a_file_that_nothing_uses_is_erased_and_one_in_use_stays(monkeypatch):
    rule = Rule(subject="kernel.unused_files", days=30, source="thử")
    monkeypatch.setattr(applying, "rules", lambda: {rule.subject: rule})
    with clock.pinned(clock.now() - timedelta(days=31)):
        unused, used = (
            files.store(SYSTEM, name="a.pdf", content=PDF + new_id().bytes, allowed=frozenset({files.PDF}), limit=999)
            for _ in range(2)
        )
    person = Person.objects.create(full_name="Ai đó", source="test")
    actions.deposit(SYSTEM, actions.Deposit(person.id, "k", "t", "1", used.id, clock.now(), new_id()))
    removed = {one.subject: one.removed for one in apply()}
    assert removed["kernel.unused_files"] == 1
    assert StoredFile.objects.get(id=unused.id).state == "erased"
    assert files.read(used.id).startswith(PDF)
