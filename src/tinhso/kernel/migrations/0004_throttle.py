"""The table of `kernel.throttle`: unlogged, because losing it in a crash only gives tries back."""

from typing import ClassVar

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE kernel_budget (
    key char(64) PRIMARY KEY,
    spent timestamptz[] NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kernel", "0003_kept_answers")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, "DROP TABLE kernel_budget")]
