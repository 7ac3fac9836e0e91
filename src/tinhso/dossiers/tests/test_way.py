"""The whole way of one birth registration."""

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier, Phase, ResultState
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.verification import verify_result
from tinhso.kernel.policy import Actor
from tinhso.vault import queries as vault


def test_a_sent_draft_becomes_a_dossier_with_a_code_and_waits_for_the_receiver(sent: Dossier, receiver: Actor) -> None:
    rows, _following = queries.inbox(receiver)
    assert sent.code.endswith("-261109-0001")
    assert sent.subject_name == "Trần Minh Khôi"
    assert [row.code for row in rows] == [sent.code]
    assert rows[0].due.state == "none"


def test_the_result_lands_in_the_mothers_vault_and_verifies(issued: Dossier, mother: Actor, clerk: Actor) -> None:
    actions.return_result(clerk, issued.id, version=now_at(issued))
    issued.refresh_from_db()
    assert issued.phase == Phase.RETURNED
    held, _following = vault.holdings(mother, mother.subject)
    assert [h.title for h in held] == ["Giấy khai sinh"]
    file = vault.download(mother, held[0].id)
    checked = verify_result(file.content)
    assert checked.valid, checked.refusals
    assert checked.issued is not None
    assert checked.issued.state == ResultState.ACTIVE
    assert file.content == queries.result_file(mother, issued.id).content
