"""A process map: what really happened to the dossiers of a procedure, computed once by a job and kept."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class ProcessMap(Row):
    """One official's question and its answer. ``since`` and ``until``: days of filing, both counted in.

    ``result`` is `mapping.reading.MapResult` as JSON; it names no person and no dossier.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang tính")
        READY = "ready", _("Đã tính xong")

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    agencies = ArrayField(models.UUIDField())  #: whose steps and dossiers: each one where the asker worked then
    procedure = models.CharField(max_length=20)
    procedure_name = models.CharField(max_length=500)
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    as_of = models.DateTimeField(null=True)  #: nothing that happened later is in it
    took_ms = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["account", "-asked_at", "-id"], name="process_map_of_account")]


class MapGroup(models.Model):
    """Which dossiers went one way, and were late for one cause (-1: not late), the newest first; at most
    `mapping.computing.CHUNK` in a row, so that a map of a million is some thousand rows."""

    id = models.BigAutoField(primary_key=True)
    map = models.ForeignKey(ProcessMap, models.CASCADE, related_name="groups")
    variant = models.PositiveIntegerField()  #: by how often it was gone, from 1; 0: one of those too rare to be kept
    cause = models.IntegerField()
    chunk = models.PositiveIntegerField()
    dossiers = ArrayField(models.UUIDField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["map", "variant", "cause", "chunk"], name="map_group_once")]

    def __str__(self) -> str:
        return f"way {self.variant} of {self.map_id}"
