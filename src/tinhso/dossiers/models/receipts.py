"""The paper receipt of a dossier."""

from django.db import models

from tinhso.kernel import clock
from tinhso.kernel.models import Row


class Receipt(Row):
    """Form 01, “Giấy tiếp nhận hồ sơ và hẹn trả kết quả”, printed once; ``values`` is what stands on it."""

    dossier = models.OneToOneField("dossiers.Dossier", models.PROTECT, related_name="receipt")
    values = models.JSONField()
    file = models.ForeignKey("kernel.StoredFile", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
