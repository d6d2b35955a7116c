"""Whatever is deleted, by whichever code, the write-ahead log is emptied after it."""

import pytest
from axes.models import AccessAttempt
from django.db import connection, transaction

from sessions_app.models import Press, erasure
from tests.sessions_app.factories import CourseFactory, ParticipantFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone"),
]


def by_sql():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sessions_app_press")


def of_a_library():
    AccessAttempt.objects.create(username="x", failures_since_start=1)
    AccessAttempt.objects.all().delete()


@pytest.fixture
def asked():
    was = erasure._asked.is_set()
    erasure._asked.clear()
    yield erasure._asked.is_set
    erasure._asked.set() if was else erasure._asked.clear()


@pytest.mark.parametrize(
    "delete",
    [
        lambda: CourseFactory().delete(),
        lambda: ParticipantFactory().delete(),
        lambda: Press.objects.all().delete(),
        of_a_library,
        by_sql,
    ],
    ids=["a row", "a row with others", "many rows", "of a library", "by SQL"],
)
def test_every_deletion_asks_for_it(asked, delete):
    delete()

    assert asked()


def test_it_is_asked_for_once_the_deletion_is_committed(asked):
    course = CourseFactory()
    with transaction.atomic():
        course.delete()
        assert not asked()

    assert asked()


def test_what_only_changes_asks_for_nothing(asked):
    course = CourseFactory()
    course.title = "Another"
    course.save()

    assert not asked()
