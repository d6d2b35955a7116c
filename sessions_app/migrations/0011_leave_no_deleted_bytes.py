"""Write the tables anew, once: what was deleted before is still in the files."""

from django.db import migrations

_HOW = {"sqlite": "VACUUM", "postgresql": "VACUUM FULL sessions_app_classminute"}


def write_anew(apps, schema_editor):
    if how := _HOW.get(schema_editor.connection.vendor):
        schema_editor.execute(how)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("sessions_app", "0010_access_that_ends"),
    ]

    operations = [
        migrations.RunPython(write_anew, migrations.RunPython.noop, elidable=True),
    ]
