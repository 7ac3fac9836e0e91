"""Reading what stands on a procedure version."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def with_procedure(rows: QuerySet[M], path: str = "") -> QuerySet[M]:
    """Drafts or dossiers (or, with ``path``, what belongs to them) each with its procedure version.

    The long definition stays in the database: a process that knows its content does not read it again.
    """
    return rows.select_related(f"{path}procedure_version").defer(f"{path}procedure_version__definition")
