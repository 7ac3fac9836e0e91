"""Notifications: what an account is told, by which channels, and how each sending went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.models.row import Row


class Channel(models.TextChoices):
    """Ways out of the house; the page of notifications itself is always on."""

    EMAIL = "email", _("Thư điện tử")
    SMS = "sms", _("Tin nhắn SMS")


class Notification(Row):
    """Something an account is told. Words are made from kind and context when read, in the reader's language."""

    account = models.UUIDField()
    kind = models.CharField(max_length=100)
    context = models.JSONField(default=dict)
    subject = models.CharField(max_length=200, blank=True, db_collation="C")  #: "dossier:<uuid>"
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="kernel_notification_of"),
            models.Index(fields=["account"], name="kernel_notification_new", condition=models.Q(read_at=None)),
            models.Index(fields=["subject", "account"], name="kernel_notification_about"),
        ]


class ChannelChoice(Row):
    """An account's own choice for one channel and one topic; without one the kind's default holds. Without a topic it
    is the house's word for all of them (sample accounts get no letters)."""

    account = models.UUIDField()
    topic = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint("account", "channel", "topic", name="kernel_channel_choice_each")]


class SendingState(models.TextChoices):
    WAITING = "waiting", _("Đang gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Không gửi được")


class NotificationSending(Row):
    """One notification through one channel."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="sendings")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=SendingState.choices, default=SendingState.WAITING)
    sent_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("notification", "channel", name="kernel_sending_once")]
