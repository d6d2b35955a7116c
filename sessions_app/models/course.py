"""Courses, and the codes by which students come in."""

import re
import secrets

from django.db import models
from django.utils import timezone

from sessions_app.enums import AgeBand, Right
from sessions_app.models.choices import Choice, choices_in
from sessions_app.models.co_teacher import allowed, taught_by
from sessions_app.models.parents_letter import MAX_CODE, ParentsLetter
from sessions_app.models.people import User
from sessions_app.models.policy import effective_policy

# Without letters and digits that are mistaken for one another when read aloud.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
_CODE_NOISE = re.compile(r"[^A-Z0-9]+")


def new_join_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def plain_code(code: str) -> str:
    """A join code as it is stored, from how people write it: `abcd-efgh`."""
    return _CODE_NOISE.sub("", code.upper())


def pulse_alone(age: AgeBand, *, letters_hold: bool = False) -> bool:
    """Whether students of an age are not asked for their expression: the rule about minors.

    Under 13 they never are. From 13 to 17 they are where the place of the school lets
    parents sign for it, and they have.
    """
    if age == AgeBand.ADULTS:
        return False
    return not (asks_parents(age) and letters_hold)


def asks_parents(age: AgeBand) -> bool:
    """Whether parents decide if students of an age are asked for their expression."""
    return age == AgeBand.TEENS and effective_policy().letters


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: User) -> "CourseQuerySet":
        """Courses in which a teacher teaches; all of them to an admin."""
        return self.filter(allowed(user, Right.SEE, course="pk"))

    def taught_by(self, user: User, right: Right) -> "CourseQuerySet":
        """Somebody's own courses, and those of colleagues in which they have a right."""
        return self.filter(taught_by(user, right, course="pk"))


class Course(models.Model):
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="courses")
    title = models.CharField(max_length=200)
    term = models.CharField(max_length=50, blank=True)
    # Counts the changes of who teaches in it: open dashboards then ask again.
    team_version = models.PositiveIntegerField(default=0, db_default=0)
    # Of the lasting link, which leads to the class that runs.
    join_code = models.CharField(max_length=12, unique=True, default=new_join_code)
    created_at = models.DateTimeField(default=timezone.now)
    # What students of its lessons may tap (choices.py); null: the platform's own words.
    pulse_choices = models.JSONField(null=True, blank=True)
    # Of all its students; blank: as the place of the school has it (models/law.py).
    age_band = models.CharField(
        max_length=10,
        choices=AgeBand.choices,
        blank=True,
        default="",
        db_default="",
    )
    # The code of the letter that a parent of each student has signed (parents_letter.py).
    letters_signed = models.CharField(
        max_length=MAX_CODE, blank=True, default="", db_default=""
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["title", "term", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["teacher", "title", "term"],
                name="one_course_per_title_and_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.term}" if self.term else self.title

    @property
    def choices(self) -> list[Choice]:
        """What students of its next lesson may tap."""
        return choices_in(self.pulse_choices)

    @property
    def age(self) -> AgeBand:
        """Of its students, also where it says nothing."""
        return AgeBand(self.age_band) if self.age_band else effective_policy().age

    @property
    def asks_parents(self) -> bool:
        """Whether its students' parents decide if these are asked for their expression."""
        return asks_parents(self.age)

    @property
    def letters_hold(self) -> bool:
        """Whether parents have signed for what holds now."""
        letter = ParentsLetter.read(self.letters_signed)
        return letter is not None and letter.covers(effective_policy().promise)

    @property
    def pulse_alone(self) -> bool:
        """Whether its students are too young to be asked for their expression."""
        return pulse_alone(self.age, letters_hold=self.letters_hold)

    @property
    def has_staff(self) -> bool:
        """Whether somebody with an open account can start a lesson here."""
        runners = self.co_teachers.filter(may_run=True, user__is_active=True)
        return self.teacher.is_active or runners.exists()


class ReplacedCode(models.Model):
    """A course's code of before: a student who still has it reads that there is another."""

    code = models.CharField(max_length=12, primary_key=True)
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="replaced_codes"
    )
    replaced_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"A code of {self.course}"
