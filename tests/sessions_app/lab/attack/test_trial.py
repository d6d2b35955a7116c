"""The attackers must be able to succeed: a check that cannot fail proves nothing."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from sessions_app.lab.attack import attackers, noise, signals, trial
from sessions_app.lab.attack.afterwards import Afterwards
from sessions_app.lab.attack.changes_alone import ChangesAlone
from sessions_app.lab.attack.classes import NONE, Protection
from sessions_app.lab.attack.own_browsers import OwnBrowsers
from sessions_app.lab.attack.presence import GROUP_LASTS, Pattern
from sessions_app.lab.attack.trial import Attack
from sessions_app.minutes import release
from sessions_app.minutes.release import noise_scale
from tests.inference.classes import calibrate, made_up_scores

INSIDER = Attack("expression")
VISITS = Attack("expression", Pattern.SHORT_VISITS, churn=True)
SPANS = Afterwards("pulse", minutes=False, spans=True)
TAPS = Attack("pulse", Pattern.SHORT_VISITS, churn=True)


NEW = [
    kind
    for signal in ("expression", "pulse")
    for kind in (
        OwnBrowsers(signal),
        OwnBrowsers(signal, coming=True),
        ChangesAlone(signal),
    )
]


def attacked(attack, protection, *, n=10, classes=400):
    signal = signals.pulse() if attack.signal == "pulse" else expression()
    return trial.run(attack, signal, others=n, classes=classes, protection=protection)


def expression():
    """Of a made-up network, right on two faces in three."""
    liking = np.array([0.28, 0.08, 0.25, 0.2, 0.38, 0.2, 0.42]) + 1.3 * np.eye(7)
    calibration = calibrate(made_up_scores(3000, liking=liking))
    faces = signals.expected_faces(calibration, np.random.default_rng(0))
    return signals.expression(calibration, faces)


def shipped(attack, n):
    return Protection(n, partial(noise_scale, attack.signal), GROUP_LASTS)


@pytest.mark.parametrize(("attack", "least"), [(INSIDER, 0.1), (VISITS, 0.25)])
def test_attackers_succeed_on_classes_without_protection(attack, least):
    outcome = attacked(attack, NONE, classes=1200)

    assert outcome.gain > least
    assert outcome.mood_error_released == outcome.mood_error_exact


def test_a_tap_is_almost_certain_without_protection():
    assert attacked(TAPS, NONE).attacker > 0.95


@pytest.mark.parametrize("attack", [INSIDER, VISITS, TAPS])
def test_the_shipped_protection_takes_most_of_the_gain(attack):
    bare = attacked(attack, NONE)

    guarded = attacked(attack, shipped(attack, 10))

    assert guarded.gain < bare.gain / 2
    assert guarded.gain < 0.16  # 0.10, and three standard errors of 400 classes
    assert guarded.mood_error_released > guarded.mood_error_exact


def test_noise_without_marks_does_not_stop_a_student_who_comes_and_goes():
    guarded = attacked(VISITS, shipped(VISITS, 10))

    free = attacked(VISITS, replace(shipped(VISITS, 10), lasts=0))

    assert free.gain > 2 * max(guarded.gain, 0.03)


@pytest.mark.parametrize("attack", NEW)
def test_own_browsers_and_comparers_succeed_without_protection(attack):
    assert attacked(attack, NONE).gain > 0.25


@pytest.mark.parametrize("attack", NEW)
def test_the_shipped_protection_stops_them(attack):
    assert attacked(attack, shipped(attack, 10)).gain < 0.17


def test_own_browsers_succeed_where_nothing_of_the_noise_lasts(monkeypatch):
    """As it was before: each minute another set, and for each set other noise."""
    own = OwnBrowsers("pulse")
    guarded = attacked(own, shipped(own, 10))
    for module in (noise, attackers, release):
        monkeypatch.setattr(module, "NOISE_PARTS", (0.0, 0.35, 0.65))

    free = attacked(own, replace(shipped(own, 10), lasts=1))

    assert free.gain > max(0.15, guarded.gain + 0.1)


def test_a_change_is_read_where_the_noise_does_not_follow_the_answers(monkeypatch):
    alone = ChangesAlone("pulse")
    for module in (noise, attackers, release):
        monkeypatch.setattr(module, "NOISE_PARTS", (0.5, 0.5, 0.0))

    assert attacked(alone, shipped(alone, 10)).gain > 0.3


def test_spans_alone_tell_much_without_protection():
    """So it is the noise in the rows that keeps them quiet."""
    bare = replace(NONE, lasts=GROUP_LASTS)

    assert attacked(SPANS, bare, classes=200).gain > 0.1


def test_the_same_seed_gives_the_same_outcome():
    first, second = (attacked(INSIDER, NONE, classes=100) for _ in range(2))

    assert first == second


def test_the_mark_adds_next_to_nothing_to_what_an_insider_knows():
    """Though half of the minutes are marked, and the shares themselves say nothing."""
    insider = Attack("expression", strange=True)
    silent = replace(shipped(insider, 20), scale=lambda n: 1000.0)

    assert abs(attacked(insider, silent, n=20).gain) < 0.05
