"""A draft: what a citizen has filled in so far, and the papers added to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Draft(Row):
    """An application being filled in. Submitted drafts are locked; none is ever deleted by an error."""

    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    procedure_version = models.ForeignKey("procedures.ProcedureVersion", models.PROTECT, related_name="+")
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    #: pointer of a prefilled field → {"source": where it comes from, "at": when it was read, "since": first written}
    sources = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    #: topic → the draft's version when that topic was last saved: two tabs collide only on the same topic
    topic_versions = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=clock.now)
    #: filled in at the counter for a person who stands there; the account is then the official's
    presence = models.ForeignKey("dossiers.Presence", models.PROTECT, null=True, related_name="drafts")
    submission_key = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-saved_at"], name="draft_of_account"),
            models.Index(fields=["agency"], condition=models.Q(submitted_at__isnull=True), name="draft_open_at_agency"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "submission_key"],
                condition=~models.Q(submission_key=""),
                name="draft_submission_key_once",
            )
        ]

    @property
    def locked(self) -> bool:
        """Submitted: the dossier now holds the data."""
        return self.submitted_at is not None


class SideCopy(Row):
    """What a second tab tried to save over a newer text: kept beside the draft, never thrown away."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="side_copies")
    topic = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    based_on = models.PositiveIntegerField()


class Original(models.TextChoices):
    """What became of the paper original that was shown at the counter."""

    UNSEEN = "", _("Chưa xem bản chính")
    SEEN = "seen", _("Đã xem bản chính, đang giữ tại quầy")
    RETURNED = "returned", _("Đã xem và trả lại bản chính")


class Attachment(Row):
    """A paper of the application: a stored file filling one component that the procedure asks for."""

    draft = models.ForeignKey(Draft, models.PROTECT, null=True, related_name="attachments")
    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, null=True, related_name="attachments")
    supplement = models.ForeignKey("dossiers.Supplement", models.PROTECT, null=True, related_name="attachments")
    component = models.CharField(max_length=100)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    added_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    original = models.CharField(max_length=10, choices=Original.choices, blank=True)
    original_at = models.DateTimeField(null=True)
    #: what the state holds already and nobody brings again: {"source": …, "at": …}; empty for a paper that was brought
    held = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=False) | models.Q(dossier__isnull=False),
                name="attachment_belongs_somewhere",
            )
        ]
