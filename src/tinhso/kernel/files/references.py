"""Who still uses a file: every model of the house that has a foreign key to `StoredFile`, found by its metadata.

An app that remembers a file only by its id elsewhere must hold a foreign key too, or the file counts as unused.
"""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, ManyToOneRel, Model, OuterRef, QuerySet

from tinhso.kernel.models import StoredFile


def _holders() -> Iterator[tuple[type[Model], str]]:
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model is not None:
            yield relation.related_model, relation.field.name


def unreferenced(files: "QuerySet[StoredFile]") -> "QuerySet[StoredFile]":
    """Those of the files that nothing refers to."""
    for model, field in _holders():
        used = model._default_manager.filter(**{field: OuterRef("pk")})
        files = files.filter(~Exists(used))
    return files


def is_referenced(file: UUID) -> bool:
    return not unreferenced(StoredFile.objects.filter(id=file)).exists()
