import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0002_lti"),
    ]

    operations = [
        migrations.AddField(
            model_name="login",
            name="opened_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="panels",
                to="sessions_app.login",
            ),
        ),
    ]
