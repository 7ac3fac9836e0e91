"""Subjects ("dossier:<uuid>") are compared by their bytes: nobody sorts them as Vietnamese words, which costs a search
of an index several times as much and its making most of the time (decision 0228).

No row is written anew, but the indexes that begin with a subject are: minutes at a million dossiers. What the planner
knew of the columns is gone with their type, so it is told again.
"""

from typing import ClassVar

from django.db import migrations, models

SUBJECTS = """
ALTER TABLE kernel_event ALTER COLUMN subject TYPE text COLLATE "{0}";
ALTER TABLE kernel_audit ALTER COLUMN subject TYPE text COLLATE "{0}";
"""


KNOWN = "ANALYZE kernel_event (subject); ANALYZE kernel_audit (subject); ANALYZE kernel_notification (subject);"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kernel", "0008_places_by_default")]
    operations: ClassVar = [
        migrations.RunSQL(SUBJECTS.format("C"), SUBJECTS.format("default")),
        migrations.AlterField(
            "notification", "subject", models.CharField(blank=True, db_collation="C", max_length=200)
        ),
        migrations.RunSQL(KNOWN, KNOWN),
    ]
