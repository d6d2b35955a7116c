"""Store what a student read with each decision, and hold the class to it.

What was read in classes of before is not known; they are held to the policy of today.
"""

from django.conf import settings
from django.db import migrations, models


def hold_to_the_policy_of_today(apps, schema_editor):
    decided = apps.get_model("sessions_app", "Policy").objects.first()
    joined = apps.get_model("sessions_app", "Participant").objects.values("session")
    apps.get_model("sessions_app", "ClassSession").objects.filter(pk__in=joined).update(
        min_group=max(settings.FER_MIN_GROUP, decided.min_group if decided else 0),
        kept_days=decided.sessions_kept_days if decided else 365,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0011_leave_no_deleted_bytes"),
    ]

    operations = [
        migrations.AddField(
            model_name="classsession",
            name="kept_days",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="classsession",
            name="min_group",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="kept_days",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="min_group",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.RunPython(
            hold_to_the_policy_of_today, migrations.RunPython.noop, elidable=True
        ),
    ]
