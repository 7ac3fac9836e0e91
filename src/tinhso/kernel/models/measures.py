"""Numbers kept while things happen: what each record adds, and the sums that pages read."""

from django.db import models
from django.db.models import F


class Grain(models.TextChoices):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Counted(models.Model):
    """What one record adds to one measure now. A row without a day adds nothing: the record is not counted."""

    measure = models.CharField(max_length=60)
    record = models.UUIDField()
    day = models.DateField(null=True)
    scope = models.UUIDField(null=True)
    place = models.UUIDField(null=True)
    numerator = models.BigIntegerField(default=0)
    denominator = models.BigIntegerField(default=0)
    unverified = models.BigIntegerField(default=0)  #: 1 when what it adds rests on something not verified

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "record"], name="kernel_counted_once")]
        indexes = [
            models.Index(F("measure"), F("day").desc(), F("record").desc(), name="kernel_counted_by_day"),
            models.Index(F("measure"), F("scope"), F("day").desc(), F("record").desc(), name="kernel_counted_by_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.record}"


class Rollup(models.Model):
    """The sum of what the records of a day, month or year add, for each scope and place."""

    measure = models.CharField(max_length=60)
    grain = models.CharField(max_length=5, choices=Grain.choices)
    start = models.DateField()
    scope = models.UUIDField(null=True)
    place = models.UUIDField(null=True)
    numerator = models.BigIntegerField(default=0)
    denominator = models.BigIntegerField(default=0)
    unverified = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "grain", "start", "scope", "place"], nulls_distinct=False, name="kernel_rollup_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.grain} {self.start}"
