from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_catalogue")]

    operations = [
        migrations.AddField(
            model_name="procedureversion",
            name="generic",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
