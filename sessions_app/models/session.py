"""Class sessions: planned, held, and over."""

import datetime as dt
import uuid
from dataclasses import replace

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from sessions_app.enums import AgeBand, Right, SessionState
from sessions_app.models.choices import Choice, Stored, choices_in
from sessions_app.models.co_teacher import allowed, taught_by
from sessions_app.models.course import Course, new_join_code, pulse_alone
from sessions_app.models.people import User
from sessions_app.models.policy import Promise, effective_policy

MIN_INTERVAL_MS, MAX_INTERVAL_MS = 1_000, 10_000
RUNNING = [SessionState.LIVE, SessionState.PAUSED, SessionState.ENDING]
OVER = [SessionState.ENDING, SessionState.ENDED]
NOTHING_CLOSED = -1
LATE = dt.timedelta(hours=2)  # a class may begin so much later than it was planned for
MAX_LINK = 2000  # characters; links to Teams have about 450
MAX_NOTE = 2000  # characters


class ClassSessionQuerySet(models.QuerySet["ClassSession"]):
    def visible_to(self, user: User) -> "ClassSessionQuerySet":
        """A teacher's own sessions and those of shared courses; all to an admin."""
        return self.filter(allowed(user, Right.SEE, course="course"))

    def taught_by(self, user: User) -> "ClassSessionQuerySet":
        """The same without what only admins see."""
        return self.filter(taught_by(user, Right.SEE, course="course"))

    def running(self) -> "ClassSessionQuerySet":
        """Sessions that have begun and whose last minute is not closed yet."""
        return self.filter(state__in=RUNNING)

    def open_to_students(self) -> "ClassSessionQuerySet":
        """Sessions that run and can still be joined."""
        return self.filter(state__in=[SessionState.LIVE, SessionState.PAUSED])

    def not_ended(self) -> "ClassSessionQuerySet":
        """Drafts, and running sessions."""
        return self.exclude(state=SessionState.ENDED)

    def ahead(self) -> "ClassSessionQuerySet":
        """Drafts that are planned to begin, or should have begun a short while ago."""
        return self.filter(
            state=SessionState.DRAFT, planned_at__gt=timezone.now() - LATE
        )

    def not_ahead(self) -> "ClassSessionQuerySet":
        return self.exclude(
            state=SessionState.DRAFT, planned_at__gt=timezone.now() - LATE
        )

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
        if promise.device_only:  # of a lesson that is over, no picture is read any more
            self.exclude(state__in=OVER).update(device_only=True)


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
    # Whether its students see what is released about the class. Their consent says so, and
    # a lesson that has begun can only turn it off.
    students_see = models.BooleanField(default=False, db_default=False)
    state = models.CharField(
        max_length=10, choices=SessionState.choices, default=SessionState.DRAFT
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    # When the teacher means to start it; students who wait are told.
    planned_at = models.DateTimeField(null=True, blank=True)
    planned_end_at = models.DateTimeField(null=True, blank=True)
    plan_version = models.PositiveIntegerField(default=0, db_default=0)  # for calendars
    # Lessons that were planned together, one each week, have the same.
    series = models.UUIDField(null=True, blank=True, db_index=True)
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
    # The course's, fixed when the session starts: no words change under a student's tap.
    pulse_choices = models.JSONField(null=True, blank=True, editable=False)
    closed_through = models.IntegerField(default=NOTHING_CLOSED)  # the watermark
    # The strictest that held since it was made: none while that is what holds now.
    min_group = models.PositiveSmallIntegerField(null=True, blank=True)
    kept_days = models.PositiveIntegerField(null=True, blank=True)
    device_only = models.BooleanField(default=False, db_default=False)  # the same
    # What the teacher noted about it; shown to that teacher alone.
    note = models.CharField(max_length=MAX_NOTE, blank=True, default="", db_default="")
    # Names of topics that are to come, in order: a topic that begins leaves this list.
    agenda = models.JSONField(default=list, db_default=[], blank=True)
    # Counts on with its marks, replies, topics and agenda: open dashboards read them again.
    marks_version = models.PositiveIntegerField(default=0, db_default=0)
    # Where it can be seen again, and what the recording's clock said at its start.
    recording_url = models.URLField(
        blank=True, max_length=MAX_LINK, default="", db_default=""
    )
    recording_offset_s = models.IntegerField(default=0, db_default=0)

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
                name="planned_end_after_its_start",
                condition=models.Q(planned_end_at__isnull=True)
                | models.Q(planned_end_at__gt=models.F("planned_at")),
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
        """Whether students are asked for their camera: policy and age come first."""
        return (
            effective_policy().expression_allowed
            and self.expression_on
            and not self.pulse_alone
        )

    @property
    def age(self) -> AgeBand:
        """Of its students."""
        return self.course.age if self.course else effective_policy().age

    @property
    def pulse_alone(self) -> bool:
        """Whether its students are too young to be asked for their expression."""
        return self.course.pulse_alone if self.course else pulse_alone(self.age)

    @property
    def choices(self) -> list[Choice]:
        """What its students may tap: of a draft, what the course has now."""
        return choices_in(self.choices_stored)

    @property
    def choices_stored(self) -> Stored | None:
        """The same as a row holds it; None is the platform's own, in any language."""
        if self.state != SessionState.DRAFT:
            return self.pulse_choices
        return self.course.pulse_choices if self.course else None

    @property
    def promise(self) -> Promise:
        """What holds for this class: never wider than what one of its students read."""
        held = effective_policy().promise.narrowest(
            self.min_group, self.kept_days, device_only=self.device_only
        )
        return replace(held, students_see=self.students_see)

    @property
    def can_be_deleted(self) -> bool:
        """Not while it runs: a class is never deleted under its students."""
        return self.state in {SessionState.DRAFT, SessionState.ENDED}

    @property
    def is_over(self) -> bool:
        return self.state in OVER

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
