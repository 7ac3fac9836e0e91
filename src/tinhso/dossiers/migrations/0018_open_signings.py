from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0017_joints_at_counter")]

    operations = [
        migrations.AddIndex(
            model_name="signingsession",
            index=models.Index(
                fields=["id"], name="signing_open", condition=models.Q(("state", "done"), _negated=True)
            ),
        ),
    ]
