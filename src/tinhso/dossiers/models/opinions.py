"""What another agency is asked about a dossier while it is handled: content, its share of the time, its answer."""

from datetime import datetime

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.models import Row
from tinhso.places.queries import calendar_for


class ShareUnit(models.TextChoices):
    """In what an agency's share of the time is counted: working time of that agency."""

    HOURS = "hours", _("giờ làm việc")
    DAYS = "days", _("ngày làm việc")


class Stance(models.TextChoices):
    AGREES = "agrees", _("Đồng ý")
    AGREES_IF = "agrees_if", _("Đồng ý, có điều kiện")
    OBJECTS = "objects", _("Không đồng ý")
    INFORMS = "informs", _("Cung cấp thông tin")
    OTHER = "other", _("Ý kiến khác")


class Opinion(Row):
    """A question to an agency of the house (``agency``), or to somebody outside it (``party``), whose answer the one
    who asked records (Decree 61/2018/NĐ-CP, art. 19.5)."""

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
    due_at = models.DateTimeField()  #: cache for lists and jobs; the truth is `due`
    warned = models.JSONField(default=list)  #: what officials were told of it: rules of the pack, marks of `warning`
    answered_at = models.DateTimeField(null=True)
    answered_by_name = models.CharField(max_length=255, blank=True)
    came_on = models.DateField(null=True)  #: of an answer from outside: the day on which it arrived
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
                fields=["agency", "due_at", "id"],
                condition=models.Q(answered_at=None, taken_back_at=None),
                name="opinion_waiting",
            ),
            models.Index(
                fields=["agency", "-answered_at"], condition=models.Q(answered_at__isnull=False), name="opinion_given"
            ),
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

    @cached_property
    def calendar(self) -> Calendar:
        """Of whoever is asked, read once for this object; somebody outside is taken to work as the agency that asks."""
        return calendar_for(self.agency_id or self.dossier.agency_id)

    @property
    def asked_of(self) -> str:
        """Who is asked."""
        return self.agency.name if self.agency is not None else self.party

    @property
    def due(self) -> datetime:
        """The end of the share, which began with the question."""
        return due_from(self.asked_at, self.amount, self.unit, self.calendar)

    @property
    def waits(self) -> bool:
        """Whether an answer is still of use: not given, not taken back, and the dossier has neither result nor end."""
        open_ = self.dossier.finished_at is None and not self.dossier.closed
        return self.answered_at is None and self.taken_back_at is None and open_

    @property
    def late(self) -> bool:
        """Whether the answer came after its share; without one, whether the share is over while it is waited for."""
        if self.came_on is not None:
            return self.came_on > clock.local(self.due).date()
        if self.answered_at is None:
            return self.waits and clock.now() > self.due
        return self.answered_at > self.due


def due_from(asked_at: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    """The end of a share that began then."""
    if unit == ShareUnit.HOURS:
        return calendar.add_working_hours(asked_at, amount)
    return calendar.add_working_days(asked_at, amount)


class OpinionPaper(Row):
    """A paper of the dossier that whoever is asked may open."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="papers")
    attachment = models.ForeignKey("dossiers.Attachment", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opinion", "attachment"], name="opinion_paper_once")]
