"""What students decide, and the one rule about it: the latest decision counts, and it
is a yes only to the current text, and to who sees the class's numbers now."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from sessions_app.enums import Inference, Purpose
from sessions_app.models.audit import AppendOnlyViolation


def text_version(language: str | None = None) -> str:
    """The version of the text that is asked with in a language, by default the reader's.

    It names the translation: `2026-11-29.5` in English, `2026-11-29.4 de1` in German.
    """
    language = language or get_language() or settings.LANGUAGE_CODE
    if language == settings.LANGUAGE_CODE:
        return settings.FER_CONSENT_VERSION
    edition = settings.FER_CONSENT_EDITIONS.get(language, 1)
    return f"{settings.FER_CONSENT_VERSION} {language}{edition}"


def current_versions() -> set[str]:
    """The versions of all languages that are offered: a yes to one of them is a yes."""
    return {text_version(language) for language, _name in settings.LANGUAGES}


class ConsentQuerySet(models.QuerySet["Consent"]):
    def latest_decisions(self) -> "models.QuerySet[Any]":
        """The decision that counts, of each participant on each purpose.

        `current` says whether it was made on the current text, and on who sees the numbers
        now or more than these; `agrees`, whether it is also a yes.
        """
        newer = Consent.objects.filter(
            participant=OuterRef("participant"),
            purpose=OuterRef("purpose"),
            pk__gt=OuterRef("pk"),
        )
        seen_by_no_more = Q(students_see=True) | Q(
            participant__session__students_see=False
        )
        current = Q(text_version__in=current_versions()) & seen_by_no_more
        return self.filter(~Exists(newer)).annotate(
            current=ExpressionWrapper(current, output_field=models.BooleanField()),
            agrees=ExpressionWrapper(
                current & Q(given=True), output_field=models.BooleanField()
            ),
        )

    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnlyViolation


class Consent(models.Model):
    """One decision, append-only: the latest row for a purpose counts."""

    participant = models.ForeignKey(
        "sessions_app.Participant", on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)  # of the language that was read
    # What else was read with the text; rows of before it was stored have none.
    min_group = models.PositiveSmallIntegerField(null=True)
    kept_days = models.PositiveIntegerField(null=True)
    students_see = models.BooleanField(default=False, db_default=False)
    inference = models.CharField(
        max_length=6, choices=Inference.choices, blank=True, default="", db_default=""
    )
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
