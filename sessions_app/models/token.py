"""Keys that a member of staff hands to a program."""

from django.db import models
from knox.models import AbstractAuthToken

from sessions_app.enums import TokenScope


class ApiToken(AbstractAuthToken):
    """A token for the API: only its hash is kept, and it ends with its account."""

    name = models.CharField(max_length=80)  # what the owner knows it by
    scope = models.CharField(
        max_length=5, choices=TokenScope.choices, default=TokenScope.READ
    )

    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=TokenScope.values), name="known_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}...)"
