"""What is deleted by one request while another one is under way is not there: a 404."""

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import ClassSession, Course, Participant
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db

FORM = {"title": "T", "frame_interval_s": "2", "pulse_on": "on"}
JOINING = {"display_name": "", "pulse": "yes"}


@pytest.fixture
def session(teacher):
    return ClassSessionFactory(teacher=teacher)


@pytest.fixture
def deletes(monkeypatch):
    """Let somebody else delete rows just before the next lock is taken."""

    def arrange(model):
        lock = QuerySet.select_for_update

        def after_it_was_deleted(rows, *args, **options):
            model.objects.all().delete()
            return lock(rows, *args, **options)

        monkeypatch.setattr(QuerySet, "select_for_update", after_it_was_deleted)

    return arrange


@pytest.mark.parametrize("name", ["start", "pause", "edit", "delete"])
def test_a_class_that_is_deleted_under_its_teachers_hands(
    name, session, teacher, browser_of, deletes
):
    browser = browser_of(teacher)
    deletes(ClassSession)

    answer = browser.post(reverse(f"session-{name}", args=[session.pk]), FORM)

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["edit", "code"])
def test_a_course_that_is_deleted_under_its_teachers_hands(
    name, teacher, browser_of, deletes
):
    course = CourseFactory(teacher=teacher)
    browser = browser_of(teacher)
    deletes(Course)

    answer = browser.post(reverse(f"course-{name}", args=[course.pk]), FORM)

    assert answer.status_code == 404


def test_the_api_says_the_same_as_a_problem(session, teacher, program_of, deletes):
    program = program_of(teacher)
    deletes(ClassSession)

    answer = program.post(f"/api/v1/sessions/{session.pk}/start/")

    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_a_class_that_is_deleted_while_a_student_joins(session, deletes):
    deletes(ClassSession)

    answer = Client().post(reverse("join", args=[session.join_code]), JOINING)

    assert answer.status_code == 404


@pytest.mark.parametrize("answers", [{"pulse": "off"}, {"pulse": "on"}])
def test_a_student_who_leaves_in_one_tab_and_answers_in_another(
    answers, session, browser_with, deletes
):
    student = ParticipantFactory(session=session, agreed=[Purpose.PULSE])
    browser = browser_with(student)
    if answers == {"pulse": "on"}:
        browser.post(
            reverse("join-choices", args=[session.join_code]), {"pulse": "off"}
        )
    deletes(Participant)

    answer = browser.post(reverse("join-choices", args=[session.join_code]), answers)

    assert answer.status_code == 404
