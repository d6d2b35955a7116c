"""Students, as little of them as a class needs."""

import secrets
import uuid

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from sessions_app.enums import Purpose
from sessions_app.models.consent import Consent
from sessions_app.models.session import ClassSession


def new_cell_key() -> int:
    """A secret 63-bit key; a minute's noise is seeded by its contributors' keys."""
    return secrets.randbits(63)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def consenting(self, purpose: Purpose) -> "ParticipantQuerySet":
        """Those whose latest decision is a yes to the current text."""
        agreed = Consent.objects.latest_decisions().filter(
            participant=OuterRef("pk"), purpose=purpose, agrees=True
        )
        return self.filter(Exists(agreed))

    def delete_whole(self) -> None:
        """Delete them with all that is theirs, inside a transaction.

        Each is locked first. A decision that comes at this moment waits, and finds nobody; else
        PostgreSQL would refuse to delete a student of whom another row has just been written.
        """
        locked = self.select_for_update().order_by("pk")
        mine = list(locked.values_list("pk", flat=True))
        self.model._default_manager.filter(pk__in=mine).delete()


class Participant(models.Model):
    """One student in one session. The name, if any, is shown to the student alone.

    Without a sign-on that is one browser; a student who signed in may use several.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        ClassSession, on_delete=models.CASCADE, related_name="participants"
    )
    display_name = models.CharField(max_length=80, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    cell_key = models.BigIntegerField(null=True, default=new_cell_key)  # till the end
    # The hash of a student who signed in, till the end; see sessions_app/web/sign_in.py.
    sign_in_hash = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )
    # That the lesson's question was answered, and nothing of what or when.
    answered = models.BooleanField(default=False, db_default=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "sign_in_hash"],
                condition=~models.Q(sign_in_hash=""),
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
