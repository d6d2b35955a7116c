"""Counts lose their exact value, and each signal of a minute gets a status of its own."""

import math

from django.db import migrations, models
from django.db.models import F, Q

STATUSES = [
    ("released", "Released"),
    ("too_few", "Too few students"),
    ("paused", "Paused"),
    ("interrupted", "Interrupted"),
    ("off", "Not used"),
]
STEP = 5


def forget_exact_counts(apps, schema_editor):
    """Round what was counted down, and the bands, which follow from it, up."""
    minutes = apps.get_model("sessions_app", "ClassMinute").objects
    for minute in minutes.exclude(size=None, pulse_size=None).iterator():
        minute.size = _down(minute.size)
        minute.pulse_size = _down(minute.pulse_size)
        minute.band = minute.band and [_up(width) for width in minute.band]
        minute.valence_band = minute.valence_band and _up(minute.valence_band)
        minute.save(update_fields=["size", "pulse_size", "band", "valence_band"])


def say_what_became_of_each_signal(apps, schema_editor):
    minutes = apps.get_model("sessions_app", "ClassMinute").objects
    minutes.filter(session__pulse_on=True).update(pulse_status=F("status"))
    minutes.filter(pulse_status="released").update(pulse_status="too_few")
    minutes.exclude(pulse=None).update(pulse_status="released")
    minutes.filter(session__expression_on=False).exclude(status="released").update(
        status="off"
    )


def _down(count):
    return count and max(1, count // STEP * STEP)


def _up(width):
    return min(1.0, math.ceil(width * 20) / 20)


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0012_what_was_read")]

    operations = [
        migrations.RemoveIndex("classminute", "minutes_counted"),
        migrations.RemoveConstraint(
            "classminute", "a_suppressed_minute_keeps_no_numbers"
        ),
        migrations.RenameField("classminute", "n", "size"),
        migrations.RenameField("classminute", "pulse_n", "pulse_size"),
        migrations.AlterField(
            "classminute",
            "status",
            models.CharField(choices=STATUSES, max_length=11),
        ),
        migrations.AddField(
            "classminute",
            "pulse_status",
            models.CharField(choices=STATUSES, default="off", max_length=11),
        ),
        migrations.RunPython(forget_exact_counts, migrations.RunPython.noop),
        migrations.RunPython(say_what_became_of_each_signal, migrations.RunPython.noop),
        migrations.AddIndex(
            "classminute",
            models.Index(
                fields=["session", "status", "pulse_status", "coverage"],
                name="minutes_counted",
            ),
        ),
        migrations.AddConstraint(
            "classminute",
            models.CheckConstraint(
                name="a_suppressed_minute_keeps_no_numbers",
                condition=Q(status="released")
                | Q(
                    size__isnull=True,
                    shares__isnull=True,
                    band__isnull=True,
                    valence__isnull=True,
                    valence_band__isnull=True,
                ),
            ),
        ),
        migrations.AddConstraint(
            "classminute",
            models.CheckConstraint(
                name="a_suppressed_pulse_keeps_no_numbers",
                condition=Q(pulse_status="released")
                | Q(pulse__isnull=True, pulse_size__isnull=True),
            ),
        ),
    ]
