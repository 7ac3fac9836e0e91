"""Answers kept for a day so that a repeated POST is not done twice."""

from django.db import models

from tinhso.kernel.models.row import Row


class KeptAnswer(Row):
    """What an account's POST with an Idempotency-Key was answered. Purged after a day."""

    account = models.UUIDField()
    key = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    fingerprint = models.CharField(max_length=64)  #: SHA-256 of what was sent
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["created_at"], name="answer_by_age")]
