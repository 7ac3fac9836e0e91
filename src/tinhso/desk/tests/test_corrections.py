"""An official reads what a supplement changed: each answer as it was and as it is, request by request."""

from typing import Any

from tinhso.desk.shown import supplements_answered
from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    FORM,
    agency,
    cast,
    fill,
    monday,
    mother,
    now_at,
    receiver,
    sent,
    specialist,
)
from tinhso.kernel.policy import Actor


def test_each_answered_request_has_its_own_corrections(
    sent: Dossier,  # noqa: F811
    receiver: Actor,  # noqa: F811
    specialist: Actor,  # noqa: F811
    mother: Actor,  # noqa: F811
) -> None:
    actions.receive(receiver, sent.id, version=now_at(sent))

    def corrected(point: actions.Point, **child: Any) -> None:
        actions.request_supplement(specialist, sent.id, [point], version=now_at(sent))
        topics = {"child": {**FORM["child"], **child}}
        actions.answer_supplement(mother, sent.id, topics=topics, version=now_at(sent))

    corrected(actions.Point("Tên đệm"), middle_name="Anh")
    corrected(actions.Point("Vẫn sai", number=1), middle_name="Bình")
    first, second = supplements_answered(queries.dossier(specialist, sent.id))
    assert [(one.before, one.after) for one in first.corrections] == [("Minh", "Anh")]
    assert [(one.before, one.after) for one in second.corrections] == [("Anh", "Bình")]
