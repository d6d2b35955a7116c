"""Colleagues in a course: added by its teacher, with rights; removed, or gone by themselves."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sessions_app.enums import AuditAction
from sessions_app.models import CoTeacher, Course, User
from sessions_app.services import audit

MOST_CO_TEACHERS = 30  # of one course


class NoCoTeacher(ValueError):
    """Somebody who cannot be a co-teacher of this course; nothing has changed."""


@transaction.atomic
def add(
    *, course: Course, by: User, email: str, may_run: bool, may_delete: bool
) -> CoTeacher:
    """Let a colleague teach in a course; one who does already gets these rights.

    Raises:
        NoCoTeacher: With a sentence for people. An account that is closed and one that
            never was sound the same.
    """
    locked = _lock(course.pk)
    by.hold()
    user = _colleague(locked, email)
    user.hold()
    rights = {"may_run": may_run, "may_delete": may_delete}
    added, _made = CoTeacher.objects.update_or_create(
        course=locked, user=user, defaults=rights
    )
    _changed(added, by=by, what=", ".join(sorted(added.rights)))
    return added


@transaction.atomic
def change(*, co_teacher: CoTeacher, by: User, **rights: bool) -> CoTeacher:
    """Give or take rights, `may_run` and `may_delete`; one that is not named stays."""
    _lock(co_teacher.course_id)
    locked = CoTeacher.objects.select_for_update().get(pk=co_teacher.pk)
    for name, given in rights.items():
        setattr(locked, name, given)
    locked.save(update_fields=[*rights])
    _changed(locked, by=by, what=", ".join(sorted(locked.rights)))
    return locked


@transaction.atomic
def remove(*, co_teacher: CoTeacher, by: User) -> None:
    """Take a colleague out of a course, or leave it; open dashboards close in a second."""
    _lock(co_teacher.course_id)
    locked = CoTeacher.objects.select_for_update().get(pk=co_teacher.pk)
    _changed(locked, by=by, what="left" if by == locked.user else "removed")
    locked.delete()


def _lock(course_id: int) -> Course:
    """The course's row, always before those of its co-teachers, so that nobody waits in a circle."""
    return Course.objects.select_for_update().get(pk=course_id)


def _colleague(course: Course, email: str) -> User:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise NoCoTeacher(
            _(
                "No open account has this address. Check it, or ask an admin to invite "
                "this person first."
            )
        )
    if user == course.teacher:
        raise NoCoTeacher(_("This is the teacher of the course, who may do all of it."))
    others = course.co_teachers.exclude(user=user)
    if others.count() >= MOST_CO_TEACHERS:
        raise NoCoTeacher(
            _(
                "This course has %(n)s co-teachers, the most there can be. Remove "
                "somebody first."
            )
            % {"n": MOST_CO_TEACHERS}
        )
    return user


def _changed(co_teacher: CoTeacher, *, by: User, what: str) -> None:
    """Write it down, and let the open dashboards of the course ask again."""
    course = co_teacher.course
    Course.objects.filter(pk=course.pk).update(team_version=F("team_version") + 1)
    more = f"; co-teacher {co_teacher.user.email}: {what}"
    audit.about(course, AuditAction.CHANGED, by=by, more=more)
