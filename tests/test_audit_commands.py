"""What operators and auditors type: the answer and the exit code."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from django.db import transaction

from tinhso.cli.cluster import Cluster
from tinhso.cli.main import main
from tinhso.kernel import keys, months
from tinhso.kernel.events import Event, definition, deliveries, emit, react
from tinhso.kernel.models import Delivery
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.sealing import statements
from tinhso.kernel.tests.test_sealing import seal_everything

Said = pytest.CaptureFixture[str]


@dataclass(frozen=True)
class Pruned(Event):
    TYPE: ClassVar[str] = "vn.tinhso.kernel.test-pruned"
    tree: str


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    months._open.months.clear()
    monkeypatch.setattr(statements, "folder", lambda: tmp_path / "book")
    monkeypatch.setattr(keys, "folder", lambda: tmp_path)
    return tmp_path / "book"


def test_verify_says_intact_then_names_what_a_superuser_changed(
    own_database: str, book: Path, cluster: Cluster, capsys: Said
) -> None:
    with transaction.atomic():
        emit(SYSTEM, Pruned("1"), subject="tree:1")
    seal_everything()
    assert main(["audit", "verify"]) == 0
    assert "nguyên vẹn" in capsys.readouterr().out
    with cluster.superuser(own_database) as link:
        (row,) = link.execute("UPDATE kernel_audit SET subject = 'tree:2' RETURNING id").fetchone()  # type: ignore[misc]
    assert main(["audit", "verify", "--key", str(book / "seal.pub")]) == 1
    assert f"dòng nhật ký bị sửa (row-changed): seal 1, row {row}" in capsys.readouterr().out


def test_verify_without_a_key_says_what_to_add(own_database: str, book: Path, capsys: Said) -> None:
    assert main(["audit", "verify"]) == 1
    assert "hãy thêm --key" in capsys.readouterr().err


def test_a_stuck_event_is_listed_and_retried(own_database: str, book: Path, capsys: Said) -> None:
    @react(Pruned, name="kernel.test_fail")
    def fail(event: Pruned, envelope: object) -> None:
        raise ArithmeticError

    try:
        with transaction.atomic():
            emit(SYSTEM, Pruned("1"), subject="tree:1")
        row = Delivery.objects.get()
        for _time in range(deliveries.TRIES):
            deliveries.deliver([str(row.id)])
        assert main(["events", "parked"]) == 0
        listed = capsys.readouterr().out
        assert str(row.id) in listed
        assert "ArithmeticError " in listed
        assert main(["events", "retry", str(row.id)]) == 0
        assert main(["events", "retry", str(row.id)]) == 1
        assert main(["events", "retry", "x"]) == 1
    finally:
        definition.reactions.pop("kernel.test_fail")
        definition._by_type.pop(Pruned.TYPE)
