"""Ratings by criterion, what agencies answer, and the figures that were told in public."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tinhso.kernel.clock
import tinhso.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0011_studio"),
        ("places", "0003_reorganisation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedFigure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=tinhso.kernel.clock.now, editable=False)),
                ("measure", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("unverified", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(default=tinhso.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="RatingReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=tinhso.kernel.clock.now, editable=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "Đã trả lời"),
                            ("mended", "Đã khắc phục"),
                            ("unfounded", "Phản ánh không đúng"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("by_name", models.CharField(max_length=255)),
                ("at", models.DateTimeField(default=tinhso.kernel.clock.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="rating",
            name="key",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, unique=True
            ),
        ),
        migrations.AddField(
            model_name="rating",
            name="marks",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="rating",
            name="shown_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(condition=models.Q(("shown_at", None)), fields=["dossier"], name="rating_not_shown"),
        ),
        migrations.AddField(
            model_name="publishedfigure",
            name="agency",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.agency"),
        ),
        migrations.AddField(
            model_name="ratingreply",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ratingreply",
            name="rating",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="reply", to="dossiers.rating"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.UniqueConstraint(fields=("year", "agency", "measure"), name="published_figure_once"),
        ),
    ]
