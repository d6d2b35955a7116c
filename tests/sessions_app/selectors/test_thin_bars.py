"""How a class was, in one thin bar."""

import pytest

from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.selectors.thin_bars import with_bars
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db

WITHOUT_PULSE = {"pulse_status": "off", "pulse_statement": ""} | dict.fromkeys(
    ["pulse", "pulse_band", "pulse_size", "answers", "answers_band"]
)


def bar_of(session):
    [(listed, bar)] = with_bars([session])
    assert listed == session
    return bar


def test_a_class_without_closed_minutes_has_no_bar():
    assert bar_of(ClassSessionFactory()) is None


def test_a_class_without_numbers_has_an_empty_one():
    assert bar_of(ClassMinuteFactory().session).parts == []


@pytest.mark.parametrize("field", ["pulse", "groups"])
def test_its_percents_are_whole_and_add_up(field):
    session = ClassSessionFactory(ended=True)
    shares = {
        "groups": {"pleased": 0.35, "calm": 0.35, "strained": 0.3},
        "pulse": {
            "lost": 0.15,
            "too_fast": 0.15,
            "ok": 0.2,
            "too_slow": 0.05,
            "no_answer": 0.45,
        },
    }
    for index in range(3):
        values = shares if index < 2 else {}
        if field == "groups":
            values = values | WITHOUT_PULSE
        ClassMinuteFactory(session=session, index=index, released=True, **values)

    parts = bar_of(session).parts

    assert sum(part.percent for part in parts) == 100
    assert [part.start for part in parts] == [
        sum(part.percent for part in parts[:i]) for i in range(len(parts))
    ]


def test_of_a_lesson_that_is_over_the_kept_sums_tell_the_same():
    session = ClassSessionFactory(ended=True)
    for calm in (0.35, 0.5, 0.7):
        groups = {"pleased": 0.8 - calm, "calm": calm, "strained": 0.2}
        values = {"groups": groups} | WITHOUT_PULSE
        ClassMinuteFactory(session=session, released=True, **values)
    counted = bar_of(session)

    keep(ClassSession.objects.all())
    ClassMinute.objects.all().delete()

    assert bar_of(session) == counted
