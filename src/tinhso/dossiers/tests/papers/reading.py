"""Papers of a dossier, and what a reader that is not ours reads in them."""

from datetime import date

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Paper
from tinhso.dossiers.paperwork import drawing
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.test_receipt import text_of
from tinhso.kernel.policy import Actor

REASON, NEW_REASON, STOP = "Ảnh mờ chưa đọc được", "Máy chủ mất điện cả buổi", "Chờ cơ sở y tế xác nhận"
POINTS = ("Chụp rõ trang có chữ ký", "Ghi lại nơi sinh")


def paper(dossier: Dossier, kind: str) -> Paper:
    return Paper.objects.get(dossier=dossier, kind=kind)


def printed(made: Paper) -> str:
    """What a reader that is not ours reads in its file."""
    return text_of(drawing.content_of(made)[1])


def asked(dossier: Dossier, specialist: Actor) -> None:
    actions.request_supplement(
        specialist,
        dossier.id,
        [actions.Point(POINTS[0], "birth_paper"), actions.Point(POINTS[1])],
        reason=REASON,
        answer_by=date(2026, 11, 20),
        version=now_at(dossier),
    )


def has(text: str, *wanted: str) -> list[str]:
    """Of what is wanted, what is missing, whatever the case."""
    return [words for words in wanted if words.lower() not in text.lower()]
