"""What is decided about officials over time: leave, acts that can be undone, roles that need two people."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row
from tinhso.people.models.accounts import Account
from tinhso.people.models.officials import Official, Role
from tinhso.people.models.validity import DURING, in_order, span


class Absence(Row):
    """Leave from a day to a day. Why is not kept: it may be an illness."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(Official, null=True, blank=True, on_delete=models.PROTECT, related_name="standing_in")
    basis = models.CharField(max_length=300, blank=True)  #: the paper that allows it
    valid_from = models.DateField()
    valid_to = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)  #: came back in the course of the last day
    begun = models.BooleanField(default=False)  #: the inbox was passed on

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="one_absence_at_a_time",
                condition=models.Q(ended_at__isnull=True),
                expressions=(("official", RangeOperators.EQUAL), (span(), DURING)),
            ),
            in_order("absence"),
        )
        indexes = (models.Index(fields=["valid_from"], condition=models.Q(begun=False), name="absence_to_begin"),)

    def __str__(self) -> str:
        return str(self.id)


class StaffActKind(models.TextChoices):
    """What was done to an official's posts."""

    POST_GRANTED = "post_granted", _("Giao vai trò")
    POST_ENDED = "post_ended", _("Kết thúc vai trò")
    TRANSFERRED = "transferred", _("Điều chuyển")
    LEAVE = "leave", _("Nghỉ, có hoặc không có người thay")
    LEAVE_ENDED = "leave_ended", _("Trở lại làm việc")
    SERVICE_ENDED = "service_ended", _("Thôi việc")
    AUTHORITY_GRANTED = "authority_granted", _("Giao quyền ký")
    AUTHORITY_ENDED = "authority_ended", _("Kết thúc quyền ký")
    REORGANISED = "reorganised", _("Chuyển cùng cơ quan khi sắp xếp")


class StaffAct(Row):
    """One act on an official, with what it changed, so that the newest one can be undone."""

    official = models.ForeignKey(Official, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=20, choices=StaffActKind.choices)
    day = models.DateField()  #: from when it holds
    basis = models.CharField(max_length=300, blank=True)  #: the decision behind it
    #: rows as they were and are: `people.terms.Change`
    changes = models.JSONField(default=dict)
    made_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["official", "-id"], name="acts_of_official"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class RoleProposal(Row):
    """A role above one agency: one administrator of the province proposes it, another one approves."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ người thứ hai duyệt")
        APPROVED = "approved", _("Đã duyệt")
        REFUSED = "refused", _("Không duyệt")
        WITHDRAWN = "withdrawn", _("Đã rút")

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="proposals")
    agency = models.ForeignKey("places.Agency", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_by_name = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["official", "agency", "role"], condition=models.Q(state="open"), name="one_open_proposal_a_role"
            ),
            models.CheckConstraint(
                name="nobody_approves_their_own_proposal",
                condition=~models.Q(state="approved") | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            in_order("role_proposal"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.id}"

    @property
    def expired(self) -> bool:
        """Nobody decided in time: it can only be proposed anew."""
        return self.state == self.State.OPEN and self.expires_at <= clock.now()
