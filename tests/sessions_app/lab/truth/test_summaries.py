"""What counts as true of a summary, and that a wrong one is found to be wrong."""

import datetime as dt

import numpy as np
import pytest

from sessions_app.lab.truth.playing import pulse
from sessions_app.lab.truth.summaries import holds_in, holds_mostly, summaries
from sessions_app.lab.truth.worlds import WORLDS
from sessions_app.minutes.claims import Claim, Kind, PulseClaim
from sessions_app.minutes.looking_back import Moment, Mostly, Stretch

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
CALM, NOT_CALM = [0.3, 0.6, 0.1], [0.4, 0.3, 0.3]
LOST, FINE = [0.5, 0.0, 0.3, 0.0, 0.2], [0.0, 0.0, 0.8, 0.0, 0.2]


@pytest.mark.parametrize(("count", "true"), [(2, True), (3, True), (4, False)])
def test_mostly_is_true_of_as_many_minutes_as_it_says(count, true):
    mostly = Mostly(Claim(Kind.MOST, "calm"), count, 5)
    truth = np.array([CALM] * 3 + [NOT_CALM] * 2)

    assert holds_mostly(mostly, truth) is true


@pytest.mark.parametrize(("first", "true"), [(0, False), (1, False), (2, True)])
def test_a_stretch_is_true_of_its_own_minutes_together(first, true):
    claim = PulseClaim.parse("half:lost")
    stretch = Stretch(claim, Moment("pulse", first, NOW), NOW, minutes=2)

    assert holds_in(stretch, np.array([FINE, FINE, LOST, LOST])) is true


def test_lessons_are_played_and_summed_up():
    found = summaries(
        pulse(),
        WORLDS["uniform"],
        20,
        np.random.default_rng(0),
        lessons=10,
        churn=False,
    )

    assert found["stretch"]["said"] > 0
    assert found["stretch"]["true"] >= 0.9
    assert 0.5 < found["peaks_hold"] <= 1
