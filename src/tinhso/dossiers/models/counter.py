"""The counter: who stood there, the numbers they drew, the hours they asked for, the originals they showed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.models import Row
from tinhso.people.models import IdentifierKind


class AppointmentState(models.TextChoices):
    BOOKED = "booked", _("Đã hẹn")
    CAME = "came", _("Đã tới")
    CANCELLED = "cancelled", _("Đã hủy")


class Appointment(Row):
    """A place in a slot of an agency's opening hours. ``seat`` counts the places of the slot from 1: two bookings of
    one place cannot both be written."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    procedure = models.CharField(max_length=20, blank=True)
    procedure_name = models.CharField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AppointmentState.choices, default=AppointmentState.BOOKED)
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "starts_at", "seat"],
                condition=~models.Q(state="cancelled"),
                name="appointment_seat_once",
            ),
            models.UniqueConstraint(
                fields=["account", "starts_at"], condition=models.Q(state="booked"), name="appointment_of_account_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-starts_at"], name="appointment_of_account"),
            models.Index(
                fields=["starts_at"],
                condition=models.Q(state="booked", reminded_at=None),
                name="appointment_to_remind",
            ),
        ]


class TicketState(models.TextChoices):
    WAITING = "waiting", _("Đang chờ")
    CALLED = "called", _("Đang gọi")
    SKIPPED = "skipped", _("Vắng mặt")
    DONE = "done", _("Đã xong")


class TicketCounter(Row):
    """The running number of a service window and day: locked while it is taken."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    day = models.DateField()
    window = models.CharField(max_length=1)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day", "window"], name="ticket_counter_once")]


class Ticket(Row):
    """A number drawn at an agency's one-stop unit. It names nobody; ``appointment`` goes first once its hour came."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    day = models.DateField()
    window = models.CharField(max_length=1)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=TicketState.choices, default=TicketState.WAITING)
    issued_at = models.DateTimeField(default=clock.now)
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, related_name="ticket")
    appointed_at = models.DateTimeField(null=True)  #: the appointment's hour, for the order
    place = models.CharField(max_length=20, blank=True)  #: where to go: the number of the table that called
    first_called_at = models.DateTimeField(null=True)  #: the end of the wait
    called_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    called_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    called_by_name = models.CharField(max_length=255, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "day", "window", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["called_by"], condition=models.Q(state="called"), name="ticket_called_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "day", "window", "number"],
                condition=models.Q(state="waiting"),
                name="ticket_waiting",
            ),
            models.Index(fields=["agency", "day", "-called_at"], name="ticket_called"),
        ]

    @property
    def words(self) -> str:
        """As printed and called: A012."""
        return f"{self.window}{self.number:03d}"


class Presence(Row):
    """A person at the counter, and the identity paper that an official saw. They need no account."""

    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=IdentifierKind.choices)
    number = models.CharField(max_length=30)
    phone = models.CharField(max_length=20, blank=True)
    seen_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    seen_by_name = models.CharField(max_length=255)
    seen_at = models.DateTimeField(default=clock.now)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["seen_by", "-seen_at"], name="presence_of_official"),
            models.Index(fields=["person", "-seen_at"], name="presence_of_person"),
        ]

    @property
    def there(self) -> bool:
        """Whether the person is still at the counter: a visit ends when they leave, or with the day."""
        return self.ended_at is None and clock.local(self.seen_at).date() == clock.today()


class CopyState(models.TextChoices):
    ATTESTED = "attested", _("Chờ lãnh đạo ký")
    SIGNING = "signing", _("Đang ký")
    SIGNED = "signed", _("Chờ đóng dấu")
    SEALING = "sealing", _("Đang đóng dấu")
    ISSUED = "issued", _("Đã cấp")
    REFUSED = "refused", _("Không chứng thực")
    REVOKED = "revoked", _("Đã thu hồi")


class CertifiedCopy(Row):
    """A certified electronic copy of an original that was shown at the counter: attested, signed, sealed."""

    presence = models.ForeignKey(Presence, models.PROTECT, related_name="copies")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    agency = models.ForeignKey("places.Agency", models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)  #: what the original is
    original_number = models.CharField(max_length=60, blank=True)
    original_issuer = models.CharField(max_length=255, blank=True)
    attested_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    attested_by_name = models.CharField(max_length=255)
    attested_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.ATTESTED)
    number = models.CharField(max_length=60, blank=True)  #: in the agency's book of the year, from signing on
    signer = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    signer_name = models.CharField(max_length=255, blank=True)
    signer_position = models.CharField(max_length=255, blank=True)
    signer_authority = models.CharField(max_length=255, blank=True)
    sealed_by_name = models.CharField(max_length=255, blank=True)
    refusal = models.TextField(blank=True)
    #: `kernel.signing.Prepared` between the phases; emptied when the signature is made
    prepared = models.BinaryField(null=True)
    fault = models.CharField(max_length=500, blank=True)
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True, db_index=True)  #: SHA-256 of the signed file
    issued_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=255, blank=True)
    revoke_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "id"],
                condition=~models.Q(state__in=["issued", "refused", "revoked"]),
                name="certified_copy_open",
            ),
            models.Index(
                fields=["agency", "-id"],
                condition=models.Q(state__in=["issued", "revoked"]),
                name="certified_copy_made",
            ),
            models.Index(fields=["person", "-id"], name="certified_copy_of_person"),
        ]


class CopyPage(Row):
    """One scanned page of the original, in order."""

    copy = models.ForeignKey(CertifiedCopy, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["copy", "number"], name="copy_page_once")]
