"""The question about a moment that a teacher asks a class afterwards, and what was answered."""

from django.db import models
from django.utils import timezone

from sessions_app.models.session import ClassSession

MAX_QUESTION = 140  # characters
MAX_ANSWER = 200  # characters


class Question(models.Model):
    """One of a lesson. Answers are texts in this row, in no order, and no rows of their own.

    Rows have an order, and a database knows when each was written; so each answer that comes
    writes all of them again, shuffled. Who has answered is a mark of the participant.
    """

    session = models.OneToOneField(
        ClassSession, on_delete=models.CASCADE, related_name="question"
    )
    at = models.DateTimeField()  # the moment that it is about
    words = models.CharField(max_length=MAX_QUESTION)
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Lists of {"id": random, "text": ...}. Nobody is shown those that wait, until there are
    # as many of them as the lesson's minimum group.
    shown = models.JSONField(default=list)
    waiting = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.words

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
