"""Process maps and the dossiers behind their numbers."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.kernel.clock
import tinhso.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0012_ratings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcessMap",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=tinhso.kernel.clock.now, editable=False)),
                ("agencies", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("procedure", models.CharField(max_length=20)),
                ("procedure_name", models.CharField(max_length=500)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Đang tính"), ("ready", "Đã tính xong")], default="waiting", max_length=10
                    ),
                ),
                ("asked_at", models.DateTimeField(default=tinhso.kernel.clock.now)),
                ("as_of", models.DateTimeField(null=True)),
                ("took_ms", models.PositiveIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MapGroup",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("variant", models.PositiveIntegerField()),
                ("cause", models.IntegerField()),
                ("chunk", models.PositiveIntegerField()),
                ("dossiers", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "map",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="dossiers.processmap"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="processmap",
            index=models.Index(fields=["account", "-asked_at", "-id"], name="process_map_of_account"),
        ),
        migrations.AddConstraint(
            model_name="mapgroup",
            constraint=models.UniqueConstraint(fields=("map", "variant", "cause", "chunk"), name="map_group_once"),
        ),
    ]
