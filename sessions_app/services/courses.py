"""A teacher's courses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from sessions_app.enums import AuditAction
from sessions_app.models import Course, ReplacedCode, Report, User
from sessions_app.models.choices import Stored
from sessions_app.models.course import new_join_code
from sessions_app.models.parents_letter import ParentsLetter
from sessions_app.models.policy import effective_policy
from sessions_app.services import audit


class CourseInUse(Exception):
    """The course still has sessions, which are not deleted by accident."""


class WrongLetter(ValueError):
    """No signature under this letter lets the course ask for expressions."""


class CourseExists(Exception):
    """The teacher has a course with this title and term already."""

    def __init__(self) -> None:
        super().__init__(_("A course with this title and term already exists."))


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
        raise CourseExists


@contextmanager
def _at_the_same_moment() -> Iterator[None]:
    """Say the same where another press or person was faster by a moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise CourseExists from error


@transaction.atomic
def create(
    *,
    teacher: User,
    title: str,
    term: str = "",
    pulse_choices: Stored | None = None,
    age_band: str = "",
) -> Course:
    """Make a course; its title and term together are unique to the teacher.

    `pulse_choices` are checked ones (`models/choices.py`); None is the platform's own. A blank
    `age_band` is what the place of the school presumes.

    Raises:
        CourseExists: If another has them.
    """
    check_free(teacher=teacher, title=title, term=term)
    with _at_the_same_moment():
        course = Course.objects.create(
            teacher=teacher,
            title=title,
            term=term,
            pulse_choices=pulse_choices,
            age_band=age_band,
        )
    audit.about(course, AuditAction.MADE, by=teacher)
    return course


@transaction.atomic
def update(*, course: Course, by: User, **values: Any) -> Course:
    """Change a course, which may be another teacher's where an admin does it.

    `values` are checked fields: title, term, pulse_choices, age_band. New choices hold from the
    next lesson on: one that runs keeps those that it began with. A lower age holds at once.

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
        with _at_the_same_moment():
            stored.save(update_fields=[*values])
        Report.objects.filter(session__course=stored).make_again()
    return stored


@transaction.atomic
def note_letters(*, course: Course, by: User, code: str) -> Course:
    """Note that a parent of each student has signed the letter with this code.

    Raises:
        WrongLetter: If the course asks no parents, or the letter says less than what holds.
    """
    stored = Course.objects.select_for_update().get(pk=course.pk)
    letter = ParentsLetter.read(code)
    if letter is None:
        raise WrongLetter(
            _("This is no code of a letter. It stands at the foot, such as 1-10-365-S.")
        )
    if not stored.asks_parents:
        raise WrongLetter(_("In this course no letter has to be signed."))
    if not letter.covers(effective_policy().promise):
        raise WrongLetter(
            _(
                "The rules are wider now than this letter says. Print the letter again and have "
                "it signed."
            )
        )
    return _keep_letters(stored, letter.code, by)


@transaction.atomic
def take_letters_back(*, course: Course, by: User) -> Course:
    """Ask for no expression in this course any more, within two seconds."""
    stored = Course.objects.select_for_update().get(pk=course.pk)
    return _keep_letters(stored, "", by)


def _keep_letters(course: Course, code: str, by: User) -> Course:
    if changed := audit.changes(course, {"letters_signed": code}):
        more = f"; {'; '.join(changed)}"
        audit.about(course, AuditAction.CHANGED, by=by, more=more)
        course.save(update_fields=["letters_signed"])
        Report.objects.filter(session__course=course).make_again()
    return course


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
            known = Course.objects.select_for_update().filter(pk=course.pk)
            if locked := known.first():  # else somebody was faster
                audit.about(locked, AuditAction.DELETED, by=by)
                locked.delete()
    except ProtectedError as error:
        raise CourseInUse(
            _("This course still has lessons. Delete them or move them first.")
        ) from error
