"""What counts as true, and that a check that sees nothing wrong can see it."""

import numpy as np
import pytest

from inference.labels import EMOTIONS
from sessions_app.lab.truth import worlds
from sessions_app.lab.truth.minutes import is_true, score
from sessions_app.lab.truth.playing import Released
from sessions_app.minutes.sentences import Kind, Statement
from training.mood_trials import PRIORS

CALM, SAD = EMOTIONS.index("neutral"), EMOTIONS.index("sad")


def truth(**shares):
    return np.array([shares.get(label, 0.0) for label in EMOTIONS])


@pytest.mark.parametrize(
    ("kind", "shares", "holds"),
    [
        (Kind.MOST, {"neutral": 0.5, "sad": 0.5}, True),
        (Kind.MOST, {"neutral": 0.45, "sad": 0.55}, False),
        (Kind.HALF, {"neutral": 0.35, "sad": 0.65}, True),
        (Kind.HALF, {"neutral": 13 / 20, "sad": 7 / 20}, True),
        (Kind.HALF, {"neutral": 0.7, "sad": 0.3}, False),
        (Kind.MIXED, {"neutral": 0.6, "sad": 0.1, "happy": 0.3}, True),
        (Kind.MIXED, {"neutral": 0.6, "sad": 0.05, "happy": 0.35}, False),
        (Kind.MIXED, {"neutral": 0.7, "sad": 0.3}, False),
    ],
)
def test_a_sentence_is_true_as_a_teacher_would_understand_it(kind, shares, holds):
    labels = (CALM, SAD) if kind is Kind.MIXED else (CALM,)

    assert is_true(Statement(kind, labels), truth(**shares)) is holds


def released(true, shares, band):
    """Two minutes alike."""
    rows = [np.tile(values, (2, 1, 1)) for values in (true, shares, band)]
    return Released(rows[0], rows[0], rows[1], rows[2])


def test_a_release_that_is_right_is_said_to_be():
    right = truth(neutral=0.8, sad=0.2)

    found = score(released(right, right, np.full(7, 0.05)), np.full(7, 1 / 7))

    assert found["error"] == found["error_exact"] == 0
    assert found["error_constant"] == found["error_even"] == 0.714
    assert found["band_holds"] == 1
    assert found["sentences"]["most"] == {"said": 1, "true": 1}
    assert found["sentences"]["mixed"] == {"said": 0, "true": None}


def test_a_release_that_is_wrong_is_said_to_be():
    happy, sad = truth(happy=1.0), truth(sad=1.0)

    found = score(released(happy, sad, np.full(7, 0.05)), np.full(7, 1 / 7))

    assert found["error"] == 1
    assert found["band_holds"] == pytest.approx(5 / 7, abs=1e-3)
    assert found["sentences"]["most"] == {"said": 1, "true": 0}


def test_the_classroom_is_that_of_training():
    assert PRIORS["classroom"] == worlds.CLASSROOM
