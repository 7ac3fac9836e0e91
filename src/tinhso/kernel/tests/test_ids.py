from tinhso.kernel.ids import new_id


def test_ids_are_version_seven_and_ordered():
    ids = [new_id() for _ in range(1000)]
    assert {i.version for i in ids} == {7}
    assert ids == sorted(ids)
