"""The papers of the one-stop shop: numbered, their content fixed by the act that made them, drawn when first needed."""

from django.db import models

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Paper(Row):
    """One paper, whatever its kind (`papers.yaml` of the pack). ``values`` is what stands on it.

    Numbers run without a gap for each agency, kind and year (`Book`). The file is drawn and sealed on first view or by
    a job; until then ``done_at`` is None.
    """

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    #: None: it is about several dossiers, or about a book
    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, null=True, related_name="issued_papers")
    kind = models.CharField(max_length=30)
    #: what it was made of ("supplement:<id>"): one paper of a kind for each
    about = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    year = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    form = models.CharField(max_length=10, blank=True)  #: its number in the law, as the pack says
    law = models.CharField(max_length=30, blank=True)
    values = models.JSONField(default=dict)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    issued_by_name = models.CharField(max_length=255, blank=True)
    sealed = models.BooleanField(default=False)  #: the agency's seal is asked for
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_index=True)  #: SHA-256 of the file
    done_at = models.DateTimeField(null=True)
    #: `kernel.signing.Prepared` between the two phases of the seal; emptied when it is made
    prepared = models.BinaryField(null=True)
    key = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    try_after = models.DateTimeField(default=clock.real)  #: real time: a worker's lease, or the pause after a fault
    last_error = models.CharField(max_length=500, blank=True)
    prints = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "year", "number"], name="paper_number_once"),
            models.UniqueConstraint(fields=["kind", "about"], name="paper_about_once"),
        ]
        indexes = [
            models.Index(fields=["agency", "-issued_at", "-id"], name="paper_of_agency"),
            models.Index(fields=["try_after", "id"], condition=models.Q(done_at=None), name="paper_waiting"),
            models.Index(fields=["issued_at"], condition=models.Q(done_at=None), name="paper_waiting_since"),
        ]


class PaperDossier(Row):
    """A dossier on a hand-over list."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="lines")
    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "dossier"], name="paper_dossier_once")]


class PaperPrint(Row):
    """Somebody printed a paper: the first time the original, afterwards a copy that says which."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="printed")
    number = models.PositiveIntegerField()  #: 1 the original; n + 1 the copy marked "Bản in lại lần n"
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=255)
    printed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_print_once")]
