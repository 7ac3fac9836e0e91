"""What the applicant and the agency write to each other about a dossier. No formal act: those are rows of their own."""

from django.db import models

from tinhso.kernel.models import Row


class Message(Row):
    """One message of a dossier's thread. ``read_at``: when the other side first opened it (any official there)."""

    dossier = models.ForeignKey("dossiers.Dossier", models.PROTECT, related_name="messages", db_index=False)
    from_office = models.BooleanField()
    author = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=255)
    text = models.TextField(blank=True)
    key = models.CharField(max_length=64, blank=True)  #: the sender's own mark: sent twice, it is one message
    read_at = models.DateTimeField(null=True)
    read_by_name = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "id"], name="message_of_dossier"),
            models.Index(fields=["dossier"], name="message_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["id"], name="message_for_office", condition=models.Q(read_at=None, from_office=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "author", "key"], name="message_once", condition=~models.Q(key="")
            )
        ]


class MessageFile(Row):
    """A file that came with a message."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="files")
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
