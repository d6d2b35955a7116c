"""Moments of a lesson that its teacher marked, beginnings of its topics, replies to the class."""

import uuid

from django.db import models

from sessions_app.enums import MarkKind
from sessions_app.models.session import ClassSession

MAX_WORD = 60  # characters
MAX_REPLY = 140  # characters


class MarkQuerySet(models.QuerySet["Mark"]):
    def moments(self) -> "MarkQuerySet":
        return self.filter(kind=MarkKind.MOMENT)

    def topics(self) -> "MarkQuerySet":
        return self.filter(kind=MarkKind.TOPIC)

    def replies(self) -> "MarkQuerySet":
        return self.filter(kind=MarkKind.REPLY)


class Mark(models.Model):
    """A moment, and perhaps a word for it; the beginning of a topic, and its name; or what
    the teacher replied to the class at a moment, which its students read.

    A topic has no end of its own: it lasts until the next one begins, so topics neither
    overlap nor leave a gap between them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ClassSession, on_delete=models.CASCADE, related_name="marks"
    )
    kind = models.CharField(
        max_length=10, choices=MarkKind.choices, default=MarkKind.MOMENT
    )
    at = models.DateTimeField()  # on the platform's clock
    word = models.CharField(max_length=MAX_REPLY, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["session", "at"], name="marks_in_order")]

    def __str__(self) -> str:
        return self.word or self.at.isoformat()
