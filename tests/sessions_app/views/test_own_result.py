"""A student's own last result on its way to the student's panel: who gets it, how long, how much."""

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.services import consent, own_result
from sessions_app.services.withdrawals import NotWritten
from sessions_app.web import participant_cookie
from tests.redis_server import redis_server  # noqa: F401
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.real]

SEALED, NEWER = "a" * own_result.SEALED_CHARACTERS, "b-_9" * 84


@pytest.fixture(autouse=True)
def _a_site_may_show_panels(settings):
    settings.FER_FRAME_ORIGINS = ["https://meet.example.org"]


@pytest.fixture(params=["one process", "a cluster"])
def kept(request, settings):
    """Where it is kept: in memory, or in the Redis that counts."""
    if request.param == "a cluster":
        settings.CACHES = {
            "default": settings.CACHES["default"]
            | {
                "BACKEND": "fer_platform.cache.ForgivingRedisCache",
                "LOCATION": request.getfixturevalue("redis_server").url,
                "OPTIONS": {"serializer": "django.core.signing.JSONSerializer"},
            }
        }


@pytest.fixture
def lesson(teacher):
    return ClassSessionFactory(teacher=teacher, live=True)


@pytest.fixture
def mia(lesson):
    return ParticipantFactory(session=lesson, agreed=[Purpose.EXPRESSION])


@pytest.fixture
def tab_of(browser_with):
    def make(student):
        browser = browser_with(student)
        url = reverse("join-own-result", args=[student.session.join_code])
        return lambda sealed="": browser.post(url, {"sealed": sealed})

    return make


@pytest.fixture
def panel_of():
    """What a student's panel is told of the own result."""

    def make(student):
        frame = Client()
        name = f"panel-{participant_cookie.old_name(student.session)}"
        frame.cookies[name] = participant_cookie.signed(student)
        url = reverse("panel-student-news", args=[student.session.join_code])
        return lambda query="?own": frame.get(f"{url}{query}").json()["own"]

    return make


def test_a_panel_that_asks_gets_what_the_tab_said_last(kept, mia, tab_of, panel_of):
    tab, panel = tab_of(mia), panel_of(mia)
    assert panel() is None

    assert tab().json() == {"asked": True}
    assert panel() is None
    tab(SEALED)
    assert panel() == SEALED
    tab(NEWER)
    assert panel() == NEWER


def test_where_no_panel_asks_nothing_is_kept(mia, tab_of, panel_of):
    tab, panel = tab_of(mia), panel_of(mia)
    assert panel("") is None  # of a student who folded it away

    assert tab(SEALED).json() == {"asked": False}
    assert panel() is None


def test_nobody_elses_panel_gets_it(lesson, mia, tab_of, panel_of):
    bob = ParticipantFactory(session=lesson, agreed=[Purpose.EXPRESSION])
    panel_of(bob)()
    panel_of(mia)()

    tab_of(mia)(SEALED)

    assert panel_of(bob)() is None
    assert tab_of(bob)().json() == {"asked": True}
    assert panel_of(mia)() == SEALED


def test_it_is_gone_after_seconds_and_so_is_the_question(
    stopped, mia, tab_of, panel_of
):
    tab, panel = tab_of(mia), panel_of(mia)
    panel()
    tab(SEALED)
    stopped.shift(own_result.LASTS_S - 1)
    assert panel() == SEALED
    stopped.shift(1)
    assert panel() is None
    stopped.shift(own_result.LASTS_S)
    assert tab(SEALED).json() == {"asked": False}
    assert panel() is None


@pytest.mark.parametrize("kept", ["a cluster"], indirect=True)
def test_a_redis_keeps_it_for_seconds_alone(kept, mia, redis_server):  # noqa: F811
    own_result.asked_for(mia.pk)
    own_result.take(mia.pk, SEALED)

    with redis_server.client() as client:
        keys = client.keys("*own-result*")
        assert len(keys) == 2
        for key in keys:
            assert 0 < client.pttl(key) <= own_result.LASTS_S * 1000


@pytest.mark.parametrize(
    "sealed",
    [
        "a",
        SEALED[1:],
        SEALED + "a",
        SEALED[1:] + "\n",
        SEALED[1:] + "é",
        SEALED[1:] + "=",
        "a" * 900_000,
    ],
)
def test_what_cannot_be_sealed_is_refused(sealed, mia, tab_of, panel_of):
    panel = panel_of(mia)
    panel()

    assert tab_of(mia)(sealed).status_code == 400
    assert panel() is None


def test_a_tab_says_it_no_more_than_thirty_times_a_minute(stopped, lesson, mia, tab_of):
    tab = tab_of(mia)

    statuses = [tab(SEALED).status_code for _ in range(40)]

    assert statuses == [200] * 30 + [429] * 10
    bob = ParticipantFactory(session=lesson, agreed=[Purpose.EXPRESSION])
    assert tab_of(bob)().status_code == 200  # each student by themselves


def test_a_no_forgets_it_and_a_yes_does_not_bring_it_back(kept, mia, tab_of, panel_of):
    tab, panel = tab_of(mia), panel_of(mia)
    panel()
    tab(SEALED)

    consent.decide(participant=mia, decisions={Purpose.EXPRESSION: False})
    assert panel() is None
    assert tab(SEALED).status_code == 403
    consent.decide(participant=mia, decisions={Purpose.EXPRESSION: True})

    assert panel() is None


def test_a_no_to_the_pulse_leaves_it(lesson, tab_of, panel_of):
    student = ParticipantFactory(session=lesson, agreed=list(Purpose))
    panel_of(student)()
    tab_of(student)(SEALED)

    consent.decide(participant=student, decisions={Purpose.PULSE: False})

    assert panel_of(student)() == SEALED


def test_who_leaves_leaves_nothing(mia, tab_of, panel_of):
    panel_of(mia)()
    tab_of(mia)(SEALED)
    key, tab = mia.pk, tab_of(mia)

    consent.leave(participant=mia)

    assert tab(SEALED).status_code == 403
    own_result.asked_for(key)
    assert own_result.asked_for(key) is None


def test_a_no_that_cannot_be_written_yet_forgets_it_too(
    mia, tab_of, panel_of, monkeypatch
):
    def away(**_):
        raise OperationalError

    panel_of(mia)()
    tab_of(mia)(SEALED)
    monkeypatch.setattr(consent, "_decide", away)

    with pytest.raises(NotWritten):
        consent.decide(participant=mia, decisions={Purpose.EXPRESSION: False})

    assert cache.get(f"own-result:{mia.pk}") is None
    assert tab_of(mia)(SEALED).status_code == 403


@pytest.mark.parametrize("is_", [{}, {"paused": True}, {"ended": True}])
def test_only_a_lesson_that_runs_takes_it(is_, teacher, tab_of):
    lesson = ClassSessionFactory(teacher=teacher, **is_)
    student = ParticipantFactory(session=lesson, agreed=[Purpose.EXPRESSION])

    assert tab_of(student)(SEALED).status_code == 409


def test_where_expression_is_switched_off_nothing_is_taken(
    mia, tab_of, panel_of, decide
):
    panel_of(mia)()
    tab_of(mia)(SEALED)

    decide(expression_on=False)

    assert tab_of(mia)(SEALED).status_code == 409
    assert panel_of(mia)() is None


def test_while_the_redis_of_a_cluster_is_away_nothing_comes_and_nothing_fails(
    settings, mia, tab_of, panel_of
):
    settings.CACHES = {
        "default": {
            "BACKEND": "fer_platform.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert panel_of(mia)() is None
    assert tab_of(mia)(SEALED).json() == {"asked": False}
