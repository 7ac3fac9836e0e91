"""`tinhso measures`: what is counted, and counting it anew."""

from argparse import Namespace

import pytest

from tinhso.cli import measures as command
from tinhso.cli.refusal import Refusal
from tinhso.dossiers.models import Dossier
from tinhso.kernel import measures
from tinhso.kernel.models import Counted, Rollup


def test_every_measure_is_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(Namespace(act="list")) == 0
    said = capsys.readouterr().out
    assert all(f"{name}  " in said for name in ("dossiers.sent", "dossiers.satisfied", "procedures.wholly_online"))


def test_a_lost_count_is_made_again_from_the_records(sent: Dossier, capsys: pytest.CaptureFixture[str]) -> None:
    Counted.objects.all().delete()
    Rollup.objects.all().delete()
    assert measures.never_counted("dossiers.sent")
    assert command.run(Namespace(act="rebuild", measure="all")) == 0
    assert "dossiers.sent: đã xem 1 bản ghi" in capsys.readouterr().out
    assert measures.figures(["dossiers.sent"], 2026)["dossiers.sent"].numerator == 1
    assert not measures.never_counted("dossiers.sent")


def test_an_unknown_name_is_refused_in_words(db: None) -> None:
    with pytest.raises(Refusal):
        command.run(Namespace(act="rebuild", measure="dossiers.nothing"))
