"""A full disk, told apart from other faults of files and said in words.

What is written may not stay half there: writers take back what they began and raise `NoRoom` (HTTP 507).
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from tinhso.kernel.errors import NoRoom

#: No space on the device, no quota left, a file larger than the process may write.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: BaseException | None) -> bool:
    """Whether the fault (or what caused it) is a full disk, ours or the database's."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if getattr(error, "sqlstate", None) == "53100":  # PostgreSQL: disk_full
            return True
        error = error.__cause__
    return False


@contextmanager
def writing() -> Iterator[None]:
    """Around what writes to disk. Raises NoRoom when the disk is full; other faults as they are."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise NoRoom from error
        raise
