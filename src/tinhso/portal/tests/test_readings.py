"""One line for looks that belong together."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tinhso.dossiers.queries.opinions import ANSWER, PAPERS, QUESTION
from tinhso.kernel.disclosure import Seen
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import Actor
from tinhso.portal.readings import in_words, readings

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TU, PHUC = new_id(), new_id()


def seen(account: UUID, name: str, minutes: int, fields: tuple[str, ...] = ("child.given_name",)) -> Seen:
    return Seen(new_id(), NOON + timedelta(minutes=minutes), account, name, "dossier:1", fields, "Thẩm định")


def test_looks_of_one_reader_after_each_other_are_one_line_with_their_number_and_span() -> None:
    lines = readings(
        [seen(PHUC, "Phúc", 9), seen(TU, "Tú", 5), seen(TU, "Tú", 3, ("child.sex",)), seen(PHUC, "Phúc", 1)]
    )
    assert [(line.reader, line.times, len(line.fields)) for line in lines] == [
        ("Phúc", 1, 1),
        ("Tú", 2, 2),
        ("Phúc", 1, 1),
    ]
    assert (lines[1].first, lines[1].last) == (NOON + timedelta(minutes=3), NOON + timedelta(minutes=5))


@pytest.mark.django_db
def test_what_another_agency_reads_for_its_opinion_has_words() -> None:
    (line,) = in_words(Actor(account=PHUC), readings([seen(TU, "Tú", 5, (QUESTION, PAPERS, ANSWER))]))
    assert line.labels == (
        "Câu hỏi gửi cơ quan khác về hồ sơ",
        "Trả lời của cơ quan khác",
        "Giấy tờ kèm câu hỏi ấy",
    )
