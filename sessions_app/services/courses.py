"""A teacher's courses."""

from django.db import transaction
from django.db.models import ProtectedError

from sessions_app.enums import AuditAction
from sessions_app.models import Course, User
from sessions_app.services import audit


class CourseInUse(Exception):
    """The course still has sessions, which are not deleted by accident."""


@transaction.atomic
def create(*, teacher: User, title: str, term: str = "") -> Course:
    """Make a course; its title and term together are unique to the teacher."""
    course = Course.objects.create(teacher=teacher, title=title, term=term)
    audit.about(course, AuditAction.MADE, by=teacher)
    return course


@transaction.atomic
def update(*, course: Course, by: User, title: str, term: str = "") -> Course:
    """Rename a course, which may be another teacher's where an admin does it."""
    stored = Course.objects.select_for_update().get(pk=course.pk)
    if changed := audit.changes(stored, {"title": title, "term": term}):
        more = f" of {stored.teacher}; {'; '.join(changed)}"
        audit.about(stored, AuditAction.CHANGED, by=by, more=more)
        stored.save(update_fields=["title", "term"])
    return stored


def delete(*, course: Course, by: User) -> None:
    """Delete an empty course.

    Raises:
        CourseInUse: If it has sessions.
    """
    try:
        with transaction.atomic():
            audit.about(course, AuditAction.DELETED, by=by)
            course.delete()
    except ProtectedError as error:
        raise CourseInUse(
            "This course still has classes. Delete them or move them first."
        ) from error
