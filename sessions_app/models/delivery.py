"""What leaves the platform: how far it is, and what it is about. Never its text."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from sessions_app.enums import DeliveryState


class Delivery(models.Model):
    """One thing to send. Who sends it takes it by counting a try (services/deliveries)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    created_at = models.DateTimeField(default=timezone.now)
    # When it is tried next; while a process sends it, until when no other one does.
    due_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()  # nobody needs it after that
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)  # in words, for admins
    done_at = models.DateTimeField(null=True, blank=True)  # sent or given up

    BLANK_WHEN_SENT: ClassVar[dict[str, Any]] = {}  # what nobody needs from then on

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="%(class)s_due"),
            models.Index(fields=["-created_at", "-id"], name="%(class)s_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                name="known_%(class)s_state",
                condition=models.Q(state__in=DeliveryState.values),
            ),
        ]

    @property
    def is_given_up(self) -> bool:
        return self.state == DeliveryState.GIVEN_UP


class OutgoingMail(Delivery):
    """A mail that is written when it is sent, from rows and the server's secret.

    So no link that lets its reader in is ever kept.
    """

    kind = models.CharField(max_length=20)  # a key of services/letters.LETTERS
    recipient = models.EmailField()
    about = models.JSONField(default=dict)  # ids, and where its links lead

    BLANK_WHEN_SENT: ClassVar[dict[str, Any]] = {"about": {}}

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
