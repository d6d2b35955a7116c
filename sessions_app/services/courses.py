"""A teacher's courses."""

from django.db import transaction
from django.db.models import ProtectedError

from sessions_app.models import Course, User


class CourseInUse(Exception):
    """The course still has sessions, which are not deleted by accident."""


def create(*, teacher: User, title: str, term: str = "") -> Course:
    """Make a course; its title and term together are unique to the teacher."""
    return Course.objects.create(teacher=teacher, title=title, term=term)


def update(*, course: Course, title: str, term: str = "") -> Course:
    """Rename a course."""
    course.title, course.term = title, term
    course.save(update_fields=["title", "term"])
    return course


def delete(*, course: Course) -> None:
    """Delete an empty course.

    Raises:
        CourseInUse: If it has sessions.
    """
    try:
        with transaction.atomic():
            course.delete()
    except ProtectedError as error:
        raise CourseInUse(
            "This course still has classes. Delete them or move them first."
        ) from error
