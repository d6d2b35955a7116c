"""What is deleted while a student's request is under way is not there: 404.

Staff's are in views/test_deleted_meanwhile.py.
"""

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import ClassSession, Participant
from tests.sessions_app.factories import (
    ClassSessionFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

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


def test_a_class_that_is_deleted_while_a_student_joins(session, deletes):
    deletes(ClassSession)

    answer = Client().post(
        reverse("join", args=[session.join_code]), as_read(session) | JOINING
    )

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

    answer = browser.post(
        reverse("join-choices", args=[session.join_code]), as_read(session) | answers
    )

    assert answer.status_code == 404
