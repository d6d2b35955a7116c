"""Students, as little of them as a class needs."""

import secrets
import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from sessions_app.enums import Purpose
from sessions_app.models.audit import WrittenOnce
from sessions_app.models.session import ClassSession


def new_cell_key() -> int:
    """A secret 63-bit key; a minute's noise is seeded by its contributors' keys."""
    return secrets.randbits(63)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def consenting(self, purpose: Purpose) -> "ParticipantQuerySet":
        """Those whose latest decision on the current text is yes."""
        latest = Consent.objects.filter(
            participant=OuterRef("pk"), purpose=purpose
        ).order_by("-pk")
        return self.alias(
            latest_given=Subquery(latest.values("given")[:1]),
            latest_version=Subquery(latest.values("text_version")[:1]),
        ).filter(latest_given=True, latest_version=settings.FER_CONSENT_VERSION)


class Participant(models.Model):
    """One browser in one session. The name, if any, is shown to its owner alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ClassSession, on_delete=models.CASCADE, related_name="participants"
    )
    display_name = models.CharField(max_length=80, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    cell_key = models.BigIntegerField(null=True, default=new_cell_key)  # till the end
    # Of who signed in, till the end; see sessions_app/web/sign_in.py.
    mark = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "mark"],
                condition=~models.Q(mark=""),
                name="who_signed_in_joins_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Browser(models.Model):
    """That a browser is a participant's: a hash of its cookie, for this class alone."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="browsers"
    )
    key = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"A browser of {self.participant_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def update(self, **changes: Any) -> NoReturn:
        raise WrittenOnce


class Consent(models.Model):
    """One decision, append-only: the latest row for a purpose counts."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="consents"
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
            raise WrittenOnce
        super().save(*args, **kwargs)
