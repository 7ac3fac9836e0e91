"""A dossier goes to another agency when agencies are reorganised."""

from django.db import models

from tinhso.kernel.models import Row


class AgencyMove(Row):
    """One dossier, from one agency to another, under a plan. What happened before stays with the old agency."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="moves")
    from_agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    to_agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    reorganisation = models.ForeignKey("places.Reorganisation", models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    version = models.PositiveIntegerField()  #: the dossier's after the move

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reorganisation", "dossier"], name="moved_once_a_plan")]
