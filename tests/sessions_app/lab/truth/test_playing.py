"""Classes are played as the server would serve them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from inference import mood
from inference.artefact import ArtefactRefused, load_calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack.presence import Presence
from sessions_app.lab.attack.sums import Sums
from sessions_app.lab.truth import playing, worlds
from sessions_app.lab.truth.changes import changes
from sessions_app.lab.truth.faces import SCORES, FaceKind, drawn_faces
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Release
from sessions_app.minutes.release import (
    NoiseKeys,
    ReleasePolicy,
    expression_statistic,
    noise_scale,
    release_shares,
    release_size,
)

CALIBRATION = load_calibration("small")


@pytest.fixture(scope="module")
def way_out():
    faces = drawn_faces(FaceKind.EXPECTED, CALIBRATION, np.random.default_rng(0))
    return playing.expression(CALIBRATION, faces)


def test_a_released_class_is_spread_as_the_server_s_release_spreads_it(way_out):
    """The same mean, deviation and sizes as of 400 groups with keys of their own."""
    n, classes, rng = 12, 400, np.random.default_rng(1)
    scores = CALIBRATION.prior @ CALIBRATION.means
    sums = Sums(
        np.array([n]),
        np.tile(n * scores, (classes, 1, 1)),
        np.zeros((classes, 1, 7)),
        np.zeros((classes, 1, 0)),
    )
    crowd = Presence(np.ones((1, n), bool))

    played = playing.release(way_out, crowd, sums, rng, min_group=10)

    exact = mood.estimate(mood.ClassSums(n, n * scores, scores, 0.0), CALIBRATION)
    np.testing.assert_allclose(played.exact[0, 0], exact.shares, atol=1e-12)
    policy = ReleasePolicy(10, noise_scale(Purpose.EXPRESSION, n))
    groups = []
    for keys in rng.integers(2**62, size=(classes, 2)).tolist():
        own = NoiseKeys(*keys)
        size = release_size(n, formed_with=n, keys=own, statistic="p", policy=policy)
        noisy = release_shares(
            expression_statistic(size) @ exact.shares,
            n=n,
            keys=own,
            statistic="p",
            policy=policy,
        )
        shown = belief.expression(
            noisy[None, None], Release(size, 10, 1.0), CALIBRATION
        )
        groups.append(shown.groups.shares[0])
    seen = played.shown.groups[:, 0]
    np.testing.assert_allclose(seen.mean(axis=0), np.mean(groups, axis=0), atol=0.03)
    np.testing.assert_allclose(seen.std(axis=0), np.std(groups, axis=0), atol=0.03)
    np.testing.assert_allclose(seen.sum(axis=1), 1, atol=1e-9)


@pytest.mark.parametrize("world", worlds.WORLDS)
@pytest.mark.parametrize("of", ["expression", "pulse"])
def test_every_world_has_moods_of_every_signal(way_out, world, of):
    signal = (way_out if of == "expression" else playing.pulse()).signal

    moods = worlds.WORLDS[world](signal, np.random.default_rng(0), 50)

    assert moods.shape == (50, len(signal.prior))
    np.testing.assert_allclose(moods.sum(axis=1), 1)
    if world == "calm":
        assert moods[:, -1].min() >= 0.8


def test_real_faces_are_scored_as_the_figures_say():
    figures = drawn_faces(FaceKind.REAL, CALIBRATION, np.random.default_rng(0))
    mean, faces = figures.mean(axis=1), _mean_of_file()

    np.testing.assert_allclose(mean, faces, atol=0.03)


def _mean_of_file():
    groups = json.loads(SCORES.read_text())["groups"]
    return [
        np.average(
            [g["mean"] for g in label], axis=0, weights=[g["faces"] for g in label]
        )
        for label in groups
    ]


def test_another_network_s_scores_are_refused():
    other = replace(CALIBRATION, artefact_hash="another")

    with pytest.raises(ArtefactRefused, match="face-scores"):
        drawn_faces(FaceKind.REAL, other, np.random.default_rng(0))


def test_a_crowd_without_churn_stays_and_with_churn_comes_and_goes():
    (same,) = playing.crowds(10, 45, churn=False)
    assert same.counts.all()

    for crowd in playing.crowds(10, 45, churn=True):
        assert len(crowd.sets[0]) > 3
        assert crowd.n.min() >= 10


def test_changes_are_named_where_there_is_hardly_any_noise(way_out, monkeypatch):
    """A check in which no change is ever named would prove nothing."""
    for of in (playing, belief):
        monkeypatch.setattr(of, "noise_scale", lambda _purpose, _n: 0.01)
    belief.likely_classes.cache_clear()
    quiet = playing.expression(CALIBRATION, CALIBRATION.means[:, np.newaxis])

    found = changes(quiet, 45, np.random.default_rng(0), classes=40, churn=False)
    belief.likely_classes.cache_clear()

    # Bands are a step of five points at least, however little noise there is.
    assert found["named"] > 0.2
    assert found["delay_min"] < 3
    assert found["named"] >= found["at_20_points"]["named"] > 0
