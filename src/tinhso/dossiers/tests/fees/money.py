"""What the tests of fees have in common."""

from collections.abc import Callable
from datetime import date

from tinhso.dossiers import actions
from tinhso.dossiers.actions import Money
from tinhso.dossiers.models import Dossier, FeeDue
from tinhso.dossiers.tests.conftest import FORM, now_at
from tinhso.kernel.events import history
from tinhso.kernel.policy import Actor
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.reading import content_hash

TEN = "2026-11-09T10:00:00+07:00"
ELEVEN = "2026-11-09T11:00:00+07:00"
MONDAY_DATE = date(2026, 11, 9)
POOR = "Người thuộc hộ nghèo"
LATE_BIRTH = {"child": {**FORM["child"], "birth_date": "2026-01-05"}}


def fee_of(dossier: Dossier) -> FeeDue:
    return FeeDue.objects.get(dossier=dossier)


def asked(dossier: Dossier, receiver: Actor, amount: int = 8_000) -> FeeDue:
    actions.ask_fee(
        receiver, dossier.id, amount=amount, reason="Lệ phí", version=now_at(dossier), fee=fee_of(dossier).id
    )
    return fee_of(dossier)


def cash(amount: int = 8_000, payer: str = "") -> Money:
    return Money(amount, "cash", payer=payer)


def told(dossier: Dossier) -> list[type]:
    return [type(one.event) for one in history(f"dossier:{dossier.id}")]


def as_pack(change: Callable[[str], str]) -> None:
    """From now on new dossiers follow a changed fee table."""
    old = ProcedureVersion.objects.filter(code="1.001193", valid_to=None).order_by("-revision")[0]
    version = ProcedureVersion.objects.get(pk=old.pk)
    definition = {**old.definition, "fee_table": change(old.definition["fee_table"])}
    version.pk, version.revision = None, old.revision + 1
    version._state.adding = True
    version.id, version.definition, version.content_hash = (
        ProcedureVersion().id,
        definition,
        content_hash(definition),
    )
    version.save()
