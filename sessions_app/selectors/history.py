"""The list of sessions, for teachers their own, for admins all."""

import datetime as dt

from django.db.models import Count, Q
from django.utils import timezone

from sessions_app.models import ClassSession, Course, User
from sessions_app.models.course import CourseQuerySet
from sessions_app.models.session import ClassSessionQuerySet

WITHOUT = "-"  # as a filter, of lessons that have no course, or no term
_FIRST_DAY, _LAST_DAY = dt.date(2000, 1, 1), dt.date(2999, 12, 31)


def session_history(
    *,
    user: User,
    q: str = "",
    course: Course | int | str | None = None,
    state: str = "",
    teacher: User | int | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    term: str = "",
    weekday: int | None = None,
    hour: int | None = None,
) -> ClassSessionQuerySet:
    """Sessions that the user may see, latest lesson first, with course and teacher.

    Args:
        user: A teacher sees own sessions only, whatever the filters say.
        q: Words in the title of the session or its course.
        course: `WITHOUT` for lessons that have none.
        since: First day of the lesson in the reader's time zone; of a draft, which
            has had none, the day it was made on.
        until: Last such day.
        term: Of the course; `WITHOUT` for lessons that have none.
        weekday: Of the lesson, in the reader's time zone, Monday is 1.
        hour: In which it began, in the reader's time zone, 0 to 23.
    """
    filters = Q()
    if q:
        filters &= Q(title__icontains=q) | Q(course__title__icontains=q)
    if course:
        filters &= Q(course=None if course == WITHOUT else course)
    if state:
        filters &= Q(state=state)
    if teacher:
        filters &= Q(teacher=teacher)
    if since:
        filters &= Q(held_at__gte=_midnight(since))
    if until:
        filters &= Q(held_at__lt=_midnight(until) + dt.timedelta(days=1))
    if term:
        without = Q(course=None) | Q(course__term="")
        filters &= without if term == WITHOUT else Q(course__term=term)
    if weekday:
        filters &= Q(held_at__iso_week_day=weekday)
    if hour is not None:
        filters &= Q(held_at__hour=hour)
    return (
        ClassSession.objects.visible_to(user)
        .filter(filters)
        .select_related("course", "teacher")
    )


def running_sessions(*, user: User) -> ClassSessionQuerySet:
    """The user's sessions that have begun and not ended."""
    return session_history(user=user).running()


def course_history(*, course: Course) -> ClassSessionQuerySet:
    """A course's classes that do not run and lie not ahead, newest first."""
    held = course.class_sessions.not_running().not_ahead()
    return held.select_related("course", "teacher")


def planned_in(course: Course) -> ClassSessionQuerySet:
    """A course's lessons that have a planned time, the earliest first."""
    planned = course.class_sessions.filter(planned_at__isnull=False)
    return planned.select_related("course", "teacher").order_by("planned_at", "pk")


def ahead_in(course: Course) -> ClassSessionQuerySet:
    """Those of them that have not begun and are not long overdue."""
    return planned_in(course).ahead()


def newest_of(*, course: Course) -> ClassSession | None:
    """The class of a course that was made last: its settings are those of last time."""
    made = course.class_sessions.select_related("course")
    return made.order_by("-created_at", "-pk").first()


def courses_with_counts(*, user: User) -> CourseQuerySet:
    """Courses that the user may see, each with `n_sessions`."""
    return (
        Course.objects.visible_to(user)
        .select_related("teacher")
        .annotate(n_sessions=Count("class_sessions"))
        .order_by("title", "term", "pk")  # a count drops the order of the model
    )


def _midnight(day: dt.date) -> dt.datetime:
    """The start of the reader's day; days beyond any class would overflow elsewhere."""
    sane = max(_FIRST_DAY, min(day, _LAST_DAY))
    return timezone.make_aware(dt.datetime.combine(sane, dt.time.min))
