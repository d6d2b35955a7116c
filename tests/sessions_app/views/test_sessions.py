import xml.etree.ElementTree as ET

import pytest
from django.urls import reverse

from sessions_app.models import ClassSession
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


def url(name, session):
    return reverse(f"session-{name}", args=[session.pk])


def shown(response):
    """The template that a view chose; the first one rendered."""
    return response.templates[0].name


def test_a_teacher_makes_starts_pauses_and_ends_a_class(teacher, browser_of):
    browser = browser_of(teacher)
    values = {"title": "Rings", "frame_interval_s": "3", "expression_on": "on"}
    response = browser.post(reverse("session-new"), values)
    session = ClassSession.objects.get()
    assert response.url == url("detail", session)
    assert (session.teacher, session.frame_interval_ms) == (teacher, 3000)

    states = []
    for change in ("start", "pause", "resume", "end"):
        browser.post(url(change, session))
        states.append(ClassSession.objects.get().state)

    assert states == ["live", "paused", "live", "ending"]


@pytest.mark.parametrize(
    ("state", "template"),
    [
        ("draft", "sessions/dashboard.html"),
        ("live", "sessions/dashboard.html"),
        ("paused", "sessions/dashboard.html"),
        ("ending", "sessions/summary.html"),
        ("ended", "sessions/summary.html"),
    ],
)
def test_each_state_has_its_page(state, template, teacher, browser_of):
    values = {} if state == "draft" else {state: True}
    session = ClassSessionFactory(teacher=teacher, **values)

    response = browser_of(teacher).get(url("detail", session))

    assert shown(response) == template


def test_the_pages_carry_the_links_that_scripts_follow(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, live=True)
    browser = browser_of(teacher)

    for name in ("detail", "compact"):
        context = browser.get(url(name, session)).context
        assert context["join_url"] == f"http://testserver/j/{session.join_code}/"
        assert context["socket_path"] == f"/ws/sessions/{session.pk}/dashboard/"
        assert browser.get(context["timeline_url"]).json()["session"]["state"] == "live"
        assert browser.get(context["qr_url"]).status_code == 200


def test_the_qr_code_is_a_picture_without_script_or_style(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher)

    response = browser_of(teacher).get(url("qr", session))

    assert response["Content-Type"] == "image/svg+xml"
    picture = ET.fromstring(response.content)
    names = {element.tag.rpartition("}")[2] for element in picture.iter()}
    assert names == {"svg", "g", "path"}
    assert not any("style" in element.attrib for element in picture.iter())


def test_a_change_that_comes_too_late_is_told_and_loses_nothing(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, ended=True)
    browser = browser_of(teacher)

    page = browser.post(url("start", session), follow=True)
    answer = browser.post(url("start", session), headers=JSON)

    assert "cannot become “Live”" in str(*page.context["messages"])
    assert answer.status_code == 409
    assert "cannot become “Live”" in answer.json()["error"]
    assert ClassSession.objects.get().state == "ended"


def test_a_script_learns_the_new_state(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, live=True)

    answer = browser_of(teacher).post(url("pause", session), headers=JSON)

    assert answer.json() == {"state": "paused"}


def test_a_running_class_is_not_deleted_by_its_page(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, live=True)

    response = browser_of(teacher).post(url("delete", session))

    assert response.url == url("detail", session)
    assert ClassSession.objects.exists()


def test_editing_keeps_the_state_and_the_teacher(teacher, boss, browser_of):
    session = ClassSessionFactory(teacher=teacher, live=True)
    values = {"title": "New", "frame_interval_s": "2", "pulse_on": "on"}

    response = browser_of(boss).post(url("edit", session), values)

    assert response.status_code == 302, response.context["form"].errors
    session.refresh_from_db()
    assert (session.title, session.state, session.teacher) == ("New", "live", teacher)


@pytest.mark.parametrize(
    ("query", "above", "among"),
    [
        ({}, ["Now"], ["Then"]),
        ({"q": "nothing"}, ["Now"], []),
        ({"q": "now"}, [], ["Now"]),
        ({"state": "live"}, [], ["Now"]),
        ({"state": "nonsense"}, ["Now"], ["Then"]),
    ],
)
def test_a_running_class_is_listed_once(teacher, browser_of, query, above, among):
    ClassSessionFactory(teacher=teacher, live=True, title="Now")
    ClassSessionFactory(teacher=teacher, ended=True, title="Then")

    answer = browser_of(teacher).get(reverse("session-list"), query)

    assert [s.title for s, _ in answer.context["live_rows"]] == above
    assert [s.title for s, _ in answer.context["rows"]] == among
    assert answer.content.decode().count(">Now</a>") == 1


def test_where_the_only_class_runs_nothing_says_that_there_is_none(teacher, browser_of):
    ClassSessionFactory(teacher=teacher, live=True, title="Now")

    page = browser_of(teacher).get(reverse("session-list")).content.decode()

    assert "Now" in page
    assert "No lessons yet" not in page


def test_the_list_pages_and_filters(teacher, browser_of):
    course = CourseFactory(teacher=teacher)
    ClassSessionFactory.create_batch(21, teacher=teacher, course=course)
    ClassSessionFactory(teacher=teacher, live=True, title="Now")
    browser = browser_of(teacher)

    def listed(**query):
        return browser.get(reverse("session-list"), query).context

    assert len(listed()["page_obj"]) == 20
    assert len(listed(page="2")["page_obj"]) == 1
    assert len(listed(page="999999999")["page_obj"]) == 1
    assert len(listed(course=course.pk, state="nonsense")["page_obj"]) == 20
