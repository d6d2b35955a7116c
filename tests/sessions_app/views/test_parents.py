"""The letter to parents on paper, and the page of the course that asks whether it is signed."""

import html
import json

import pytest
from django.urls import reverse

from sessions_app.enums import Jurisdiction
from sessions_app.models import Course
from sessions_app.models.law import PLACES
from sessions_app.models.parents_letter import ParentsLetter
from sessions_app.models.policy import effective_policy
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(teacher):
    return CourseFactory(teacher=teacher, title="Rings", age_band="13_to_17")


def page_of(browser, name, course, **query):
    return html.unescape(
        browser.get(reverse(name, args=[course.pk]), query).content.decode()
    )


@pytest.mark.parametrize(
    ("inference", "said"),
    [
        ("server", "The school's server reads each picture in memory."),
        ("device", "no picture leaves it"),
        ("either", "if not, the school's server"),
    ],
)
def test_the_letter_says_what_holds(
    inference, said, course, decide, settings, teacher, browser_of
):
    settings.FER_INFERENCE = inference
    settings.FER_SCHOOL_NAME = "Gauss School"
    decide(
        jurisdiction="india", min_group=17, sessions_kept_days=44, contact="Ms Rao, 42"
    )

    letter = page_of(browser_of(teacher), "course-letter", course)

    code = f"1-17-44-{inference[0].upper()}"
    for words in (
        *("17 students or more", "44 days after the lesson", "Ms Rao, 42", said),
        *("Gauss School", teacher.name, reverse("privacy"), code, "no legal advice"),
    ):
        assert words in letter


def test_where_parents_are_not_asked_the_letter_asks_for_no_signature(
    course, decide, teacher, browser_of
):
    decide(jurisdiction="eu", min_group=10)

    letter = page_of(browser_of(teacher), "course-letter", course)

    assert "No camera is used in this course." in letter
    assert "Code of this letter" not in letter


@pytest.mark.parametrize("language", ["en-gb", "de", "es", "fr", "hi", "ar"])
def test_the_letter_is_in_the_parents_language(
    language, course, decide, teacher, browser_of
):
    decide(jurisdiction="india", min_group=10)

    letter = page_of(browser_of(teacher), "course-letter", course, **{"in": language})

    assert f'<html lang="{language}"' in letter
    assert ("Letter to parents" in letter) == (language == "en-gb")
    after = page_of(browser_of(teacher), "course-detail", course)
    assert '<html lang="en-gb"' in after


def test_adults_parents_get_no_letter(course, teacher, browser_of):
    course.age_band = "adults"
    course.save()

    address = reverse("course-letter", args=[course.pk])
    assert browser_of(teacher).get(address).status_code == 404


def test_the_code_of_the_signed_letter_opens_the_question(
    course, decide, teacher, browser_of, client
):
    decide(jurisdiction="india", min_group=10)
    lesson = ClassSessionFactory(live=True, course=course, teacher=teacher)
    browser, address = (
        browser_of(teacher),
        reverse("course-letters-signed", args=[course.pk]),
    )
    join = reverse("join", args=[lesson.join_code])
    assert 'name="expression"' not in client.get(join).content.decode()

    refused = browser.post(address, {"code": "1-20-365-S"}, follow=True)
    assert "The rules are wider now" in html.unescape(refused.content.decode())
    code = ParentsLetter.of(effective_policy().promise).code
    browser.post(address, {"code": code})

    asked = html.unescape(client.get(join).content.decode())
    assert 'name="expression"' in asked
    assert "A parent or guardian of every student of this course has allowed" in asked
    assert str(PLACES[Jurisdiction.INDIA].notice) in asked
    assert "before you answer. If you do not understand" in asked


def test_who_may_see_the_course_alone_declares_nothing(course, decide, browser_of):
    decide(jurisdiction="india", min_group=10)
    watcher = CoTeacherFactory(course=course).user
    address = reverse("course-letters-signed", args=[course.pk])

    assert browser_of(watcher).post(address, {"code": "1-10-365-S"}).status_code == 403
    assert "All letters are signed" not in page_of(
        browser_of(watcher), "course-detail", course
    )


def test_programs_read_and_set_the_age_and_declare_no_signature(
    course, decide, teacher, browser_of
):
    decide(jurisdiction="us_schools", min_group=10)
    address = reverse("api-course-detail", args=[course.pk])
    browser = browser_of(teacher)

    def patch(**sent):
        return browser.patch(address, json.dumps(sent), "application/json")

    answer = patch(age_band="adults", letters_hold=True).json()
    assert (answer["age_band"], answer["asks_parents"]) == ("adults", False)
    answer = patch(age_band="").json()
    assert (answer["asks_parents"], answer["letters_hold"]) == (True, False)
    assert patch(age_band="old").status_code == 400


def test_a_lesson_says_why_its_camera_is_off(course, decide, teacher, browser_of):
    decide(jurisdiction="us_schools", min_group=10)
    in_course = ClassSessionFactory(live=True, course=course, teacher=teacher)
    alone = ClassSessionFactory(course=None, teacher=teacher)
    browser = browser_of(teacher)

    assert "because of their age" in page_of(browser, "session-detail", in_course)
    assert "count as minors" in page_of(browser, "session-edit", alone)


def test_a_page_of_before_another_age_is_read_again(course, decide, teacher, client):
    decide(jurisdiction="other", min_group=10)
    lesson = ClassSessionFactory(live=True, course=course, teacher=teacher)
    join = reverse("join", args=[lesson.join_code])
    Course.objects.update(age_band="adults")
    read = client.get(join).context["form"].now
    Course.objects.update(age_band="13_to_17")

    answer = client.post(join, {"pulse": "yes", "expression": "yes", "read": read})

    assert "read" in answer.context["form"].errors
    assert not lesson.participants.exists()
