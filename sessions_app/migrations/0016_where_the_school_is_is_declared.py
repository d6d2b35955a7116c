"""No default says where the school is; what one said is asked again."""

from django.db import migrations, models


def ask_again(apps, schema_editor):
    """Elsewhere was the default, so it may be nobody's declaration."""
    policies = apps.get_model("sessions_app", "Policy").objects
    policies.filter(jurisdiction="other").update(jurisdiction="")


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0015_one_cookie_for_all_classes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="policy",
            name="jurisdiction",
            field=models.CharField(
                blank=True,
                choices=[("eu", "European Union or EEA"), ("other", "Elsewhere")],
                default="",
                max_length=10,
                verbose_name="where the school is",
            ),
        ),
        migrations.RunPython(ask_again, migrations.RunPython.noop, elidable=True),
    ]
