"""For how long a browser stays logged in."""

import datetime as dt

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from sessions_app.models import LogIn
from sessions_app.models.session_store import SessionStore
from sessions_app.selectors.visible import user_of
from tests.sessions_app.factories import PASSWORD, ClassSessionFactory

pytestmark = pytest.mark.django_db

BEGAN = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
HALF_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def clock(settings):
    settings.SESSION_COOKIE_AGE = 4 * 60 * 60
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(clock, teacher):
    browser = Client()
    answers = {"username": teacher.email, "password": PASSWORD}
    assert browser.post(reverse("login"), answers).status_code == 302
    return browser


def uses(browser, clock, url, times, every=HALF_HOUR):
    """How many of its requests were answered."""
    answered = 0
    for _ in range(times):
        clock.shift(every)
        answered += browser.get(url).status_code == 200
    return answered


def test_each_use_puts_the_log_out_off(browser, clock):
    assert uses(browser, clock, reverse("session-list"), 20) == 20

    clock.shift(dt.timedelta(hours=4, seconds=1))
    assert browser.get(reverse("session-list")).status_code == 302


def test_what_an_open_page_asks_by_itself_is_no_use(browser, clock, teacher):
    session = ClassSessionFactory(teacher=teacher, live=True)
    timeline = reverse("session-timeline", args=[session.pk])
    key = browser.session.session_key

    assert uses(browser, clock, timeline, 10) == 7  # of the eighth it is too late
    assert user_of(key) is None  # what a dashboard's socket asks


def test_what_pages_of_students_and_of_a_stream_ask_by_themselves_is_no_use(
    browser, clock, teacher
):
    """They stand open in a teacher's browser, too: beside slides, in another window."""
    session = ClassSessionFactory(teacher=teacher, live=True, students_see=True)
    news = reverse("overlay-news", args=[Signer(salt="overlay").sign(session.pk.hex)])

    for _ in range(10):
        clock.shift(HALF_HOUR)
        assert browser.get(news, headers={"Accept": "application/json"}).json()
        browser.head(reverse("try-it"))

    assert browser.get(reverse("session-list")).status_code == 302


def test_a_log_in_ends_after_its_days_however_much_it_is_used(browser, clock, settings):
    settings.FER_LOGIN_DAYS = 1
    every = dt.timedelta(hours=2)

    assert uses(browser, clock, reverse("session-list"), 15, every=every) == 11
    assert not LogIn.objects.open().exists()


def test_uses_within_a_minute_are_written_once(browser, clock):
    url = reverse("security")
    clock.shift(dt.timedelta(minutes=2))
    browser.get(url)
    clock.shift(dt.timedelta(seconds=30))

    before = LogIn.objects.get().used_at
    browser.get(url)

    assert LogIn.objects.get().used_at == before


def test_no_way_to_ask_the_store_takes_a_rows_key_for_the_cookie(browser):
    cookie, row = browser.session.session_key, LogIn.objects.get()
    read = {key: SessionStore(key) for key in (cookie, row.session_key)}

    for key, found in ((cookie, True), (row.session_key, False)):
        assert bool(read[key].load()) == found
        assert bool(async_to_sync(SessionStore(key).aload)()) == found
        assert read[key].exists(key) == found
        assert async_to_sync(read[key].aexists)(key) == found
    async_to_sync(read[row.session_key].adelete)(row.session_key)
    assert LogIn.objects.exists()
    async_to_sync(SessionStore(cookie).adelete)()
    assert not LogIn.objects.exists()
