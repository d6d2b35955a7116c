"""A teacher's courses."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from sessions_app.enums import AuditAction
from sessions_app.models import Course, ReplacedCode, Report, User
from sessions_app.models.choices import Stored
from sessions_app.models.course import new_join_code
from sessions_app.services import audit


class CourseInUse(Exception):
    """The course still has sessions, which are not deleted by accident."""


class CourseExists(Exception):
    """The teacher has a course with this title and term already."""


def check_free(*, teacher: User, title: str, term: str, but: int | None = None) -> None:
    """Refuse a title and term that another course of the teacher has.

    Args:
        teacher: Whose courses are compared.
        title: Of the course to be.
        term: Of the course to be; may be blank.
        but: The course that is changed, which may keep its own.

    Raises:
        CourseExists: With a sentence for people.
    """
    same = Course.objects.filter(teacher=teacher, title=title, term=term)
    others = same if but is None else same.exclude(pk=but)
    if others.exists():
        raise CourseExists(_("A course with this title and term already exists."))


@transaction.atomic
def create(
    *,
    teacher: User,
    title: str,
    term: str = "",
    pulse_choices: Stored | None = None,
) -> Course:
    """Make a course; its title and term together are unique to the teacher.

    `pulse_choices` are checked ones (`models/choices.py`); None is the platform's own.

    Raises:
        CourseExists: If another has them.
    """
    check_free(teacher=teacher, title=title, term=term)
    course = Course.objects.create(
        teacher=teacher, title=title, term=term, pulse_choices=pulse_choices
    )
    audit.about(course, AuditAction.MADE, by=teacher)
    return course


@transaction.atomic
def update(*, course: Course, by: User, **values: Any) -> Course:
    """Change a course, which may be another teacher's where an admin does it.

    `values` are checked fields: title, term, pulse_choices. New choices hold from the next lesson
    on: one that runs keeps those that it began with.

    Raises:
        CourseExists: If another of that teacher has the title and term.
    """
    stored = Course.objects.select_for_update().get(pk=course.pk)
    names = {"title": stored.title, "term": stored.term}
    names |= {name: values[name] for name in names.keys() & values.keys()}
    check_free(teacher=stored.teacher, but=stored.pk, **names)
    if changed := audit.changes(stored, values):
        more = f" of {stored.teacher}; {'; '.join(changed)}"
        audit.about(stored, AuditAction.CHANGED, by=by, more=more)
        stored.save(update_fields=[*values])
        Report.objects.filter(session__course=stored).make_again()
    return stored


@transaction.atomic
def replace_code(*, course: Course, by: User) -> Course:
    """Give the course another lasting link; the old one leads nowhere from now on."""
    stored = Course.objects.select_for_update().get(pk=course.pk)
    ReplacedCode.objects.create(code=stored.join_code, course=stored)
    stored.join_code = new_join_code()
    stored.save(update_fields=["join_code"])
    audit.about(stored, AuditAction.CHANGED, by=by, more="; join code: changed")
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
            _("This course still has lessons. Delete them or move them first.")
        ) from error
