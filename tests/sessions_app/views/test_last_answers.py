"""A student who was in the course before reads the answers of last time, and answers again."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions_app.enums import Purpose
from sessions_app.models import Consent, Participant
from sessions_app.selectors.consent import choices_of
from sessions_app.services import retention
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory, as_read

pytestmark = pytest.mark.django_db

EXPRESSION, PULSE = Purpose.EXPRESSION, Purpose.PULSE
YES_AND_NO = {"expression": "yes", "pulse": "no"}


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def lesson(course):
    """Make a lesson of the course that runs."""

    def make(**options):
        return ClassSessionFactory(**{"course": course, "live": True} | options)

    return make


def url(name, session):
    return reverse(name, args=[session.join_code])


def been_in(session, **answers):
    """A browser that joined a lesson, which is over now."""
    browser = Client()
    browser.post(url("join", session), as_read(session) | (answers or YES_AND_NO))
    type(session).objects.filter(pk=session.pk).update(
        state="ended", ended_at=timezone.now()
    )
    return browser


def told(browser, session):
    """What a browser reads on the page that asks, of last time: purpose to yes or no."""
    page = browser.get(url("join", session))
    assert "checked" not in page.content.decode()
    assert page.content.decode().count("data-last") == len(page.context["last"])
    return {purpose: last.yes for purpose, last in page.context["last"].items()}


def test_last_times_answers_are_named_not_chosen_and_count_for_nothing(lesson):
    browser = been_in(lesson())
    today = lesson()

    assert told(browser, today) == {"expression": True, "pulse": False}
    assert not today.participants.exists()

    browser.post(url("join", today), as_read(today))
    assert choices_of(today.participants.get()) == {EXPRESSION: False, PULSE: False}


def test_one_screen_answers_again_for_the_new_lesson_alone(lesson):
    first, today = lesson(), lesson()
    browser = been_in(first)

    answer = browser.post(
        url("join", today), as_read(today) | {"expression": "no", "pulse": "yes"}
    )

    assert answer.url == url("join-class", today)
    assert choices_of(today.participants.get()) == {EXPRESSION: False, PULSE: True}
    assert choices_of(first.participants.get()) == {EXPRESSION: True, PULSE: False}


def test_the_newest_lesson_is_last_time(lesson):
    browser = been_in(lesson())
    second = lesson()
    browser.post(url("join", second), as_read(second) | {"pulse": "yes"})

    assert told(browser, lesson()) == {"pulse": True}


@pytest.mark.parametrize("another", [True, False])
def test_nothing_is_told_outside_the_course(another, lesson):
    browser = been_in(lesson())
    elsewhere = lesson(course=CourseFactory() if another else None)

    assert told(browser, elsewhere) == {}


@pytest.mark.parametrize("cookie", [None, "x" * 43, "forged"])
def test_nothing_is_told_to_another_browser(cookie, lesson):
    been_in(lesson())
    browser = Client()
    if cookie:
        browser.cookies[participant_cookie.name()] = cookie

    assert told(browser, lesson()) == {}


def test_nothing_is_told_where_a_browser_does_not_prove_who_sits_at_it(
    lesson, settings
):
    settings.FER_SIGNED_IN_HEADER = "X-School-Name"
    signed_in, today = lesson(signed_in_only=True), lesson(signed_in_only=True)
    browser = been_in(lesson())
    for session, name in ((signed_in, "eve"), (today, "adam")):
        browser.get(url("join-sign-in", session), headers={"X-School-Name": name})
        if session == signed_in:
            browser.post(url("join", session), as_read(session) | {"pulse": "yes"})

    assert told(browser, today) == {}
    assert told(browser, lesson()) == {"expression": True, "pulse": False}


def test_a_yes_that_was_taken_back_is_told_as_a_no(lesson):
    first = lesson()
    browser = been_in(first)
    browser.post(url("join-choices", first), {"expression": "off"})

    assert told(browser, lesson()) == {"expression": False, "pulse": False}


def test_a_no_that_could_not_be_written_yet_is_told_as_a_no(lesson, monkeypatch):
    first = lesson()
    browser = been_in(first)
    person = first.participants.get()
    monkeypatch.setattr(
        "sessions_app.minutes.withheld._until", {person.pk: {EXPRESSION: 2**63 - 1}}
    )

    assert told(browser, lesson()) == {"expression": False, "pulse": False}


def test_what_was_deleted_by_the_student_is_not_told(lesson):
    first = lesson()
    browser = been_in(first)

    browser.post(url("join-leave", first))

    assert told(browser, lesson()) == {}
    assert not Consent.objects.exists()


def test_what_was_kept_long_enough_is_not_told(lesson):
    first = lesson()
    browser = been_in(first)
    long_ago = timezone.now() - dt.timedelta(days=400)
    type(first).objects.update(started_at=long_ago, ended_at=long_ago)
    today = lesson()

    retention.apply_some(now=timezone.now())

    assert told(browser, today) == {}
    assert not Participant.objects.exists()


def test_an_answer_to_an_older_text_says_so(lesson, settings):
    browser = been_in(lesson())
    settings.FER_CONSENT_VERSION = "2030-01"

    page = browser.get(url("join", lesson())).content.decode()

    assert page.count(", to an older text") == 2


def test_who_asks_and_why_a_name(lesson, settings):
    settings.FER_SCHOOL_NAME = "Lakeside <b>School</b>"
    session = lesson(
        teacher__name="Gregor Mendel", course=CourseFactory(title="Algebra")
    )

    page = Client().get(url("join", session)).content.decode()

    assert "<strong>Gregor Mendel</strong> asks you · Algebra, Autumn" in page
    assert "Lakeside &lt;b&gt;School&lt;/b&gt;" in page
    assert "to tell whose page this is" in page
    settings.FER_SCHOOL_NAME = ""
    nameless = lesson(teacher__name="", teacher__email="secret@school.example")
    page = Client().get(url("join", nameless)).content.decode()
    assert "Your teacher asks you" in page
    assert "secret@school.example" not in page


def test_a_course_of_many_lessons_asks_the_database_as_often(
    lesson, django_assert_max_num_queries
):
    browser = been_in(lesson())
    for _ in range(30):
        lesson(live=False, ended=True)
    today = lesson()

    with django_assert_max_num_queries(12):
        browser.get(url("join", today))
