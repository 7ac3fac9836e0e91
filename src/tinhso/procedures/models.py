"""Versions of procedures: each valid from–to, never overwritten."""

from typing import ClassVar

from django.db import models

from tinhso.kernel.models import Row
from tinhso.procedures.reading import known_spec, spec_of
from tinhso.procedures.spec import ProcedureSpec


class ProcedureVersion(Row):
    """One version of a procedure as it was law between two dates.

    A correction of the pack makes a new ``revision`` of the same period; dossiers keep theirs.
    """

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=500)
    field = models.CharField(max_length=200)
    level = models.CharField(max_length=100)
    agency_level = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  #: the last day; null: still law
    revision = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(max_length=64)
    definition = models.JSONField()
    search_text = models.TextField()  #: name, keywords and code, lower case, without marks

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("code", "valid_from", "revision", name="procedure_version_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="procedure_version_period",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["code", "-valid_from", "-revision"], name="procedure_version_on")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name} ({self.valid_from})"

    @property
    def spec(self) -> ProcedureSpec:
        """The definition as typed data; one object for each content in this process."""
        return known_spec(self.content_hash) or spec_of(self.content_hash, self.definition)
