"""Moments of a class that its teacher marked."""

import uuid

from django.db import models

from sessions_app.enums import MarkKind
from sessions_app.models.session import ClassSession

MAX_WORD = 60  # characters


class Mark(models.Model):
    """A moment, and perhaps a word for it.

    A topic can be another kind of mark, which lasts until the next one of its kind.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ClassSession, on_delete=models.CASCADE, related_name="marks"
    )
    kind = models.CharField(
        max_length=10, choices=MarkKind.choices, default=MarkKind.MOMENT
    )
    at = models.DateTimeField()  # on the platform's clock
    word = models.CharField(max_length=MAX_WORD, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["session", "at"], name="marks_in_order")]

    def __str__(self) -> str:
        return self.word or self.at.isoformat()
