"""Who looked, exported, changed or deleted what; written once, never changed."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AuditAction


class AppendOnlyViolation(Exception):
    """The row, an audit entry or a decision, stays as it was written."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnlyViolation


class AuditEntry(models.Model):
    """One act of a member of staff, or of the platform itself. No student is in it."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=254, blank=True)  # e-mail address at the time
    action = models.CharField(max_length=12, choices=AuditAction.choices)
    object_id = models.CharField(max_length=36, blank=True)
    detail = models.CharField(max_length=500, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["-at", "-id"], name="newest_audit"),
            models.Index(fields=["actor", "-at"], name="audit_of_actor"),
            models.Index(fields=["object_id", "-at"], name="audit_of_object"),
        ]
        constraints = [
            models.CheckConstraint(
                name="known_audit_action",
                condition=models.Q(action__in=AuditAction.values),
            ),
        ]

    def __str__(self) -> str:
        by = self.actor or gettext("The platform")
        return f"{by}: {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyViolation
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyViolation
