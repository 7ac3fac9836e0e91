import time
from datetime import UTC, datetime, timedelta

from tinhso.kernel.ids import id_at, id_beside, new_id


def test_ids_are_version_seven_and_ordered():
    ids = [new_id() for _ in range(1000)]
    assert {i.version for i in ids} == {7}
    assert ids == sorted(ids)


def test_an_id_of_a_moment_stands_between_those_made_before_and_after():
    made, moment = new_id(), datetime.now(UTC)
    assert id_at(moment - timedelta(milliseconds=50)) < made < id_at(moment + timedelta(milliseconds=50))
    assert id_at(moment).version == 7


def test_an_id_beside_another_is_of_its_millisecond_and_a_new_one():
    first = new_id()
    time.sleep(0.002)
    later, beside = new_id(), id_beside(first)
    assert (beside.version, beside.variant) == (7, first.variant)
    assert beside.int >> 80 == first.int >> 80
    assert beside != first
    assert beside < later
