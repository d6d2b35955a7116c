"""The class mood, one row per closed minute, exactly as it was released."""

from django.db import models

from sessions_app.enums import Coverage, Inference, MinuteStatus
from sessions_app.models.session import ClassSession

_NO_EXPRESSION = {
    "size__isnull": True,
    "groups__isnull": True,
    "groups_band__isnull": True,
    "groups_alone__isnull": True,
    "groups_alone_band__isnull": True,
    "numbers__isnull": True,
    "shares__isnull": True,
    "band__isnull": True,
    "valence__isnull": True,
    "valence_band__isnull": True,
    "statement": "",
}

_NO_PULSE = {
    "pulse__isnull": True,
    "pulse_band__isnull": True,
    "pulse_size__isnull": True,
    "answers__isnull": True,
    "answers_band__isnull": True,
    "pulse_statement": "",
}


class ClassMinute(models.Model):
    """A closed minute. Every exit reads this row; nothing is estimated again."""

    session = models.ForeignKey(
        ClassSession, on_delete=models.CASCADE, related_name="minutes"
    )
    index = models.PositiveIntegerField()  # minutes of window_s since the start
    starts_at = models.DateTimeField()
    status = models.CharField(max_length=11, choices=MinuteStatus.choices)  # expression
    size = models.PositiveIntegerField(null=True)  # about how many contributed to it
    # Share of each group of labels, given this minute and those before it
    groups = models.JSONField(null=True)
    groups_band = models.JSONField(null=True)  # half width of the 90 % interval
    # The same of this minute alone: what is compared or added up
    groups_alone = models.JSONField(null=True)
    groups_alone_band = models.JSONField(null=True)
    # As they left, with their noise: the next minutes are read with them. Shown nowhere,
    # and deleted when the lesson ends
    numbers = models.JSONField(null=True)
    shares = models.JSONField(null=True)  # one per label; none in a small class
    band = models.JSONField(null=True)  # half width of the 90 % interval, per label
    valence = models.FloatField(null=True)  # -1 to 1
    valence_band = models.FloatField(null=True)
    # The claim that holds in nine cases of ten; blank: none is sure enough
    statement = models.CharField(max_length=24, blank=True)
    unusual = models.BooleanField(default=False)  # faces unlike those learned from
    pulse_status = models.CharField(
        max_length=11, choices=MinuteStatus.choices, default=MinuteStatus.OFF
    )
    pulse = models.JSONField(null=True)  # share per tap, and of no answer
    pulse_band = models.JSONField(null=True)  # half width of the 90 % interval
    pulse_size = models.PositiveIntegerField(null=True)  # about how many were asked
    answers = models.JSONField(null=True)  # share per tap, of those who answered
    answers_band = models.JSONField(null=True)  # half width of the 90 % interval
    pulse_statement = models.CharField(max_length=24, blank=True)  # as `statement`
    coverage = models.CharField(max_length=4, choices=Coverage.choices, blank=True)
    # Where pictures were allowed to be read when it closed; blank where nothing was released.
    inference = models.CharField(
        max_length=6, choices=Inference.choices, blank=True, default="", db_default=""
    )
    artefact = models.CharField(max_length=64, blank=True)  # hash of the model used
    estimator = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["session", "index"]
        indexes = [
            # All that digests count, so that they never read the rows themselves.
            models.Index(
                fields=["session", "status", "pulse_status", "coverage"],
                name="minutes_counted",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "index"], name="a_minute_closes_once"
            ),
            models.CheckConstraint(
                name="a_suppressed_minute_keeps_no_numbers",
                condition=models.Q(status=MinuteStatus.RELEASED)
                | models.Q(**_NO_EXPRESSION),
            ),
            models.CheckConstraint(
                name="a_suppressed_pulse_keeps_no_numbers",
                condition=models.Q(pulse_status=MinuteStatus.RELEASED)
                | models.Q(**_NO_PULSE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} minute {self.index}"
