"""Courses get a lasting join code, and classes a time that they are planned for."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import sessions_app.models.session


def give_codes(apps, schema_editor):
    """One code for each course that there is; a default would give all the same."""
    for course in apps.get_model("sessions_app", "Course").objects.all():
        course.join_code = sessions_app.models.session.new_join_code()
        course.save(update_fields=["join_code"])


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="classsession",
            name="planned_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="course",
            name="join_code",
            field=models.CharField(max_length=12, null=True),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="course",
            name="join_code",
            field=models.CharField(
                default=sessions_app.models.session.new_join_code,
                max_length=12,
                unique=True,
            ),
        ),
        migrations.CreateModel(
            name="ReplacedCode",
            fields=[
                (
                    "code",
                    models.CharField(max_length=12, primary_key=True, serialize=False),
                ),
                (
                    "replaced_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replaced_codes",
                        to="sessions_app.course",
                    ),
                ),
            ],
        ),
    ]
