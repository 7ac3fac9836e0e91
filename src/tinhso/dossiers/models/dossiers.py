"""The dossier: one application under a procedure, who held it, what was asked and decided."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.reckoning import Reckoning
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.events import Event
from tinhso.kernel.models import Row
from tinhso.places.queries import calendar_for
from tinhso.procedures.spec import Deadline


class Phase(models.TextChoices):
    """Where the dossier is in its life. The national status is derived from it, never typed."""

    SUBMITTED = "submitted", _("Mới nộp")
    RECEIVED = "received", _("Đã tiếp nhận")
    PROCESSING = "processing", _("Đang giải quyết")
    SUPPLEMENT = "supplement", _("Chờ bổ sung")
    SIGNED = "signed", _("Đã ký kết quả")
    RETURNED = "returned", _("Đã trả kết quả")
    NOT_ACCEPTED = "not_accepted", _("Không được tiếp nhận")
    REFUSED = "refused", _("Bị từ chối giải quyết")
    WITHDRAWN = "withdrawn", _("Đã rút")


#: Nothing more happens to a dossier in these.
CLOSED = frozenset({Phase.RETURNED, Phase.NOT_ACCEPTED, Phase.REFUSED, Phase.WITHDRAWN})


class Channel(models.TextChoices):
    """How the dossier came (national code list: 1 at the counter, 2 online, 3 by post)."""

    COUNTER = "1", _("Trực tiếp")
    ONLINE = "2", _("Trực tuyến")
    POST = "3", _("Bưu chính công ích")


class DossierCounter(Row):
    """The running number of the day at an agency (Circular 01/2018/TT-VPCP, art. 19): locked while it is taken."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="dossier_counter_once")]


class Dossier(Row):
    """One application under a procedure. ``version`` rises with each act: an act on an older one is refused."""

    code = models.CharField(max_length=60, unique=True)
    draft = models.OneToOneField("dossiers.Draft", models.PROTECT, related_name="dossier")
    #: None: filed at the counter for a person without an account; theirs by `applicant_person` once they have one
    applicant_account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    applicant_person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    applicant_name = models.CharField(max_length=255, blank=True)
    #: whose matter it is, for the queue (the child of a birth registration)
    subject_name = models.CharField(max_length=255, blank=True)
    #: last four digits of the applicant's telephone and identity numbers, for tracking without a log-in
    tracking_digits = ArrayField(models.CharField(max_length=4), default=list)
    procedure_version = models.ForeignKey("procedures.ProcedureVersion", models.PROTECT, related_name="+")
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    #: who identified them at the counter, when they filed there
    presence = models.ForeignKey("dossiers.Presence", models.PROTECT, null=True, related_name="dossiers")
    channel = models.CharField(max_length=1, choices=Channel.choices, default=Channel.ONLINE)
    data = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.SUBMITTED)
    version = models.PositiveIntegerField(default=1)
    last_actor = models.CharField(max_length=255, blank=True)
    last_act = models.CharField(max_length=100, blank=True)
    submitted_at = models.DateTimeField(default=clock.now)
    received_at = models.DateTimeField(null=True)
    #: what happened to the legal time, in order (`reckoning.Happening`): the acts write it beside their events, so that
    #: no list asks further; the events alone make the same (`clocks.replayed`, tested)
    happenings = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    #: cache for sorting and jobs; the truth is `clocks.due_at`, which each act asks again
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["applicant_account", "-submitted_at"], name="dossier_of_account"),
            models.Index(fields=["applicant_person", "-submitted_at"], name="dossier_of_person"),
            models.Index(fields=["agency", "-submitted_at"], name="dossier_of_agency"),
            models.Index(
                fields=["agency"],
                condition=~models.Q(phase__in=["returned", "not_accepted", "refused", "withdrawn"]),
                name="dossier_open_at_agency",
            ),
        ]

    #: not stored: the act under way changed what happened to the legal time
    clock_moved = False
    #: not stored: happenings and receipt when the legal time was last reckoned, and what came out (`clocks`)
    reckoned: tuple[list[Any], datetime | None, Reckoning] | None = None

    @property
    def closed(self) -> bool:
        return self.phase in CLOSED

    @cached_property
    def calendar(self) -> Calendar:
        """The agency's working calendar, read once for this object."""
        return calendar_for(self.agency_id)

    @cached_property
    def sheet(self) -> "list[Step]":
        """Its control sheet in order, read once for this object. An act changes it under the dossier's lock and writes
        it at its end (`taking`)."""
        return list(self.steps.order_by("number"))

    @cached_property
    def given(self) -> list[str]:
        """The component of each paper that was sent with it, in the order in which they were added; read once for this
        object."""
        sent = self.attachments.filter(supplement=None, removed_at=None).order_by("id")
        return list(sent.values_list("component", flat=True))

    @cached_property
    def engine(self) -> "EngineState | None":
        """The kept state of the workflow engine, read once for this object like the sheet."""
        return EngineState.objects.filter(dossier=self).first()

    @cached_property
    def told(self) -> "list[Event]":
        """What the act under way has to tell, in order; `taking` tells it at its end."""
        return []

    @property
    def deadline(self) -> Deadline:
        """The legal time of its procedure version."""
        return self.procedure_version.spec.deadline


class Step(Row):
    """Who held which step from when to when (the control sheet, form 05 of Circular 01/2018/TT-VPCP).

    A hand-over ends one row and opens the next, so a row has at most one holder.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="steps")
    #: the BPMN task, and its words when the step began
    task = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    #: the lane that may act, as the process said when the step began
    role = models.CharField(max_length=50)
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  #: order within the dossier
    began_at = models.DateTimeField(default=clock.now)
    holder = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    holder_name = models.CharField(max_length=255, blank=True)
    held_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(
        null=True
    )  #: its own share of the time: a cache like the dossier's; None while it stands
    sort_at = models.DateTimeField(default=clock.now)  #: the dossier's due time for the queue; far away while paused
    ended_at = models.DateTimeField(null=True)
    ended_version = models.PositiveIntegerField(null=True)  #: the dossier's version that ended it: the replay order
    ended_by_name = models.CharField(max_length=255, blank=True)
    #: "" while open, "handed-over" when only the holder changed, else the outcome that moved the process on
    outcome = models.CharField(max_length=50, blank=True)
    note = models.TextField(blank=True)  #: internal, for officials

    #: not stored: the act under way changed this row and has yet to write it
    touched = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="step_number_once"),
            models.UniqueConstraint(
                fields=["dossier", "task"], condition=models.Q(ended_at__isnull=True), name="step_open_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "role", "sort_at", "id"],
                condition=models.Q(ended_at__isnull=True),
                name="step_queue",
            ),
            models.Index(fields=["agency", "due_at"], condition=models.Q(ended_at__isnull=True), name="step_own_due"),
            models.Index(
                fields=["holder", "sort_at", "id"], condition=models.Q(ended_at__isnull=True), name="step_of_holder"
            ),
        ]


class Supplement(Row):
    """A request to complete the papers: asked once and completely (Decree 61/2018/NĐ-CP, art. 17, 19.4).

    A repeat names only points of the first request that the answer did not meet, and cites it.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplements")
    number = models.PositiveIntegerField()
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeats")
    #: [{"number": 1, "text": "…", "component": "…"}]; a repeat keeps the numbers of the first request
    points = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    in_time = models.BooleanField(default=True)  #: within three working days of examination (art. 19.4)
    asked_by_name = models.CharField(max_length=255)
    asked_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_version = models.PositiveIntegerField(null=True)  #: the dossier's version that the answer made
    answer = models.TextField(blank=True)
    #: topic → data as it was before the answer changed it
    replaced = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="supplement_number_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(answered_at__isnull=True), name="supplement_open_once"
            ),
        ]


class Refusal(Row):
    """A refusal with its legal reason (Decree 61/2018/NĐ-CP, art. 19.8)."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="refusal")
    reason = models.CharField(max_length=100)  #: the reason's id in the pack
    reason_title = models.CharField(max_length=500)
    article = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    in_time = models.BooleanField(default=True)  #: within the processing time, as art. 19.8 asks
    decided_by_name = models.CharField(max_length=255)
    decided_at = models.DateTimeField(default=clock.now)


class Proposal(Row):
    """What the specialist puts before the leader."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="proposals")
    text = models.TextField(blank=True)
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=255)
    proposed_at = models.DateTimeField(default=clock.now)


class EngineState(Row):
    """The workflow engine's state: a cache. Deleted, it is rebuilt from the steps by replay."""

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="engine_state")
    state = models.JSONField()
    dossier_version = models.PositiveIntegerField()
