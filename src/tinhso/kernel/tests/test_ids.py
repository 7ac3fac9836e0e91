from datetime import UTC, datetime, timedelta

from tinhso.kernel.ids import id_at, new_id


def test_ids_are_version_seven_and_ordered():
    ids = [new_id() for _ in range(1000)]
    assert {i.version for i in ids} == {7}
    assert ids == sorted(ids)


def test_an_id_of_a_moment_stands_between_those_made_before_and_after():
    made, moment = new_id(), datetime.now(UTC)
    assert id_at(moment - timedelta(milliseconds=50)) < made < id_at(moment + timedelta(milliseconds=50))
    assert id_at(moment).version == 7
