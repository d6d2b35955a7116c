import datetime as dt
import time

import pytest

from sessions_app import clock


def test_a_step_of_the_machines_clock_does_not_move_it(monkeypatch):
    before = clock.now_s()

    monkeypatch.setattr(time, "time", lambda: 0.0)

    assert clock.now_s() == pytest.approx(before, abs=1.0)


def test_both_forms_are_the_same_moment():
    assert clock.now() - dt.datetime.fromtimestamp(
        clock.now_s(), tz=dt.UTC
    ) == pytest.approx(dt.timedelta(0), abs=dt.timedelta(seconds=1))


def test_several_machines_can_agree_on_a_moment(monkeypatch):
    monkeypatch.setattr(clock, "_OFFSET_S", clock._OFFSET_S)  # put back afterwards

    clock.carry_on_from(1_000_000.0)

    assert clock.now_s() == pytest.approx(1_000_000.0, abs=5.0)
