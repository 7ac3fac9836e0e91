"""What applicants think of how they were served, what the agency did about it, and what of it is told in public."""

from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Rating(Row):
    """The applicant's rating after the end, once (Decree 61/2018/NĐ-CP, art. 29–32).

    ``key`` is how officials name it: it tells neither the dossier nor, unlike our ids, the instant.
    """

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    marks = models.JSONField(default=dict)  #: number of the criterion → points of the answer (`pack.ratings`)
    key = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True)
    #: since when officials of the agency see it: together with several others (`dossiers.publishing`)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_one_to_five")
        ]
        indexes = [
            models.Index(fields=["dossier"], condition=models.Q(shown_at=None), name="rating_not_shown"),
        ]


class RatingReply(Row):
    """What the agency answers, or did about it, once. The applicant reads it on their dossier."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Đã trả lời")
        MENDED = "mended", _("Đã khắc phục")
        UNFOUNDED = "unfounded", _("Phản ánh không đúng")

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="reply")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    text = models.TextField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=255)
    at = models.DateTimeField(default=clock.now)


class PublishedFigure(Row):
    """A sum of a measure as it was last told in public, for an agency and a year: see `dossiers.publishing`."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    measure = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    unverified = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "agency", "measure"], name="published_figure_once"),
        ]
