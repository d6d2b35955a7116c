"""What students decide, and the one rule about it: the latest decision counts, and it
is a yes only to the current text."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone

from sessions_app.enums import Purpose
from sessions_app.models.audit import AppendOnlyViolation


class ConsentQuerySet(models.QuerySet["Consent"]):
    def latest_decisions(self) -> "models.QuerySet[Any]":
        """The decision that counts, of each participant on each purpose.

        `agrees` says whether it is a yes to the current text.
        """
        newer = Consent.objects.filter(
            participant=OuterRef("participant"),
            purpose=OuterRef("purpose"),
            pk__gt=OuterRef("pk"),
        )
        yes = Q(given=True, text_version=settings.FER_CONSENT_VERSION)
        return self.filter(~Exists(newer)).annotate(
            agrees=ExpressionWrapper(yes, output_field=models.BooleanField())
        )

    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnlyViolation


class Consent(models.Model):
    """One decision, append-only: the latest row for a purpose counts."""

    participant = models.ForeignKey(
        "sessions_app.Participant", on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)
    # What else was read with the text; rows of before it was stored have none.
    min_group = models.PositiveSmallIntegerField(null=True)
    kept_days = models.PositiveIntegerField(null=True)
    given = models.BooleanField()  # False: refused, or withdrawn if given before
    decided_at = models.DateTimeField(default=timezone.now)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["participant", "purpose", "-id"], name="latest_decision"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="known_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {'yes' if self.given else 'no'} ({self.text_version})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyViolation
        super().save(*args, **kwargs)
