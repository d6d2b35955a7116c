"""Filters of the totals that somebody keeps under a name."""

from django.db import models
from django.utils import timezone

from sessions_app.models.people import User

MAX_VIEW_NAME = 60  # characters
MAX_VIEW_QUERY = 1000


class SavedView(models.Model):
    """Of one member of staff, and shown to nobody else; it goes with the account."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=MAX_VIEW_NAME)
    query = models.CharField(max_length=MAX_VIEW_QUERY, blank=True)  # of the address
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="one_saved_view_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
