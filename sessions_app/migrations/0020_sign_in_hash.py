from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0019_list_by_the_day_of_the_lesson"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="participant", name="who_signed_in_joins_once"
        ),
        migrations.RenameField(
            model_name="participant", old_name="mark", new_name="sign_in_hash"
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sign_in_hash", ""), _negated=True),
                fields=("session", "sign_in_hash"),
                name="who_signed_in_joins_once",
            ),
        ),
    ]
