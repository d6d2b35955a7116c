"""When a log-in begins and ends: a session of its own, and no way back into an old one."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sessions_app.models import LogIn
from tests.sessions_app.factories import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "session-list"


def session_of(browser):
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def with_session(key):
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    return browser


def is_in(browser):
    return browser.get(reverse(PAGE)).status_code == 200


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC))
    return time_machine


@pytest.fixture
def log_in(teacher):
    def enter(browser):
        fields = {"username": teacher.email, "password": PASSWORD}
        return browser.post(reverse("login"), fields)

    return enter


def test_a_log_in_takes_over_no_session_from_before(log_in):
    planted = Client()
    planted.session["planted"] = True
    stored = planted.session
    stored.save()
    browser = with_session(stored.session_key)

    log_in(browser)

    assert is_in(browser)
    assert session_of(browser) != stored.session_key
    assert not is_in(with_session(stored.session_key))


def test_who_reads_the_database_is_logged_in_by_no_row_of_it(log_in):
    browser = Client()
    log_in(browser)
    row = LogIn.objects.get()

    assert session_of(browser) not in str(LogIn.objects.values().get())
    assert not is_in(with_session(row.session_key))
    assert is_in(browser)


def test_a_log_out_ends_the_session_for_whoever_kept_its_cookie(log_in):
    browser = Client()
    log_in(browser)
    copy = session_of(browser)
    assert is_in(with_session(copy))

    browser.post(reverse("logout"))

    assert not is_in(with_session(copy))


def test_a_log_in_that_nobody_uses_ends(clock, log_in):
    browser = Client()
    log_in(browser)
    idle = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)

    clock.shift(idle - dt.timedelta(minutes=5))
    assert is_in(browser)
    clock.shift(idle + dt.timedelta(minutes=5))
    assert not is_in(browser)


def test_a_short_time_out_logs_nobody_out_who_is_at_work(clock, log_in, settings):
    settings.SESSION_COOKIE_AGE = 60
    browser = Client()
    log_in(browser)
    for _ in range(20):
        clock.shift(dt.timedelta(seconds=10))
        assert is_in(browser)

    clock.shift(dt.timedelta(seconds=61))
    assert not is_in(browser)


def test_a_log_in_that_is_used_all_the_time_ends_too(clock, log_in):
    browser = Client()
    log_in(browser)
    half_s = settings.SESSION_COOKIE_AGE // 2
    uses = settings.FER_LOGIN_DAYS * 86_400 // half_s - 1

    for _ in range(uses):
        clock.shift(half_s)
        assert is_in(browser)
    clock.shift(2 * half_s)

    assert not is_in(browser)
