"""Addresses that are called when something happened, and each call."""

import uuid
from base64 import b64encode

from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from sessions_app.enums import WebhookKind
from sessions_app.models.delivery import Delivery
from sessions_app.models.people import User

MAX_URL = 500
_SEED_CHARACTERS = 43


def new_seed() -> str:
    return get_random_string(_SEED_CHARACTERS)


class Webhook(models.Model):
    """An address that an admin registered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        max_length=8,
        choices=WebhookKind.choices,
        default=WebhookKind.PROGRAM,
        db_default=WebhookKind.PROGRAM,
    )
    url = models.CharField(max_length=MAX_URL)
    events = models.JSONField(default=list)  # keys of services/webhooks.EVENTS
    seed = models.CharField(max_length=64, default=new_seed)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="webhooks"
    )
    created_at = models.DateTimeField(default=timezone.now)
    failing_since = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="known_webhook_kind",
                condition=models.Q(kind__in=WebhookKind.values),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def on(self) -> bool:
        return self.off_at is None

    @property
    def is_signed(self) -> bool:
        """Whether its receiver can check a secret; a chat's secret is its address."""
        return self.kind == WebhookKind.PROGRAM

    @property
    def secret(self) -> str:
        """What its calls are signed with; only a seed of it is kept."""
        made = salted_hmac("webhook", self.seed, algorithm="sha256").digest()
        return f"whsec_{b64encode(made).decode()}"


class WebhookCall(Delivery):
    """One event that a webhook is told; ids and addresses, never a number."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="calls")
    event = models.CharField(max_length=30)
    about = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"
