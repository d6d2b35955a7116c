"""Keep no invitation's token, only its hash; links that are on their way still work.

Nor the forms of failed log-ins, which axes had stored.
"""

import hashlib

from django.db import migrations, models


def hash_tokens(apps, schema_editor):
    invitations = apps.get_model("sessions_app", "Invitation").objects.all()
    for invitation in invitations:
        token = invitation.token_hash
        invitation.token_hash = hashlib.sha256(token.encode()).hexdigest()
    invitations.model.objects.bulk_update(invitations, ["token_hash"])


def forget_forms(apps, schema_editor):
    apps.get_model("axes", "AccessAttempt").objects.update(get_data="", post_data="")


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0008_no_class_sums"),
        ("axes", "0001_initial"),
    ]

    operations = [
        migrations.RenameField("invitation", "token", "token_hash"),
        migrations.AlterField(
            "invitation", "token_hash", models.CharField(max_length=64, unique=True)
        ),
        migrations.RunPython(hash_tokens, elidable=True),
        migrations.RunPython(forget_forms, elidable=True),
    ]
