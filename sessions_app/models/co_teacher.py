"""Colleagues in a course, and the one rule of who may do what with its lessons."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sessions_app.enums import Right
from sessions_app.models.people import User

# The column that gives a right; seeing comes with the row itself, owning with none.
_GIVEN_BY = {Right.RUN: "may_run", Right.DELETE: "may_delete"}


class CoTeacher(models.Model):
    """A colleague in a course. The row goes with the account, and where that is closed."""

    course = models.ForeignKey(
        "Course", on_delete=models.CASCADE, related_name="co_teachers"
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="co_teachings"
    )
    may_run = models.BooleanField(default=False)
    may_delete = models.BooleanField(default=False)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["user__name", "user__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "user"], name="one_co_teacher_per_course"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.course}"

    @property
    def rights(self) -> frozenset[Right]:
        given = {right for right, by in _GIVEN_BY.items() if getattr(self, by)}
        return frozenset({Right.SEE, *given})


def taught_by(user: User, right: Right, *, course: str) -> Q:
    """The courses or lessons in which somebody teaches, with a right.

    Args:
        user: The teacher of the row, who has every right, or a co-teacher of its course.
        right: What a co-teacher must have been given.
        course: The column with the course: `pk` of courses, `course` of lessons.
    """
    own = Q(teacher=user)
    if right == Right.OWN:
        return own
    given = Q(**{_GIVEN_BY[right]: True}) if right in _GIVEN_BY else Q()
    shared = CoTeacher.objects.filter(given, user=user).values("course")
    return own | Q(**{f"{course}__in": shared})


def allowed(user: User, right: Right, *, course: str) -> Q:
    """The same with the admins, to whom everything is open."""
    return Q() if user.is_admin else taught_by(user, right, course=course)
