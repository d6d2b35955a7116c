"""What counts as true, and that a check that sees nothing wrong can see it."""

import numpy as np
import pytest

from inference.labels import EMOTIONS
from inference.mood import GROUPING
from sessions_app.lab.truth import worlds
from sessions_app.lab.truth.minutes import score
from sessions_app.lab.truth.playing import Released, Shown
from sessions_app.minutes.claims import PULSE_CLAIMS, Claim, Kind, PulseClaim
from training.mood_trials import PRIORS

CALM, SAD = EMOTIONS.index("neutral"), EMOTIONS.index("sad")


def truth(**shares):
    return np.array([shares.get(label, 0.0) for label in EMOTIONS])


@pytest.mark.parametrize(
    ("claim", "shares", "holds"),
    [
        ("nearly_all:calm", {"neutral": 0.8, "sad": 0.2}, True),
        ("nearly_all:calm", {"neutral": 0.75, "sad": 0.25}, False),
        ("most:calm", {"neutral": 0.5, "sad": 0.5}, True),
        ("most:strained", {"angry": 0.3, "sad": 0.25, "neutral": 0.45}, True),
        ("most:pleased", {"happy": 0.4, "surprise": 0.05, "sad": 0.55}, False),
        ("few:strained", {"neutral": 0.75, "fear": 0.1, "sad": 0.15}, True),
        ("few:strained", {"neutral": 0.7, "sad": 0.3}, False),
        ("hardly:pleased", {"neutral": 0.9, "happy": 0.1}, True),
        ("hardly:pleased", {"neutral": 0.85, "happy": 0.15}, False),
    ],
)
def test_a_claim_is_true_as_a_teacher_would_understand_it(claim, shares, holds):
    assert Claim.parse(claim).holds(GROUPING @ truth(**shares)) == holds


@pytest.mark.parametrize(
    ("claim", "lost", "too_fast", "ok", "too_slow", "holds"),
    [
        ("half:lost", 0.2, 0.1, 0.1, 0.0, True),
        ("half:lost", 0.1, 0.2, 0.1, 0.0, False),
        ("third:behind", 0.06, 0.06, 0.28, 0.0, True),  # 30 % of those who answered
        ("third:behind", 0.05, 0.05, 0.3, 0.0, False),
        ("third:behind", 0.1, 0.1, 0.0, 0.0, False),  # whom a fifth of the class is
        ("third:too_slow", 0.0, 0.0, 0.2, 0.1, True),
        ("most:ok", 0.1, 0.0, 0.2, 0.05, True),
        ("few:answers", 0.05, 0.0, 0.2, 0.0, True),
        ("few:answers", 0.1, 0.0, 0.2, 0.0, False),
    ],
)
def test_a_claim_of_the_pulse_is_about_those_who_answered(
    claim, lost, too_fast, ok, too_slow, holds
):
    silent = 1 - lost - too_fast - ok - too_slow
    shares = np.array([lost, too_fast, ok, too_slow, silent])

    assert PulseClaim.parse(claim).holds(shares) == holds


def test_a_claim_survives_its_row():
    for kind in Kind:
        claim = Claim(kind, "calm")
        assert Claim.parse(str(claim)) == claim
    for said in PULSE_CLAIMS:
        assert PulseClaim.parse(str(said)) is said


def released(true, shares, *, statement="most:calm", small=False):
    """Two minutes alike, with a band of five points."""
    true, shares = (np.tile(values, (2, 1)) for values in (true, shares))
    band, groups = np.full((2, 7), 0.05), shares @ GROUPING.T
    hidden = np.full((2, 7), np.nan)
    shown = Shown(
        hidden if small else shares,
        hidden if small else band,
        *2 * (groups, band[:, :3]),
        np.array([statement, statement], object),
    )
    return Released(true, true, shown)


def test_a_release_that_is_right_is_said_to_be():
    right = truth(neutral=0.8, sad=0.2)

    found = score(released(right, right), np.full(7, 1 / 7))

    assert found["error"] == found["error_exact"] == 0
    assert found["error_constant"] == found["error_even"] == 0.657
    assert found["band_holds"] == found["something_said"] == 1
    assert found["sentences"]["most"] == {"said": 1, "true": 1}
    assert found["sentences"]["few"] == {"said": 0, "true": None}
    assert found["labels"]["error"] == 0
    assert found["labels"]["shown"] == found["labels"]["band_holds"] == 1
    assert found["labels"]["error_constant"] == 0.714


def test_a_release_that_is_wrong_is_said_to_be():
    happy, sad = truth(happy=1.0), truth(sad=1.0)

    found = score(released(happy, sad), np.full(7, 1 / 7))

    assert found["error"] == found["labels"]["error"] == 1
    assert found["band_holds"] == pytest.approx(1 / 3, abs=1e-3)
    assert found["sentences"]["most"] == {"said": 1, "true": 0}


def test_small_classes_say_nothing_of_seven_shares():
    found = score(
        released(truth(sad=1.0), truth(sad=1.0), small=True, statement=""),
        np.full(7, 1 / 7),
    )

    assert found["labels"] is None
    assert found["something_said"] == 0


def test_the_classroom_is_that_of_training():
    assert PRIORS["classroom"] == worlds.CLASSROOM
