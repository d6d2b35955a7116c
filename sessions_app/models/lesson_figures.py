"""The sums of a lesson's released minutes, so that a list of lessons reads no minute."""

from django.db import models

from sessions_app.models.session import ClassSession


class LessonFigures(models.Model):
    """One row per lesson that is over; `minutes.figures.Figures` says what each sum is.

    It can be made again from the minutes at any time (`manage.py rebuild_figures`).
    """

    session = models.OneToOneField(
        ClassSession,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="figures",
    )
    minutes = models.PositiveIntegerField(default=0)
    expression_released = models.PositiveIntegerField(default=0)
    expression_too_few = models.PositiveIntegerField(default=0)
    expression_paused = models.PositiveIntegerField(default=0)
    expression_interrupted = models.PositiveIntegerField(default=0)
    expression_off = models.PositiveIntegerField(default=0)
    pulse_released = models.PositiveIntegerField(default=0)
    pulse_too_few = models.PositiveIntegerField(default=0)
    pulse_paused = models.PositiveIntegerField(default=0)
    pulse_interrupted = models.PositiveIntegerField(default=0)
    pulse_off = models.PositiveIntegerField(default=0)
    groups_pleased = models.FloatField(default=0)
    groups_calm = models.FloatField(default=0)
    groups_strained = models.FloatField(default=0)
    expression_size = models.PositiveIntegerField(default=0)
    expression_noise = models.FloatField(default=0)
    pulse_lost = models.FloatField(default=0)
    pulse_too_fast = models.FloatField(default=0)
    pulse_ok = models.FloatField(default=0)
    pulse_too_slow = models.FloatField(default=0)
    pulse_no_answer = models.FloatField(default=0)
    answers_lost = models.FloatField(default=0)
    answers_too_fast = models.FloatField(default=0)
    answers_ok = models.FloatField(default=0)
    answers_too_slow = models.FloatField(default=0)
    pulse_size = models.PositiveIntegerField(default=0)
    pulse_noise = models.FloatField(default=0)
    coverage_few = models.PositiveIntegerField(default=0)
    coverage_half = models.PositiveIntegerField(default=0)
    coverage_most = models.PositiveIntegerField(default=0)
    unusual = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Figures of {self.session_id}"
