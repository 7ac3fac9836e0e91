"""Many rows at once, for sample data only: rows as their models are, events as acts tell them, written with COPY.

Nothing is checked here but what the database itself checks. Whoever writes this way proves that the rows are those
that the acts would have made.
"""

from tinhso.kernel.bulk.ids import known_id
from tinhso.kernel.bulk.load import Load, no_letters, notice
from tinhso.kernel.bulk.made import made

__all__ = ["Load", "known_id", "made", "no_letters", "notice"]
