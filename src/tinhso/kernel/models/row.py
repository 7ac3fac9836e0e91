"""What every stored thing has."""

from django.db import models

from tinhso.kernel import clock
from tinhso.kernel.ids import new_id


class Row(models.Model):
    """A stored thing: an opaque, time-ordered id and the business instant of its making."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
