"""The same way through in 2022, with three tiers and the rules of that day."""

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import FORM, actor_of, now_at, picture
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.people import samples as people_samples
from tinhso.places import queries as places


@pytest.mark.django_db
def test_a_birth_registered_in_september_2022_is_signed_numbered_and_verified() -> None:
    with clock.pinned("2022-09-05T15:20:00+07:00"):
        people_samples.load()
        mother = actor_of("me.hontre@vidu.vn")
        agency = places.agency_of_unit("31108", clock.today())
        draft = actions.start_draft(mother, "1.001193", agency.id)
        version = draft.version
        for topic, values in {**FORM, "child": {**FORM["child"], "birth_date": "2022-09-01"}}.items():
            version = actions.save_topic(mother, draft.id, topic, values, version).version
        actions.attach(mother, draft.id, "birth_paper", name="giấy.png", content=picture())
        sent = actions.submit(mother, draft.id, "once")
        received = actions.receive(actor_of("hontre.tiepnhan"), sent.id, version=now_at(sent))
        assert received.due_at == clock.parse("2022-09-06T17:00:00+07:00")
        actions.propose(actor_of("hontre.hotich"), sent.id, version=now_at(sent))
        actions.sign(actor_of("hontre.phochutich"), sent.id, version=now_at(sent))
        run_waiting()
        actions.seal(actor_of("hontre.vanthu"), sent.id, version=now_at(sent))
        run_waiting()
        checked = verify_result(queries.result_file(mother, sent.id).content)
        assert checked.valid, checked.refusals
        assert checked.issued is not None
        assert checked.issued.number == "01/2022"
        assert Dossier.objects.get(id=sent.id).code.endswith("-220905-0001")
        assert agency.unit.parent is not None
        assert agency.unit.parent.level == "district"
