"""Colleagues in a course: what each may do, how they come and how they go."""

import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions_app.enums import Right
from sessions_app.models import AuditEntry, ClassSession, CoTeacher, Course
from sessions_app.models.people import AccessEnded
from sessions_app.selectors.visible import rights_in, with_rights
from sessions_app.services import co_teachers, people
from sessions_app.services import sessions as session_services
from sessions_app.services.co_teachers import NoCoTeacher
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BOTH = {"may_run": True, "may_delete": True}


@pytest.fixture
def course(teacher):
    return CourseFactory(teacher=teacher, title="Algebra", term="")


def add(course, email, **rights):
    given = {"may_run": False, "may_delete": False} | rights
    return co_teachers.add(course=course, by=course.teacher, email=email, **given)


@pytest.mark.parametrize(
    ("may_run", "may_delete"), list(itertools.product([True, False], repeat=2))
)
def test_the_rule_in_sql_and_the_rule_for_one_row_agree(may_run, may_delete, course):
    co_teacher = CoTeacherFactory(
        course=course, may_run=may_run, may_delete=may_delete
    ).user
    session = ClassSessionFactory(teacher=course.teacher, course=course)
    elsewhere = ClassSessionFactory(teacher=course.teacher)
    people_ = [course.teacher, co_teacher, UserFactory()]

    for user, right in itertools.product(people_, Right):
        allowed = Course.objects.taught_by(user, right).contains(course)
        assert (right in rights_in(user, course)) is allowed
        assert (right in rights_in(user, session)) is allowed
    for user in people_:
        seen = set(ClassSession.objects.visible_to(user))
        assert seen == {s for s in (session, elsewhere) if rights_in(user, s)}
        assert with_rights(user, [course]) == [(course, rights_in(user, course))]
    assert rights_in(co_teacher, elsewhere) == set()
    assert Right.OWN not in rights_in(co_teacher, course)


def test_a_colleague_is_found_by_address_whatever_its_case(course):
    grace = UserFactory(email="grace@school.example")

    added = add(course, "Grace@School.example", may_run=True)

    assert (added.user, added.rights) == (grace, {Right.SEE, Right.RUN})
    entry = AuditEntry.objects.get()
    assert entry.detail == "course “Algebra”; co-teacher grace@school.example: run, see"


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ({"is_active": False}, "No open account has this address"),
        (None, "No open account has this address"),
        ("owner", "This is the teacher of the course"),
    ],
    ids=["closed", "nobody", "owner"],
)
def test_who_cannot_be_a_co_teacher_is_refused_with_why(who, why, course):
    email = course.teacher.email if who == "owner" else "no@school.example"
    if isinstance(who, dict):
        UserFactory(email=email, **who)

    with pytest.raises(NoCoTeacher, match=why):
        add(course, email)

    assert not CoTeacher.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_same_person_twice_is_one_row_with_the_last_rights(course):
    grace = UserFactory()

    add(course, grace.email, may_run=True)
    add(course, grace.email, may_delete=True)

    assert CoTeacher.objects.get().rights == {Right.SEE, Right.DELETE}


def test_a_course_has_so_many_co_teachers_and_no_more(course, monkeypatch):
    monkeypatch.setattr(co_teachers, "MOST_CO_TEACHERS", 1)
    add(course, UserFactory().email)

    with pytest.raises(NoCoTeacher, match="has 1 co-teachers"):
        add(course, UserFactory().email)


@pytest.mark.parametrize("again_open", [False, True])
def test_who_teaches_ends_with_the_account_and_does_not_come_back(
    again_open, course, boss
):
    co_teacher = CoTeacherFactory(course=course, **BOTH).user

    people.change(user=co_teacher, by=boss, is_active=False)
    if again_open:
        people.change(user=co_teacher, by=boss, is_active=True)

    assert not CoTeacher.objects.exists()


def test_a_deleted_account_takes_its_place_along_and_no_lesson(course):
    co_teacher = CoTeacherFactory(course=course, **BOTH).user
    made = session_services.create(teacher=co_teacher, course=course, title="Rings")

    co_teacher.delete()

    assert not CoTeacher.objects.exists()
    assert ClassSession.objects.get() == made
    assert made.teacher == course.teacher


def test_each_change_lets_the_open_dashboards_ask_again(course):
    added = add(course, UserFactory().email)
    co_teachers.change(co_teacher=added, by=course.teacher, **BOTH)
    co_teachers.remove(co_teacher=added, by=added.user)

    course.refresh_from_db()
    assert course.team_version == 3
    assert AuditEntry.objects.first().detail.endswith(": left")


def test_a_lesson_like_a_colleagues_stays_in_the_course_for_who_runs_there(course):
    session = ClassSessionFactory(teacher=course.teacher, course=course)
    runner = CoTeacherFactory(course=course, may_run=True).user
    watcher = CoTeacherFactory(course=course).user

    drafts = [
        session_services.draft_like(session, teacher=user) for user in (runner, watcher)
    ]

    assert [draft.course for draft in drafts] == [course, None]


def test_a_co_teacher_cannot_move_a_lesson_into_a_course_of_their_own(
    course, browser_of
):
    session = ClassSessionFactory(teacher=course.teacher, course=course)
    runner = CoTeacherFactory(course=course, may_run=True).user
    own = CourseFactory(teacher=runner)
    browser, url = browser_of(runner), reverse("session-edit", args=[session.pk])

    assert 'name="course"' not in browser.get(url).content.decode()
    browser.post(
        url,
        {"title": "Mine", "frame_interval_s": "2", "pulse_on": "on", "course": own.pk},
    )

    session.refresh_from_db()
    assert (session.title, session.course) == ("Mine", course)


def test_a_course_whose_teacher_is_gone_goes_on_with_who_runs_it(course, client):
    CoTeacherFactory(course=course)
    url = reverse("join", args=[course.join_code])
    course.teacher.is_active = False
    course.teacher.save()
    assert "has no teacher" in client.get(url).content.decode()

    CoTeacherFactory(course=course, may_run=True)

    assert "No lesson is running now" in client.get(url).content.decode()


def test_rows_are_locked_in_one_order_so_that_nobody_waits_in_a_circle(
    course, colleague
):
    known = add(course, colleague.email)
    changes = [
        lambda: add(course, colleague.email, may_run=True),
        lambda: co_teachers.change(co_teacher=known, by=course.teacher, **BOTH),
        lambda: co_teachers.remove(co_teacher=known, by=course.teacher),
    ]

    for change in changes:
        with CaptureQueriesContext(connection) as queries:
            change()
        tables = [
            found[1]
            for query in queries
            if (
                found := re.search(
                    r'(?:FROM|UPDATE|INTO) "sessions_app_(\w+)"', query["sql"]
                )
            )
        ]
        assert tables[0] == "course", tables


def test_a_colleague_whose_account_is_closed_at_that_moment_is_not_added(
    course, boss, monkeypatch
):
    colleague, find = UserFactory(), co_teachers._colleague

    def close_it_then(*asked):
        found = find(*asked)
        people.change(user=found, by=boss, is_active=False)
        return found

    monkeypatch.setattr(co_teachers, "_colleague", close_it_then)

    with pytest.raises(AccessEnded):
        add(course, colleague.email)
    assert not CoTeacher.objects.exists()
