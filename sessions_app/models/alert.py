"""What teachers answered about alerts; the alerts themselves follow from the minutes."""

from django.db import models

from sessions_app.enums import Purpose
from sessions_app.models.session import ClassSession


class AlertAnswer(models.Model):
    """An alert of a lesson that was put away, perhaps with an answer; nothing of a student."""

    session = models.ForeignKey(
        ClassSession, on_delete=models.CASCADE, related_name="alert_answers"
    )
    # Which one: its signal, and the minute at whose end it was told (`minutes/alerts.py`).
    signal = models.CharField(max_length=10, choices=Purpose.choices)
    index = models.PositiveIntegerField()
    useful = models.BooleanField(null=True)  # "Was this useful?"; None: not answered

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "signal", "index"], name="an_alert_has_one_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.signal}-{self.index}"
