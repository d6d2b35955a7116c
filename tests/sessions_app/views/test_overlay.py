"""The overlay for streams and slides: what students see of the class, and nothing else."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(teacher):
    lesson = ClassSessionFactory(teacher=teacher, live=True, students_see=True)
    ClassMinuteFactory(session=lesson, index=0, released=True)
    lesson.closed_through = 0
    lesson.save()
    return lesson


def address_of(lesson, browser):
    """Where its teacher copies it; None where it is not offered."""
    page = browser.get(reverse("session-detail", args=[lesson.pk])).content.decode()
    found = re.search(r'data-copy="http://testserver(/overlay/[^"?]+)"', page)
    return found and found[1]


def test_a_program_without_a_log_in_shows_what_students_see(
    lesson, teacher, browser_of
):
    address = address_of(lesson, browser_of(teacher))
    program = Client()

    page = program.get(address)
    news = program.get(f"{address}news/").json()

    assert page.status_code == 200
    assert not program.cookies
    assert set(news) == {"state", "result"}
    assert set(news["result"]) == {"emotions", "last_minute", "summary"}
    assert "size" not in news["result"]["last_minute"]


def test_it_stands_in_no_frame(lesson, teacher, browser_of, settings):
    settings.FER_FRAME_ORIGINS = ["https://meet.example.org"]
    address = address_of(lesson, browser_of(teacher))

    for url in (address, f"{address}news/"):
        answer = Client().get(url)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


def test_a_lesson_whose_students_see_nothing_has_none(lesson, teacher, browser_of):
    browser = browser_of(teacher)
    address = address_of(lesson, browser)

    lesson.students_see = False
    lesson.save()

    assert address_of(lesson, browser) is None
    assert Client().get(address).status_code == 404
    assert Client().get(f"{address}news/").status_code == 404


def test_it_shows_nothing_once_the_lesson_is_over(lesson, teacher, browser_of):
    address = address_of(lesson, browser_of(teacher))
    ended = ClassSessionFactory(ended=True)
    lesson.state, lesson.ended_at = ended.state, ended.ended_at
    lesson.save()

    news = Client().get(f"{address}news/").json()

    assert news == {"state": "ended", "result": None}


@pytest.mark.parametrize("change", [str.upper, lambda token: token[:-1] + "x"])
def test_a_forged_address_shows_nothing(lesson, teacher, browser_of, change):
    address = address_of(lesson, browser_of(teacher))
    token = address.split("/")[2]

    for name in ("overlay", "overlay-news"):
        answer = Client().get(reverse(name, args=[change(token)]))
        assert answer.status_code == 404


def test_without_a_background_there_is_none(lesson, teacher, browser_of):
    address = address_of(lesson, browser_of(teacher))

    plain = Client().get(address).content.decode()
    bare = Client().get(f"{address}?background=transparent").content.decode()

    assert 'class="overlay-page"' in plain
    assert 'class="overlay-page is-transparent"' in bare
