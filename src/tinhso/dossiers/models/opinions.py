"""What another agency is asked about a dossier while it is handled: content, its share of the time, its answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class ShareUnit(models.TextChoices):
    """In what an agency's share of the time is counted: working time of that agency."""

    HOURS = "hours", _("giờ làm việc")
    DAYS = "days", _("ngày làm việc")


class Stance(models.TextChoices):
    AGREES = "agrees", _("Đồng ý")
    AGREES_IF = "agrees_if", _("Đồng ý, có điều kiện")
    OBJECTS = "objects", _("Không đồng ý")
    OTHER = "other", _("Ý kiến khác")


class Opinion(Row):
    """A question to an agency of the house (``agency``), or to somebody outside it (``party``), whose answer the one
    who asked records (Decree 61/2018/NĐ-CP, art. 19.5). When it is due is no column: `opinions.due_of`."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="opinions")
    number = models.PositiveSmallIntegerField()
    agency = models.ForeignKey("places.Agency", models.PROTECT, null=True, related_name="+")
    party = models.CharField(max_length=255, blank=True)
    question = models.TextField()
    with_form = models.BooleanField(default=False)  #: the applicant's answers are shown to whoever is asked
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=5, choices=ShareUnit.choices)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=255)
    warned = models.JSONField(default=list)  #: ids of the rules by which officials were told of its time
    answered_at = models.DateTimeField(null=True)
    answered_by_name = models.CharField(max_length=255, blank=True)
    stance = models.CharField(max_length=10, choices=Stance.choices, blank=True)
    answer = models.TextField(blank=True)
    reference = models.CharField(max_length=100, blank=True)  #: number of the document that it stands in
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by_name = models.CharField(max_length=255, blank=True)
    taken_back_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "id"],
                condition=models.Q(answered_at=None, taken_back_at=None),
                name="opinion_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="opinion_number_once"),
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False, party="") | (models.Q(agency=None) & ~models.Q(party="")),
                name="opinion_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | models.Q(taken_back_at=None), name="opinion_ends_once"
            ),
        ]


class OpinionPaper(Row):
    """A paper of the dossier that whoever is asked may open."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="papers")
    attachment = models.ForeignKey("dossiers.Attachment", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "attachment"], name="opinion_paper_once")]
