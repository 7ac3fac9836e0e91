"""Versions of procedures: each valid from–to, never overwritten."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Row
from tinhso.procedures.entries import Entry, entry_of
from tinhso.procedures.reading import entry_in, known_spec, spec_of
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
    complete = models.BooleanField(default=True)  #: it has a form and process of its own; else the catalogue's facts
    generic = models.BooleanField(
        default=False, db_default=False
    )  #: not complete, filed and decided with the common form of the system
    agency_levels = ArrayField(models.CharField(max_length=20), default=list)  #: levels of agencies that offer it
    online_level = models.CharField(max_length=10, blank=True)  #: full, partial, none; "" when nobody knows
    online_verified = models.BooleanField(default=False)
    keywords = ArrayField(models.TextField(), default=list)  #: what people call it

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
    def fillable(self) -> bool:
        """Whether it can be filed and decided here."""
        return self.complete or self.generic

    @property
    def spec(self) -> ProcedureSpec:
        """The definition of a fillable procedure as typed data; one object for each content in this process."""
        known = known_spec(self.content_hash)
        return known or spec_of(self.content_hash, self.definition["generic"] if self.generic else self.definition)

    @property
    def entry(self) -> Entry:
        """What the catalogue says of it, complete or not."""
        return entry_of(self.spec) if self.complete else entry_in(self.definition)


class Guide(Row):
    """One row: what the pack says so that people find procedures. ``stamp`` changes with it and with every version."""

    only = models.PositiveSmallIntegerField(default=1, unique=True)
    stamp = models.UUIDField(default=new_id)
    synonyms = models.JSONField(default=dict)
    life_events = models.JSONField(default=list)
    suffixes = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"guide {self.stamp}"


class ProcessDraft(Row):
    """A process and fee table as officials are changing them in the studio, from the version that is law.

    ``version`` rises with each act; who sends an older one is refused. Two people publish: the database refuses an
    approval by the proposer.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang soạn")
        PROPOSED = "proposed", _("Chờ người khác duyệt")
        PUBLISHED = "published", _("Đã ban hành")
        UNDONE = "undone", _("Đã hủy trước ngày có hiệu lực")
        DISCARDED = "discarded", _("Đã bỏ")

    code = models.CharField(max_length=20)
    base = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+")  #: the law that it changes
    bpmn = models.TextField()
    roles = models.JSONField(default=dict)  #: lane → role
    fees = models.TextField(blank=True)  #: DMN; empty when the procedure has no table
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    saved_at = models.DateTimeField()
    saved_by_name = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=500, blank=True)  #: the decision or reason behind it
    valid_from = models.DateField(null=True, blank=True)
    proposed_by = models.UUIDField(null=True, blank=True)  #: an account
    proposed_by_name = models.CharField(max_length=200, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    published = models.ForeignKey(ProcedureVersion, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                "code", condition=models.Q(state__in=["open", "proposed"]), name="process_draft_once_under_way"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | (
                    models.Q(proposed_by__isnull=False)
                    & models.Q(decided_by__isnull=False)
                    & ~models.Q(proposed_by=models.F("decided_by"))
                ),
                name="process_published_by_two",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["code", "-id"], name="process_draft_of_code")]

    def __str__(self) -> str:
        return f"{self.code} draft {self.id} ({self.state})"
