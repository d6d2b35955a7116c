"""Planned times by a program: made, repeated, changed."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import ClassSession
from sessions_app.services import sessions
from sessions_app.services.plan_times import BadPlan
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db

PLAN = {
    "title": "Rings",
    "planned_at": "2027-03-22T10:00:00+01:00",
    "planned_end_at": "2027-03-22T11:00:00+01:00",
}


def post(program, **values):
    return program.post(
        reverse("api-session-list"), json.dumps(values), content_type="application/json"
    )


def patch(program, session, **values):
    url = reverse("api-session-detail", args=[session.pk])
    return program.patch(url, json.dumps(values), content_type="application/json")


def test_a_program_plans_a_lesson_each_week_by_the_clock_of_its_account(
    teacher, program_of
):
    teacher.time_zone = "Europe/Berlin"
    teacher.save()

    made = post(program_of(teacher), **PLAN, weeks=2)

    assert made.status_code == 201
    begin = [s.planned_at for s in ClassSession.objects.order_by("planned_at")]
    assert [f"{at:%m-%d %H:%M}" for at in begin] == ["03-22 09:00", "03-29 08:00"]
    assert made.json()["id"] == str(ClassSession.objects.get(planned_at=begin[0]).pk)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"weeks": 5000}, "less than or equal to 60"),
        ({"weeks": 0}, "greater than or equal to 1"),
        ({"weeks": 2, "planned_at": None, "planned_end_at": None}, "first lesson"),
        ({"planned_end_at": "2027-03-22T09:00:00+01:00"}, "must end after it begins"),
        ({"planned_at": None}, "Say when the lesson begins"),
        ({"planned_at": "0001-01-01T00:00:00Z"}, "greater than or equal"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_why(values, why, teacher, program_of):
    answer = post(program_of(teacher), **PLAN | values)

    assert answer.status_code == 400
    assert why in answer.json()["errors"][0]["detail"]
    assert not ClassSession.objects.exists()


def test_a_program_changes_title_and_times_and_the_end_is_held_to_the_beginning(
    teacher, program_of
):
    program = program_of(teacher)
    session = ClassSession.objects.get(pk=post(program, **PLAN).json()["id"])

    too_early = patch(program, session, planned_end_at="2027-03-22T09:30:00+01:00")
    moved = patch(program, session, planned_end_at="2027-03-22T10:30:00+01:00")

    assert (too_early.status_code, moved.status_code) == (400, 200)
    session.refresh_from_db()
    assert f"{session.planned_end_at:%H:%M}" == "09:30"
    assert session.plan_version == 1


def test_a_lesson_that_has_begun_keeps_its_plan_and_takes_a_title(teacher, program_of):
    session = ClassSessionFactory(teacher=teacher, live=True)
    program = program_of(teacher)

    planned = patch(program, session, planned_at=PLAN["planned_at"])
    named = patch(program, session, title="Fields")

    assert (planned.status_code, named.status_code) == (409, 200)
    session.refresh_from_db()
    assert (session.title, session.planned_at) == ("Fields", None)


def test_a_plan_is_checked_against_the_lesson_as_it_is_when_it_is_changed(teacher):
    """Of two programs that read the same draft, the second one may be too late."""
    stale = ClassSessionFactory(teacher=teacher, planned_at=timezone.now())
    hour = dt.timedelta(hours=1)
    ends = stale.planned_at + hour

    sessions.update(session=stale, by=teacher, planned_at=ends + hour)
    with pytest.raises(BadPlan, match="must end after it begins"):
        sessions.update(session=stale, by=teacher, planned_end_at=ends)
    sessions.start(session=stale, by=teacher)
    with pytest.raises(BadPlan, match="has begun"):
        sessions.update(session=stale, by=teacher, planned_at=None)


def test_a_lesson_of_a_shared_course_is_its_teachers_whoever_makes_it(
    teacher, colleague, program_of
):
    course = CourseFactory(teacher=teacher)
    program = program_of(colleague)
    assert post(program, title="Rings", course=course.pk).status_code == 400

    CoTeacherFactory(course=course, user=colleague, may_run=True)
    assert post(program, title="Rings", course=course.pk).status_code == 201
    assert ClassSession.objects.get().teacher == teacher


def test_a_course_is_shared_changed_and_left_by_programs(
    teacher, colleague, program_of
):
    course = CourseFactory(teacher=teacher)
    owner, hers = program_of(teacher), program_of(colleague)
    url = reverse("api-course-co-teachers", args=[course.pk])
    assert hers.get(url).status_code == 404

    added = owner.post(url, {"email": colleague.email, "may_run": True}, format="json")
    assert added.status_code == 201
    assert [row["may_run"] for row in hers.get(url).json()] == [True]

    one = reverse("api-course-co-teacher", args=[course.pk, added.json()["id"]])
    assert hers.patch(one, {"may_delete": True}, format="json").status_code == 403
    changed = owner.patch(one, {"may_delete": True}, format="json").json()
    assert (changed["may_run"], changed["may_delete"]) == (True, True)
    nobody = owner.post(url, {"email": "no@school.example"}, format="json")
    assert "No open account" in nobody.json()["errors"][0]["detail"]

    assert hers.delete(one).status_code == 204
    assert hers.get(url).status_code == 404
