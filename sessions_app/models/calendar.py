"""What calendar programs of staff are told: their secret addresses, and what is cancelled."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sessions_app.enums import Right
from sessions_app.models.co_teacher import taught_by
from sessions_app.models.course import Course
from sessions_app.models.people import User, token_hash


class CalendarFeed(models.Model):
    """The secret address of one person's calendar; only its hash is kept."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    join_links = models.BooleanField(default=False)
    meeting_links = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="one_calendar_per_person"),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.user}"

    @classmethod
    def opened_by(cls, token: str) -> "CalendarFeed | None":
        """The feed whose address somebody knows, while its owner's account is open."""
        known = cls.objects.filter(token_hash=token_hash(token), user__is_active=True)
        return known.select_related("user").first()


class CancelledLessonQuerySet(models.QuerySet["CancelledLesson"]):
    def taught_by(self, user: User) -> "CancelledLessonQuerySet":
        """Of one's own lessons, and those of shared courses."""
        return self.filter(taught_by(user, Right.SEE, course="course"))


class CancelledLesson(models.Model):
    """A planned lesson that was deleted or has no time any more: calendars take it out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(
        Course, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(max_length=200)
    planned_at = models.DateTimeField()
    planned_end_at = models.DateTimeField(null=True, blank=True)
    plan_version = models.PositiveIntegerField()

    objects = CancelledLessonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cancelled_ends_after_its_start",
                condition=Q(planned_end_at__isnull=True)
                | Q(planned_end_at__gt=models.F("planned_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
