import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from sessions_app.enums import SessionState
from sessions_app.management.commands.time_history import timings
from sessions_app.minutes.release import STEP, is_grouped
from sessions_app.models import (
    AuditEntry,
    ClassMinute,
    ClassSession,
    LessonFigures,
    User,
)
from tests.sessions_app.factories import ClassSessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def seed(sessions, minutes):
    call_command("seed_history", sessions=sessions, minutes=minutes)
    if connection.vendor == "postgresql":  # by itself it counts committed rows alone
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def test_invented_minutes_look_like_released_ones():
    seed(sessions=20, minutes=10)

    minutes = ClassMinute.objects.all()

    assert (ClassSession.objects.count(), len(minutes)) == (20, 200)
    released = [minute for minute in minutes if minute.status == "released"]
    assert 100 < len(released) < 200
    for minute in released:
        steps = [share / STEP for share in minute.groups.values()]
        assert steps == pytest.approx([round(step) for step in steps])
        assert sum(minute.groups.values()) == pytest.approx(1)
        assert (minute.shares is None) is is_grouped(minute.size)
        assert minute.size >= 10


def test_invented_classes_never_go_beside_real_ones():
    ClassSessionFactory()

    with pytest.raises(CommandError, match="FER_SQLITE"):
        seed(sessions=1, minutes=1)

    assert ClassSession.objects.count() == 1


def test_lessons_that_run_are_a_teachers_and_have_topics():
    teacher = UserFactory()

    call_command("seed_history", sessions=2, minutes=45, running=teacher.email)

    for lesson in ClassSession.objects.all():
        assert (lesson.state, lesson.teacher) == (SessionState.LIVE, teacher)
        assert lesson.minutes.count() == 45
        assert lesson.marks.topics().count() == 4
    assert not LessonFigures.objects.exists()


def test_lessons_of_nobody_are_refused():
    with pytest.raises(CommandError, match=r"no account .* nobody@x\.example"):
        call_command("seed_history", sessions=1, running="nobody@x.example")


@pytest.mark.long
def test_ten_thousand_lessons_need_the_queries_of_two_hundred():
    seed(sessions=200, minutes=1)
    few = {(t.role, t.page): t.queries for t in timings()}
    for rows in (
        ClassSession,
        User,
        AuditEntry,
    ):  # each look is written once in a while
        rows.objects.all().delete()

    seed(sessions=10_000, minutes=1)
    many = {(t.role, t.page): t.queries for t in timings()}

    assert many == few
