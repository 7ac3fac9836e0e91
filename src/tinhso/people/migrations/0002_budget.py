"""The table of `kernel.throttle`: unlogged, because losing it in a crash only gives tries back."""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE kernel_budget (
    key char(64) PRIMARY KEY,
    spent timestamptz[] NOT NULL
);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE kernel_budget")]
