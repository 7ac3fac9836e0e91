"""What a dossier costs: computed, verified or not, exempt, corrected, on its receipt."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tinhso.dossiers import actions, billing, fees, queries
from tinhso.dossiers.events import FeeAsked
from tinhso.dossiers.models import Dossier, Draft, FeeDue, Paper
from tinhso.dossiers.statuses import NationalStatus, national_status
from tinhso.dossiers.tests.conftest import FORM, now_at
from tinhso.dossiers.tests.fees.money import (
    LATE_BIRTH,
    POOR,
    as_pack,
    cash,
    fee_of,
    told,
)
from tinhso.dossiers.tests.test_receipt import text_of
from tinhso.kernel.errors import Invalid
from tinhso.kernel.policy import Actor


def test_in_time_nothing_is_due_and_the_applicant_reads_why(sent: Dossier, receiver: Actor, mother: Actor) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))
    found = queries.fees_of(mother, sent.id)
    assert found.free
    (row,) = found.rows
    assert (row.state, row.amount, row.article) == ("free", 0, "Luật Hộ tịch 60/2014/QH13 Điều 11.1")
    assert "trong 60 ngày" in row.exemption


def test_what_is_not_verified_is_never_asked_for_by_itself(late: Dossier, mother: Actor) -> None:
    (row,) = queries.fees_of(mother, late.id).rows
    assert (row.state, row.amount, row.verified) == ("open", None, False)
    assert FeeAsked not in told(late)
    assert national_status(Dossier.objects.get(id=late.id)) == NationalStatus.RECEIVED


def test_a_verified_amount_is_asked_for_on_receipt(mother: Actor, receiver: Actor, fill: Callable[..., Draft]) -> None:
    as_pack(lambda text: text.replace("<text>null</text>", "<text>5000</text>").replace("false", "true"))
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "sure")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    assert (fee_of(dossier).state, fee_of(dossier).amount) == ("waiting", 5_000)
    assert national_status(Dossier.objects.get(id=dossier.id)) == NationalStatus.FEE_DUE


@pytest.mark.parametrize(
    ("change", "answers", "printed"),
    [
        (
            lambda text: text.replace("<text>null</text>", "<text>5000</text>").replace("false", "true"),
            LATE_BIRTH,
            "5.000",
        ),
        (lambda text: text, LATE_BIRTH, "chưa có mức đã xác minh"),
        (lambda text: text, {}, "không thu"),
    ],
)
def test_the_receipt_says_what_the_table_says(
    mother: Actor,
    receiver: Actor,
    fill: Callable[..., Draft],
    change: Callable[[str], str],
    answers: dict[str, dict[str, Any]],
    printed: str,
) -> None:
    as_pack(change)
    wanted = {"applicant": {**FORM["applicant"], "receipt_wanted": True}}
    dossier = actions.submit(mother, fill(mother, **answers, **wanted).id, "printed")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    receipt = Paper.objects.get(dossier=dossier, kind="receipt")
    assert printed in text_of(queries.issued_file(mother, receipt.id).content)


def test_the_fee_follows_the_day_of_filing_and_the_version_of_its_day(late: Dossier, receiver: Actor) -> None:
    assert fee_of(late).basis_id == late.procedure_version_id
    before = late.procedure_version_id
    as_pack(lambda text: text.replace("&lt;= 60", "&lt;= 600"))
    late.refresh_from_db()
    assert late.procedure_version_id == before
    assert fee_of(late).state == "open"


def test_a_proven_ground_exempts_and_is_taken_back(late: Dossier, receiver: Actor, mother: Actor) -> None:
    fee = fee_of(late)
    with pytest.raises(Invalid):
        actions.exempt(receiver, late.id, fee.id, claim="Người quen", note="x", version=now_at(late))
    with pytest.raises(Invalid):
        actions.exempt(receiver, late.id, fee.id, claim=POOR, note=" ", version=now_at(late))
    actions.exempt(receiver, late.id, fee.id, claim=POOR, note="Giấy số 12", version=now_at(late))
    assert (fee_of(late).state, fee_of(late).exemption) == ("free", POOR)
    (row,) = queries.fees_of(mother, late.id).rows
    assert row.claim_note == ""  # the officials' own note
    actions.exempt(receiver, late.id, fee.id, claim="", note="Giấy đã hết hạn", version=now_at(late))
    assert fee_of(late).state == "open"


def test_a_corrected_answer_changes_what_is_due(
    late: Dossier, mother: Actor, specialist: Actor, receiver: Actor
) -> None:
    actions.request_supplement(specialist, late.id, [actions.Point("Xem lại ngày sinh")], version=now_at(late))
    actions.answer_supplement(
        mother, late.id, topics={"child": {**FORM["child"], "birth_date": "2026-11-01"}}, version=now_at(late)
    )
    assert (fee_of(late).state, fee_of(late).amount) == ("free", 0)


def test_what_costs_more_after_it_was_paid_is_a_charge_that_an_official_confirms(
    mother: Actor,
    receiver: Actor,
    specialist: Actor,
    cashier: Actor,
    fill: Callable[..., Draft],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_pack(lambda text: text.replace("<text>null</text>", "<text>5000</text>").replace("false", "true"))
    dossier = actions.submit(mother, fill(mother, **LATE_BIRTH).id, "dearer")
    actions.receive(receiver, dossier.id, version=now_at(dossier))
    actions.collect(cashier, fee_of(dossier).id, cash(5_000))
    table = fees.fee_due(Dossier.objects.get(id=dossier.id))

    def corrected(price: int) -> list[tuple[str, int | None]]:
        monkeypatch.setattr(fees, "fee_due", lambda *_asked: [replace(table[0], amount=price)])
        dossier.refresh_from_db()
        billing.reckon(receiver, dossier)
        return list(FeeDue.objects.filter(dossier=dossier).order_by("number").values_list("state", "amount"))

    assert corrected(5_000) == [("paid", 5_000)]
    assert corrected(9_000) == [("paid", 5_000), ("open", 4_000)]
    assert corrected(7_000) == [("paid", 5_000), ("open", 2_000)]
    assert corrected(4_000) == [("paid", 5_000), ("free", 0)]
    assert corrected(6_000) == [("paid", 5_000), ("free", 0), ("open", 1_000)]


def test_a_corrected_name_is_the_name_of_the_dossier(late: Dossier, mother: Actor, specialist: Actor) -> None:
    actions.request_supplement(specialist, late.id, [actions.Point("Xem lại tên")], version=now_at(late))
    corrected = {"child": {**FORM["child"], **LATE_BIRTH["child"], "given_name": "Sửa Rồi"}}
    actions.answer_supplement(mother, late.id, topics=corrected, version=now_at(late))
    assert "Sửa Rồi" in Dossier.objects.get(id=late.id).subject_name
    assert queries.search(specialist, "sua roi").rows[0].code == late.code
