"""The result: its number in the civil-status book, its signed file, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Book(Row):
    """A yearly book of an agency: numbers run from 1 each year without a gap."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=100)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)  #: its agency is gone: no further line

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "kind", "year"], name="book_once")]


class BookEntry(Row):
    """One numbered line of a book. A mistake is voided with its reason, never removed."""

    book = models.ForeignKey(Book, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="book_entries")
    written_at = models.DateTimeField(default=clock.now)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="book_entry_once")]
        indexes = [models.Index(fields=["book", "-written_at", "-id"], name="book_entry_by_time")]


class ResultState(models.TextChoices):
    PREPARING = "preparing", _("Đang lập")
    SIGNING = "signing", _("Đang ký")
    ACTIVE = "active", _("Có hiệu lực")
    REVOKED = "revoked", _("Đã thu hồi")
    SUPERSEDED = "superseded", _("Đã được thay thế")


class Result(Row):
    """The document that answers a dossier. ``values`` is what was printed, kept to print it again."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="results")
    entry = models.ForeignKey(BookEntry, models.PROTECT, null=True, related_name="results")
    title = models.CharField(max_length=255)
    number = models.CharField(max_length=60, blank=True)  #: as printed, e.g. 12/2026
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=ResultState.choices, default=ResultState.PREPARING)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_index=True)  #: SHA-256 of the signed file
    issued_at = models.DateTimeField(null=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="superseded_by")
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=255, blank=True)
    revoke_reason = models.TextField(blank=True)
    reissue_reason = models.TextField(blank=True)

    #: Who signed or is asked to; set by `queries.results_of`.
    signed: list["Signature"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=models.Q(state="active"), name="result_active_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(state__in=["preparing", "signing"]),
                name="result_under_way_once",
            ),
        ]


class Signature(Row):
    """Who signed what, in which form (KT., TL., TUQ.), under which authority."""

    result = models.ForeignKey(Result, models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=10, choices=[("person", _("Chữ ký")), ("seal", _("Con dấu"))])
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    form = models.CharField(max_length=10, blank=True)
    on_behalf_of = models.CharField(max_length=255, blank=True)
    position = models.CharField(max_length=255, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "kind"], name="signature_kind_once")]


class SigningSession(Row):
    """Two-phase signing: the state kept between `begin` and `complete`, however long that takes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ ký")
        PREPARED = "prepared", _("Đã chuẩn bị")
        DONE = "done", _("Đã ký")
        FAILED = "failed", _("Chưa ký được, sẽ thử lại")

    signature = models.OneToOneField(Signature, models.PROTECT, related_name="session")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    key = models.CharField(max_length=255, blank=True)
    #: `kernel.signing.Prepared` between the phases; emptied when the signature is made
    prepared = models.BinaryField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        #: what a job looks for every minute among millions that are done
        indexes = [models.Index(fields=["id"], name="signing_open", condition=~models.Q(state="done"))]


def being_signed(dossier: models.Model) -> bool:
    """Whether an order to sign a result of this dossier is not carried out yet, up to the seal."""
    return Result.objects.filter(dossier_id=dossier.pk, state__in=(ResultState.PREPARING, ResultState.SIGNING)).exists()
