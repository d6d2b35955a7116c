"""The age of a course's students, the letter to their parents, and what they are asked."""

import pytest
from django.utils import timezone

from sessions_app.enums import AgeBand, Inference, Jurisdiction, Purpose
from sessions_app.minutes.running_session import running_session
from sessions_app.models import AuditEntry, ClassSession
from sessions_app.models.law import PLACES
from sessions_app.models.parents_letter import LETTER_VERSION, ParentsLetter
from sessions_app.models.policy import Promise, effective_policy
from sessions_app.selectors.consent import offered
from sessions_app.services import courses, sessions
from sessions_app.services.courses import WrongLetter
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db

BOTH, PULSE = {Purpose.EXPRESSION, Purpose.PULSE}, {Purpose.PULSE}
ADULTS, TEENS, CHILDREN = AgeBand.ADULTS, AgeBand.TEENS, AgeBand.CHILDREN


def code_now():
    return ParentsLetter.of(effective_policy().promise).code


@pytest.fixture
def lesson(teacher):
    """A lesson that runs, in a course of 13 to 17."""
    course = CourseFactory(teacher=teacher, age_band=TEENS)
    return ClassSessionFactory(live=True, course=course, teacher=teacher)


def asked_of(lesson):
    return offered(ClassSession.objects.get(pk=lesson.pk))


@pytest.mark.parametrize(
    ("place", "age", "asked", "once_signed"),
    [
        ("", "", BOTH, BOTH),
        ("", ADULTS, BOTH, BOTH),
        ("", TEENS, PULSE, PULSE),
        ("eu", ADULTS, PULSE, PULSE),
        ("eu", TEENS, PULSE, PULSE),
        ("uk", "", PULSE, BOTH),
        ("uk", ADULTS, BOTH, BOTH),
        ("india", "", PULSE, BOTH),
        ("india", TEENS, PULSE, BOTH),
        ("india", CHILDREN, PULSE, PULSE),
        ("us_schools", "", PULSE, BOTH),
        ("us_schools", CHILDREN, PULSE, PULSE),
        ("us_higher", "", BOTH, BOTH),
        ("us_higher", TEENS, PULSE, BOTH),
        ("other", "", BOTH, BOTH),
        ("other", TEENS, PULSE, BOTH),
        ("other", CHILDREN, PULSE, PULSE),
    ],
)
def test_what_students_of_an_age_are_asked_in_a_place(
    place, age, asked, once_signed, decide, lesson
):
    if place:
        decide(
            jurisdiction=place, min_group=10, assessed_on=timezone.localdate(),
            expression_on=True,
        )  # fmt: skip
    lesson.course.age_band = age
    lesson.course.save()
    assert asked_of(lesson) == asked

    lesson.course.letters_signed = code_now()
    lesson.course.save()

    assert asked_of(lesson) == once_signed


def test_without_a_course_the_place_says_how_old_students_are(decide):
    lesson = ClassSessionFactory(live=True, course=None)
    assert asked_of(lesson) == BOTH

    decide(jurisdiction=Jurisdiction.US_SCHOOLS, min_group=10)

    assert asked_of(lesson) == PULSE


def test_a_lower_age_takes_the_camera_out_of_a_running_lesson(decide, lesson, teacher):
    decide(jurisdiction=Jurisdiction.OTHER, min_group=10)
    courses.update(course=lesson.course, by=teacher, age_band=ADULTS)
    lesson = ClassSession.objects.get(pk=lesson.pk)
    assert running_session(lesson).expression_on

    courses.update(course=lesson.course, by=teacher, age_band=CHILDREN)

    assert not running_session(ClassSession.objects.get(pk=lesson.pk)).expression_on
    assert AuditEntry.objects.latest("pk").detail.endswith(
        "; age band: adults → under_13"
    )


def test_the_letters_are_noted_with_who_declared_it_and_can_be_taken_back(
    decide, lesson, teacher
):
    decide(jurisdiction=Jurisdiction.INDIA, min_group=10)
    code = code_now()

    courses.note_letters(course=lesson.course, by=teacher, code=f" {code.lower()} ")
    assert asked_of(lesson) == BOTH
    courses.take_letters_back(course=lesson.course, by=teacher)

    assert asked_of(lesson) == PULSE
    said = AuditEntry.objects.filter(actor=teacher.email).order_by("pk")
    assert [entry.detail.split("; ")[1] for entry in said] == [
        f"letters signed: none → {code}",
        f"letters signed: {code} → none",
    ]


@pytest.mark.parametrize("wider", [{"min_group": 10}, {"sessions_kept_days": 300}])
def test_signatures_end_with_wider_rules_than_the_letter_says(
    wider, decide, lesson, teacher
):
    decide(jurisdiction=Jurisdiction.INDIA, min_group=15, sessions_kept_days=200)
    old = code_now()
    courses.note_letters(course=lesson.course, by=teacher, code=old)
    decide(min_group=20, sessions_kept_days=90)  # stricter: still what they signed
    assert asked_of(lesson) == BOTH

    decide(**wider)

    assert asked_of(lesson) == PULSE
    with pytest.raises(WrongLetter, match="wider now"):
        courses.note_letters(course=lesson.course, by=teacher, code=old)
    courses.note_letters(course=lesson.course, by=teacher, code=code_now())
    assert asked_of(lesson) == BOTH


@pytest.mark.parametrize("code", ["", "10-365", "1-10-365-X", "1-10-365-S-1", "é" * 99])
def test_what_is_no_code_of_a_letter_is_refused(code, decide, lesson, teacher):
    decide(jurisdiction=Jurisdiction.INDIA, min_group=10)

    with pytest.raises(WrongLetter, match="no code"):
        courses.note_letters(course=lesson.course, by=teacher, code=code)


@pytest.mark.parametrize(
    ("place", "age"), [("eu", TEENS), ("us_schools", CHILDREN), ("other", ADULTS)]
)
def test_no_signature_is_taken_where_none_is_asked_for(
    place, age, decide, lesson, teacher
):
    decide(jurisdiction=place, min_group=10)
    courses.update(course=lesson.course, by=teacher, age_band=age)

    with pytest.raises(WrongLetter, match="no letter has to be signed"):
        courses.note_letters(course=lesson.course, by=teacher, code=code_now())


@pytest.mark.parametrize(
    ("signed", "holds", "covers"),
    [
        (Inference.SERVER, Inference.SERVER, True),
        (Inference.SERVER, Inference.DEVICE, True),
        (Inference.EITHER, Inference.DEVICE, True),
        (Inference.DEVICE, Inference.EITHER, False),
        (Inference.DEVICE, Inference.SERVER, False),
        (Inference.EITHER, Inference.SERVER, False),
    ],
)
def test_a_letter_covers_the_place_that_it_names_and_the_device(signed, holds, covers):
    letter = ParentsLetter(10, 365, signed)

    assert ParentsLetter.read(letter.code) == letter
    assert letter.covers(Promise(10, 365, inference=holds)) == covers


def test_a_new_text_of_the_letter_is_signed_again():
    older = ParentsLetter(10, 365, Inference.SERVER, version=LETTER_VERSION - 1)

    assert not older.covers(Promise(10, 365))


@pytest.mark.parametrize("place", Jurisdiction)
def test_new_lessons_of_minors_begin_with_a_school_account(
    place, decide, settings, teacher
):
    decide(jurisdiction=place, min_group=10)
    course = CourseFactory(teacher=teacher, age_band=TEENS)

    def begins():
        draft = sessions.first_draft(teacher=teacher, course=course)
        return draft.signed_in_only

    assert not begins()  # nobody can sign in
    settings.FER_SIGNED_IN_HEADER = "X-Student"
    assert begins() == PLACES[place].signed_in
    course.age_band = ADULTS
    assert not begins()
