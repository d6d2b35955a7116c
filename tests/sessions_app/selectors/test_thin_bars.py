"""How a class was, in one thin bar."""

import pytest

from sessions_app.selectors.thin_bars import with_bars
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db


def bar_of(session):
    [(listed, bar)] = with_bars([session])
    assert listed == session
    return bar


def test_a_class_without_closed_minutes_has_no_bar():
    assert bar_of(ClassSessionFactory()) is None


def test_a_class_without_numbers_has_an_empty_one():
    bar = bar_of(ClassMinuteFactory().session)

    assert (bar.minutes, bar.with_numbers, bar.parts) == (1, 0, [])


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
        minute = ClassMinuteFactory(
            session=session, index=index, released=True, **values
        )
        if field == "groups":
            minute.pulse = None
            minute.save()

    parts = bar_of(session).parts

    assert sum(part.percent for part in parts) == 100
    assert [part.start for part in parts] == [
        sum(part.percent for part in parts[:i]) for i in range(len(parts))
    ]
