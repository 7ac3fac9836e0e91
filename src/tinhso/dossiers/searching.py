"""The words of a search, and filling them in after a bulk load.

Words are compared lower case and without marks, by a function of the database that both sides use (migration 0008).
"""

import re
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

#: Of a question only so much is looked at: characters, words.
LONGEST, MOST = 200, 12
_WORD = re.compile(r"[^\W_]+")


def words_of(said: str) -> list[str]:
    """What is looked for: every word must be there, the last one may be unfinished. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossiers_plain(%s)", [said[:LONGEST].replace("\x00", "")])
        (plain,) = cursor.fetchone()
    return _WORD.findall(plain)[:MOST]


def expression(words: list[str], agencies: frozenset[UUID], weights: str = "") -> str:
    """A tsquery: all words, in a dossier of one of the agencies. ``weights``: only there ("AB": code and names).

    A single letter never stands for all words that begin with it.
    """
    asked = [
        f"'{word}'" + _marks(weights, index == len(words) - 1 and len(word) > 1) for index, word in enumerate(words)
    ]
    of = " | ".join(f"ag{agency.hex}" for agency in sorted(agencies))
    return " & ".join([*asked, f"({of})"])


def _marks(weights: str, unfinished: bool) -> str:
    marks = weights + ("*" if unfinished else "")
    return f":{marks}" if marks else ""


LATER = "SET LOCAL tinhso.words_later = 'on'"


def fill_of(dossiers: Sequence[UUID]) -> None:
    """Write the words of these dossiers, loaded after `LATER`: all in one statement, which is planned once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dossiers_searchwords (dossier_id, words)"
            " SELECT id, dossiers_words(code, agency_id, applicant_name, subject_name, data)"
            " FROM dossiers_dossier WHERE id = ANY(%s)",
            [list(dossiers)],
        )


def fill() -> int:
    """Write the words of dossiers that have none (loaded with ``SET LOCAL tinhso.words_later = 'on'``); how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dossiers_searchwords (dossier_id, words)"
            " SELECT d.id, dossiers_words(d.code, d.agency_id, d.applicant_name, d.subject_name, d.data)"
            " FROM dossiers_dossier d LEFT JOIN dossiers_searchwords w ON w.dossier_id = d.id"
            " WHERE w.dossier_id IS NULL ON CONFLICT DO NOTHING"
        )
        return int(cursor.rowcount)
