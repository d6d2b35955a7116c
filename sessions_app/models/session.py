"""Courses and the class sessions that are held in them."""

import datetime as dt
import re
import secrets
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from sessions_app.enums import SessionState
from sessions_app.models.people import User
from sessions_app.models.policy import Promise, effective_policy

# Without letters and digits that are mistaken for one another when read aloud.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
MIN_INTERVAL_MS, MAX_INTERVAL_MS = 1_000, 10_000
RUNNING = [SessionState.LIVE, SessionState.PAUSED, SessionState.ENDING]
NOTHING_CLOSED = -1
_CODE_NOISE = re.compile(r"[^A-Z0-9]+")
MAX_LINK = 2000  # characters; links to Teams have about 450
MAX_NOTE = 2000  # characters


def new_join_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def plain_code(code: str) -> str:
    """A join code as it is stored, from how people write it: `abcd-efgh`."""
    return _CODE_NOISE.sub("", code.upper())


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: User) -> "CourseQuerySet":
        """A teacher's own courses; all of them to an admin."""
        return self if user.is_admin else self.filter(teacher=user)


class Course(models.Model):
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="courses")
    title = models.CharField(max_length=200)
    term = models.CharField(max_length=50, blank=True)
    # Of the lasting link, which leads to the class that runs.
    join_code = models.CharField(max_length=12, unique=True, default=new_join_code)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["title", "term", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["teacher", "title", "term"],
                name="one_course_per_title_and_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.term}" if self.term else self.title


class ReplacedCode(models.Model):
    """A course's code of before: a student who still has it reads that there is another."""

    code = models.CharField(max_length=12, primary_key=True)
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="replaced_codes"
    )
    replaced_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"A code of {self.course}"


class ClassSessionQuerySet(models.QuerySet["ClassSession"]):
    def visible_to(self, user: User) -> "ClassSessionQuerySet":
        """A teacher's own sessions; all of them to an admin."""
        return self if user.is_admin else self.filter(teacher=user)

    def running(self) -> "ClassSessionQuerySet":
        """Sessions that have begun and whose last minute is not closed yet."""
        return self.filter(state__in=RUNNING)

    def open_to_students(self) -> "ClassSessionQuerySet":
        """Sessions that run and can still be joined."""
        return self.filter(state__in=[SessionState.LIVE, SessionState.PAUSED])

    def not_ended(self) -> "ClassSessionQuerySet":
        """Drafts, and running sessions."""
        return self.exclude(state=SessionState.ENDED)

    def not_running(self) -> "ClassSessionQuerySet":
        """Drafts, and sessions that are over."""
        return self.exclude(state__in=RUNNING)

    def hold_to(self, promise: Promise) -> None:
        """Hold these sessions to a promise for good; a stricter promise of theirs stays."""
        self.update(
            min_group=Greatest(Coalesce("min_group", 0), promise.min_group),
            kept_days=Least(
                Coalesce("kept_days", promise.sessions_kept_days),
                promise.sessions_kept_days,
            ),
        )


class ClassSession(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    teacher = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="class_sessions"
    )
    course = models.ForeignKey(
        Course,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="class_sessions",
    )
    title = models.CharField(max_length=200)
    meeting_url = models.URLField(blank=True, max_length=MAX_LINK)
    join_code = models.CharField(max_length=12, unique=True, default=new_join_code)
    frame_interval_ms = models.PositiveIntegerField(
        default=2000,
        validators=[
            MinValueValidator(MIN_INTERVAL_MS),
            MaxValueValidator(MAX_INTERVAL_MS),
        ],
    )
    pulse_on = models.BooleanField(default=True)
    expression_on = models.BooleanField(default=True)
    # Whether students sign in with the school first, so that each person joins once.
    signed_in_only = models.BooleanField(default=False, db_default=False)
    state = models.CharField(
        max_length=10, choices=SessionState.choices, default=SessionState.DRAFT
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    # When the teacher means to start it; students who wait are told.
    planned_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The lesson's day, in lists, filters and file names: of a draft, when it was made.
    held_at = models.GeneratedField(
        expression=Coalesce("started_at", "created_at"),
        output_field=models.DateTimeField(),
        db_persist=True,
        db_index=True,
    )
    window_s = models.PositiveIntegerField(default=60)  # fixed when the session starts
    closed_through = models.IntegerField(default=NOTHING_CLOSED)  # the watermark
    # The strictest that held since it was made: none while that is what holds now.
    min_group = models.PositiveSmallIntegerField(null=True, blank=True)
    kept_days = models.PositiveIntegerField(null=True, blank=True)
    # What the teacher noted about it; shown to that teacher alone.
    note = models.CharField(max_length=MAX_NOTE, blank=True, default="", db_default="")

    objects = ClassSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_at", "pk"]
        indexes = [
            models.Index(fields=["teacher", "-held_at"], name="newest_by_teacher"),
            models.Index(fields=["state"], name="session_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="state_agrees_with_times",
                condition=models.Q(
                    state=SessionState.DRAFT,
                    started_at__isnull=True,
                    ended_at__isnull=True,
                )
                | models.Q(
                    state__in=[SessionState.LIVE, SessionState.PAUSED],
                    started_at__isnull=False,
                    ended_at__isnull=True,
                )
                | models.Q(
                    state__in=[SessionState.ENDING, SessionState.ENDED],
                    started_at__isnull=False,
                    ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="ends_after_its_start",
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("started_at")),
            ),
            models.CheckConstraint(
                name="frame_interval_within_bounds",
                condition=models.Q(frame_interval_ms__gte=MIN_INTERVAL_MS)
                & models.Q(frame_interval_ms__lte=MAX_INTERVAL_MS),
            ),
            models.CheckConstraint(
                name="window_within_bounds",
                condition=models.Q(window_s__gte=10) & models.Q(window_s__lte=300),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def expression_offered(self) -> bool:
        """Whether students are asked for their camera: the policy comes first."""
        return effective_policy().expression_allowed and self.expression_on

    @property
    def promise(self) -> Promise:
        """What holds for this class: never wider than what one of its students read."""
        return effective_policy().promise.narrowest(self.min_group, self.kept_days)

    @property
    def can_be_deleted(self) -> bool:
        """Not while it runs: a class is never deleted under its students."""
        return self.state in {SessionState.DRAFT, SessionState.ENDED}

    @property
    def is_over(self) -> bool:
        return self.state in {SessionState.ENDING, SessionState.ENDED}

    @property
    def minutes_long(self) -> int | None:
        """How long it took, rounded; None before its end."""
        if self.started_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.started_at).total_seconds() / 60)

    def minute_starts_at(self, index: int) -> dt.datetime:
        """Start of a minute of this session, which must have begun."""
        if self.started_at is None:
            raise ValueError(f"Session {self.pk} has not begun; it has no minutes yet.")
        return self.started_at + dt.timedelta(seconds=index * self.window_s)
