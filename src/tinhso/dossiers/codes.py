"""Running numbers without a gap: the dossier's code and the numbers of a book.

A dossier's code is ``<agency code>-YYMMDD-XXXX`` (Circular 01/2018/TT-VPCP, art. 19: XXXX is the running number of the
day; without the older three groups after Decision 20/2020/QĐ-TTg, as seen in running systems). The root H33 of Kiên
Giang is not verified; it comes from the pack. The day is the business day on which the dossier was sent.
Each number is taken under a row lock in the transaction that uses it: a rollback gives it back, so no gap opens.
"""

from datetime import date
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.dossiers.models import BookEntry, Dossier
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict
from tinhso.kernel.ids import new_id
from tinhso.places import queries as places


class Gone(Conflict):
    """The agency's time is over: it takes no number any more."""


_NEXT_OF_DAY = """
INSERT INTO dossiers_dossiercounter (id, created_at, agency_id, day, last) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (agency_id, day) DO UPDATE SET last = dossiers_dossiercounter.last + 1
RETURNING last
"""

_NEXT_OF_BOOK = """
WITH book AS (
    INSERT INTO dossiers_book (id, created_at, agency_id, kind, year, last)
    VALUES (%(book)s, %(at)s, %(agency)s, %(kind)s, %(year)s, 1)
    ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = dossiers_book.last + 1
    WHERE dossiers_book.closed_at IS NULL
    RETURNING id, last
)
INSERT INTO dossiers_bookentry (id, created_at, book_id, number, dossier_id, written_at, void_reason)
SELECT %(entry)s, %(at)s, id, last, %(dossier)s, %(at)s, '' FROM book
RETURNING book_id, number
"""


def next_code(agency_id: UUID, day: date) -> str:
    """The code of the agency's next dossier of the day. Inside a transaction.

    Waits for a reorganisation that is being carried out. Raises Gone when the agency's time is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_OF_DAY, [new_id(), clock.now(), agency_id, day])
        (number,) = cursor.fetchone()
    agency = places.agency(agency_id)
    if agency.valid_to is not None and agency.valid_to < day:
        raise Gone(
            _("%(name)s đã kết thúc ngày %(day)s nên không nhận hồ sơ nữa. Lập hồ sơ mới gửi cơ quan hiện nay.")
            % {"name": agency.name, "day": f"{agency.valid_to:%d/%m/%Y}"}
        )
    return f"{agency.code}-{day:%y%m%d}-{number:04d}"


def next_entry(dossier: Dossier, kind: str, *, yearly: bool) -> BookEntry:
    """The next line of the agency's book, for this dossier. Inside a transaction. Raises Gone for a closed book."""
    year, entry, at = clock.today().year if yearly else 0, new_id(), clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _NEXT_OF_BOOK,
            {
                "book": new_id(),
                "entry": entry,
                "at": at,
                "agency": dossier.agency_id,
                "kind": kind,
                "year": year,
                "dossier": dossier.id,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise Gone(_("Sổ của cơ quan này đã khóa khi sắp xếp cơ quan, không ghi thêm số được."))
    book, number = row
    made = BookEntry(id=entry, created_at=at, book_id=book, number=number, dossier=dossier, written_at=at)
    made._state.adding = False
    return made
