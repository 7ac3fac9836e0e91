"""Trials: last year's dossiers through a draft of a process."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models import Row


class ProcessTrial(Row):
    """One run of the dossiers of a year through a draft. ``report`` is `trials.Report` as JSON; it names dossiers by
    their code, no person."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang chờ tiến trình việc nền")
        RUNNING = "running", _("Đang chạy")
        DONE = "done", _("Xong")
        FAILED = "failed", _("Không chạy được")

    draft = models.ForeignKey("procedures.ProcessDraft", models.CASCADE, related_name="+")
    draft_version = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  #: percent
    report = models.JSONField(default=dict)
    fault = models.CharField(max_length=500, blank=True)
    asked_by_name = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["draft", "-id"], name="trial_of_draft")]
        constraints = [
            models.UniqueConstraint(
                fields=["draft"], condition=models.Q(state__in=["waiting", "running"]), name="one_trial_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"trial {self.id} ({self.state})"
