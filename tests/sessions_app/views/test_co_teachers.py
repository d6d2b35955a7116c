"""The page of co-teachers, and what a lesson's page offers to each of them."""

import pytest
from django.urls import reverse

from sessions_app.enums import Right
from sessions_app.models import CoTeacher
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(teacher):
    return CourseFactory(teacher=teacher)


def test_a_teacher_adds_changes_and_removes_a_colleague(course, teacher, browser_of):
    UserFactory(email="grace@school.example", name="Grace")
    browser, page = browser_of(teacher), reverse("course-co-teachers", args=[course.pk])

    browser.post(page, {"email": "grace@school.example", "may_run": "on"})
    known = CoTeacher.objects.get()
    assert known.rights == {Right.SEE, Right.RUN}
    assert "Grace" in browser.get(page).content.decode()

    one = reverse("course-co-teacher", args=[course.pk, known.pk])
    browser.post(one, {"may_delete": "on"})
    known.refresh_from_db()
    assert known.rights == {Right.SEE, Right.DELETE}

    browser.post(reverse("course-co-teacher-remove", args=[course.pk, known.pk]))
    assert not CoTeacher.objects.exists()


def test_what_was_typed_stays_where_nobody_is_found(course, teacher, browser_of):
    url = reverse("course-co-teachers", args=[course.pk])

    answer = browser_of(teacher).post(url, {"email": "noone@school.example"})

    page = answer.content.decode()
    assert "No open account has this address" in page
    assert 'value="noone@school.example"' in page


def test_nobody_is_offered_a_list_of_people(course, teacher, browser_of):
    stranger = UserFactory(email="unseen@school.example", name="Unseen")

    page = browser_of(teacher).get(reverse("course-co-teachers", args=[course.pk]))

    assert stranger.email not in page.content.decode()


def test_a_co_teacher_of_another_course_is_not_reached_through_ones_own(
    course, teacher, browser_of
):
    foreign = CoTeacherFactory()
    url = reverse("course-co-teacher-remove", args=[course.pk, foreign.pk])

    assert browser_of(teacher).post(url).status_code == 404
    assert CoTeacher.objects.contains(foreign)


def test_a_co_teacher_leaves(course, browser_of):
    grace = CoTeacherFactory(course=course).user
    browser = browser_of(grace)
    page = browser.get(reverse("course-detail", args=[course.pk])).content.decode()
    assert "Leave the course" in page

    browser.post(reverse("course-leave", args=[course.pk]))

    listed = browser.get(reverse("course-list")).content.decode()
    assert "You have left" in listed
    assert browser.get(reverse("course-detail", args=[course.pk])).status_code == 404


@pytest.mark.parametrize("state", [{}, {"live": True}, {"ended": True}])
@pytest.mark.parametrize("rights", [{}, {"may_run": True}, {"may_delete": True}])
def test_what_would_be_refused_is_not_offered(state, rights, course, browser_of):
    session = ClassSessionFactory(teacher=course.teacher, course=course, **state)
    browser = browser_of(CoTeacherFactory(course=course, **rights).user)

    page = browser.get(reverse("session-detail", args=[session.pk])).content.decode()

    offered = {
        name
        for name in ("edit", "start", "pause", "end", "delete")
        if reverse(f"session-{name}", args=[session.pk]) in page
    }
    moves = set() if "ended" in state else {"start"}  # hidden once it runs
    moves |= {"pause", "end"} if "live" in state else set()
    runs = {"edit", *moves} if rights.get("may_run") else set()
    deletes = {"delete"} if rights.get("may_delete") and "live" not in state else set()
    assert offered == runs | deletes
    assert "Mark this moment" not in page or "may_run" in rights


def test_a_note_is_neither_read_nor_written_by_a_co_teacher(course, browser_of):
    session = ClassSessionFactory(
        teacher=course.teacher, course=course, ended=True, note="Only mine"
    )
    grace = CoTeacherFactory(course=course, may_run=True, may_delete=True).user
    browser = browser_of(grace)

    for name, key in (
        ("session-detail", session),
        ("session-list", None),
        ("course-detail", course),
        ("session-edit", session),
    ):
        url = reverse(name, args=[key.pk] if key else [])
        assert "Only mine" not in browser.get(url).content.decode()
    note = reverse("session-note", args=[session.pk])
    assert browser.post(note, {"note": "Hers"}).status_code == 404
    like = browser.get(f"{reverse('session-new')}?like={session.pk}")
    assert "Only mine" not in like.content.decode()


def test_lists_name_the_teacher_of_what_is_a_colleagues(course, browser_of):
    ClassSessionFactory(teacher=course.teacher, course=course)
    browser = browser_of(CoTeacherFactory(course=course).user)

    for name in ("session-list", "course-list"):
        page = browser.get(reverse(name)).content.decode()
        assert f"<span>{course.teacher}</span>" in page
