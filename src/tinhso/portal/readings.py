"""The disclosure log as its person reads it: looks of one reader at one record, one after another, are one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from tinhso.kernel.disclosure import Seen


@dataclass(frozen=True)
class Reading:
    """Looks by one reader for one purpose, with nobody else's between them; ``first`` and ``last`` are instants."""

    reader: str
    purpose: str
    first: datetime
    last: datetime
    times: int
    fields: int


def readings(rows: Iterable[Seen]) -> list[Reading]:
    """The rows, latest first, with neighbours of the same reader, record and purpose joined."""
    joined = []
    for (_account, name, _record, purpose), looks in groupby(
        rows, key=lambda row: (row.reader_account, row.reader_name, row.record, row.purpose)
    ):
        same = list(looks)
        fields = {field for look in same for field in look.fields}
        joined.append(Reading(name, purpose, same[-1].at, same[0].at, len(same), len(fields)))
    return joined
