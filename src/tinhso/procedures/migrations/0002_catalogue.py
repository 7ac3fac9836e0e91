import django.contrib.postgres.fields
from django.db import migrations, models

import tinhso.kernel.clock
import tinhso.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guide",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=tinhso.kernel.clock.now, editable=False)),
                ("only", models.PositiveSmallIntegerField(default=1, unique=True)),
                ("stamp", models.UUIDField(default=tinhso.kernel.ids.new_id)),
                ("synonyms", models.JSONField(default=dict)),
                ("life_events", models.JSONField(default=list)),
                ("suffixes", models.JSONField(default=list)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveField(
            model_name="procedureversion",
            name="search_text",
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="agency_levels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="complete",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="keywords",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="online_level",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="online_verified",
            field=models.BooleanField(default=False),
        ),
        # What was published before is complete: its level and its words are in its own rows.
        migrations.RunSQL(
            """UPDATE procedures_procedureversion
               SET agency_levels = ARRAY[agency_level],
                   keywords = ARRAY(SELECT word FROM jsonb_array_elements_text(
                       jsonb_build_array(definition->'title') || COALESCE(definition->'keywords', '[]')) AS word
                       WHERE word IS NOT NULL)""",
            migrations.RunSQL.noop,
        ),
    ]
