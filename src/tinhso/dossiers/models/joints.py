"""A joined filing: several procedures filed at once, known by the code of the part that it began with."""

from django.db import models
from django.utils.functional import cached_property

from tinhso.dossiers.joined.spec import Joined, PartSpec
from tinhso.dossiers.joined.standing import State
from tinhso.kernel.models import Row


class Joint(Row):
    """One filing, one receipt, one return. ``definition`` is the pack's joined procedure as it was when begun, with the
    chosen parts alone. Its row is locked before any of its dossiers, by everything that changes the whole."""

    key = models.CharField(max_length=60)
    definition = models.JSONField()
    #: who fills it in; once sent from a counter, the applicant's, if they have one
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    presence = models.ForeignKey("dossiers.Presence", models.PROTECT, null=True, related_name="joints")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    applicant_name = models.CharField(max_length=255, blank=True)
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")  #: the office that takes it
    code = models.CharField(max_length=60, blank=True)  #: that of the first part's dossier; "" until sent
    return_each = models.BooleanField(default=False)  #: each result when it is ready, instead of all at once
    submitted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="joint_of_account"),
            models.Index(fields=["person", "-id"], name="joint_of_person", condition=models.Q(account=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="joint_code_once"),
        ]

    @cached_property
    def spec(self) -> Joined:
        return Joined.model_validate(self.definition)


class JointPart(Row):
    """One part of it: an ordinary dossier, or what an agency outside the system does, as the office records it.

    ``state`` is the joint's view of the part, brought up to date under the joint's lock (`joined.moving`).
    """

    joint = models.ForeignKey(Joint, models.PROTECT, related_name="parts")
    key = models.CharField(max_length=30)
    number = models.PositiveSmallIntegerField()
    #: whose desk it lies on; the office's for a part that an outside agency does
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    outside = models.BooleanField(default=False)
    draft = models.OneToOneField("dossiers.Draft", models.PROTECT, null=True, related_name="joint_part")
    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, null=True, related_name="joint_part")
    state = models.CharField(max_length=10, choices=[(s, s) for s in State], default=State.WAITING)
    reason = models.TextField(blank=True)  #: why it was refused, withdrawn or never begun
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: of an outside part: what is handed over, in words; when and by whom; what came back
    told = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    sent_by_name = models.CharField(max_length=255, blank=True)
    sent_note = models.TextField(blank=True)
    reference = models.CharField(max_length=100, blank=True)
    answered_by_name = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["joint", "key"], name="joint_part_once")]
        indexes = [
            models.Index(
                fields=["agency", "began_at", "id"],
                condition=models.Q(outside=True, state="open"),
                name="joint_part_outside",
            )
        ]

    @property
    def spec(self) -> PartSpec:
        return self.joint.spec.part(self.key)

    @property
    def elsewhere(self) -> bool:
        """Another agency's matter, which the office that took the filing hands over."""
        return self.spec.agency != ""
