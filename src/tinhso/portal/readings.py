"""The disclosure log as its person reads it: looks of one reader at one record, one after another, are one line."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.dossiers import queries as dossiers
from tinhso.kernel import clock
from tinhso.kernel.disclosure import Seen
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.places import queries as places

#: What of an account or a request about data is read at a counter; answers of a dossier have the words of its form.
_WORDS = {
    "login": _("Tên đăng nhập"),
    "full_name": _("Họ và tên"),
    "birth_date": _("Ngày sinh"),
    "identifier": _("Số giấy tờ"),
    "asked_by_name": _("Người ghi yêu cầu"),
    "reason": _("Lý do"),
    "messages": _("Tin nhắn trao đổi"),
    "opinion": _("Câu hỏi gửi cơ quan khác về hồ sơ"),
    "opinion_papers": _("Giấy tờ kèm câu hỏi ấy"),
    "opinion_answer": _("Trả lời của cơ quan khác"),
    "digitised": _("Giấy tờ cũ đã số hóa"),
    "export": _("Bản dữ liệu của tôi"),
}


@dataclass(frozen=True)
class Reading:
    """Looks by one reader for one purpose, with nobody else's between them; ``first`` and ``last`` are instants.

    ``fields`` are the names of what was read, ``labels`` the same in words; ``dossier`` is set when it opens for the
    person who reads this.
    """

    account: UUID | None
    reader: str
    record: str
    purpose: str
    first: datetime
    last: datetime
    times: int
    fields: tuple[str, ...]
    agency: str = ""
    labels: tuple[str, ...] = ()
    dossier: UUID | None = None


def readings(rows: Iterable[Seen]) -> list[Reading]:
    """The rows, latest first, with neighbours of the same reader, record and purpose joined."""
    joined = []
    for (account, name, record, purpose), looks in groupby(
        rows, key=lambda row: (row.reader_account, row.reader_name, row.record, row.purpose)
    ):
        same = list(looks)
        fields = tuple(sorted({field for look in same for field in look.fields}))
        joined.append(Reading(account, name, record, purpose, same[-1].at, same[0].at, len(same), fields))
    return joined


def in_words(actor: Actor, lines: list[Reading]) -> list[Reading]:
    """The lines of the actor's own log with the reader's agency of that day and what was read in words.

    Four queries whatever their number. Raises Denied.
    """
    known = dossiers.question_words(actor, [key for line in lines if (key := _dossier(line)) is not None])
    posts = people.workplaces(line.account for line in lines if line.account is not None)
    names = places.names(post.agency for held in posts.values() for post in held)
    told = []
    for line in lines:
        dossier = _dossier(line)
        asked = known.get(dossier, {}) if dossier else {}
        day = clock.local(line.last).date()
        held = posts.get(line.account, []) if line.account else []
        agency = next((post.agency for post in held if post.on(day)), None)
        told.append(
            replace(
                line,
                agency=names.get(agency, "") if agency else "",
                labels=_labels(line.fields, asked),
                dossier=dossier if dossier in known else None,
            )
        )
    return told


def _labels(fields: tuple[str, ...], asked: Mapping[str, str]) -> tuple[str, ...]:
    """In the order of the form; what has no words any more is left out."""
    of_form = [words for name, words in asked.items() if name in fields]
    return (*of_form, *(str(_WORDS[name]) for name in fields if name in _WORDS))


def _dossier(line: Reading) -> UUID | None:
    kind, _colon, key = line.record.partition(":")
    if kind == "dossier":
        with suppress(ValueError):
            return UUID(key)
    return None
