"""What the desk keeps beside dossiers: bulk acts, saved views, exported lists, the words that a search finds."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class BulkAct(Row):
    """One act on many dossiers: what was done and what was refused, each with its reason.

    ``done``: [{"dossier", "code", "version" after it, "step", "holder" before it}]; ``refused``: [{"dossier", "code",
    "why"}]; ``undone`` likewise what an undoing could not take back.
    """

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    at = models.DateTimeField(default=clock.now)
    to_account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    done = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    kept = models.JSONField(default=list)  #: what the undoing could not take back, each with its reason

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="bulk_act_of_account")]


class SavedView(Row):
    """Filters under a name: one's own, or shared with who works on dossiers at an agency."""

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    account_name = models.CharField(max_length=255)
    agency = models.ForeignKey("places.Agency", models.PROTECT, null=True, related_name="+")  #: null: private
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=models.Q(agency=None), name="saved_view_once_of_account"
            ),
            models.UniqueConstraint(
                fields=["agency", "name"], condition=models.Q(agency__isnull=False), name="saved_view_once_of_agency"
            ),
        ]


class Export(Row):
    """A list of dossiers as a file, made by a job, for everybody who works on dossiers at the agency, for some days."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang làm")
        READY = "ready", _("Tải được")
        FAILED = "failed", _("Chưa làm được, sẽ thử lại")
        EXPIRED = "expired", _("Đã hết hạn")

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel (XLSX)"
        CSV = "csv", "CSV"

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    account_name = models.CharField(max_length=255)
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    filters = models.JSONField(default=dict)
    #: the lanes of who asked, as they were then
    roles = ArrayField(models.CharField(max_length=50), default=list)
    format = models.CharField(max_length=4, choices=Format.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    cut = models.BooleanField(default=False)  #: more dossiers fitted than one export holds
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    #: which dossiers stand in it: who reads the file reads these
    dossiers = ArrayField(models.UUIDField(), default=list)
    #: officials whose own dossier stands in it: it is not theirs to see at the desk
    hidden_from = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-asked_at", "-id"], name="export_of_agency"),
            models.Index(fields=["expires_at"], condition=models.Q(file__isnull=False), name="export_to_expire"),
        ]


class SearchWords(models.Model):
    """The words by which a dossier is found, without marks: a trigger writes them (migration 0008), nothing else does.

    Weight A: its code; B: the names; D: what was written into it. Its agency is a word too, so that the index itself
    leaves out what is not for the asker.
    """

    dossier = models.OneToOneField("dossiers.Dossier", models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="dossier_words")]

    def __str__(self) -> str:
        return f"words of {self.dossier_id}"


class DuesRefresh(Row):
    """One row: by which state of the working calendars the cached due times were last reckoned, and how far."""

    only = models.PositiveSmallIntegerField(default=1, unique=True)
    stamp = models.UUIDField(null=True)  #: of the calendars, when the refreshing under way began
    after = models.UUIDField(null=True)  #: the last dossier done
    finished = models.BooleanField(default=True)
