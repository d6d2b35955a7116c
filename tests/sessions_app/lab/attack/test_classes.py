import numpy as np
import pytest

from inference.artefact import load_calibration
from sessions_app.lab.attack import signals
from sessions_app.lab.attack.classes import NONE, Habits, Protection, play
from sessions_app.lab.attack.presence import Presence, one_leave

LOUD = Protection(1, lambda n: 1.0, lasts=5)


def played(presence, protection, *, habits=None, keyed=True, signal=None):
    return play(
        signal or signals.pulse(),
        presence,
        20,
        np.random.default_rng(0),
        habits=habits or Habits(),
        protection=protection,
        keyed=keyed,
    )


def test_unprotected_classes_publish_the_exact_shares():
    classes = played(one_leave(10), NONE)

    np.testing.assert_array_equal(classes.seen.shares, classes.seen.exact)
    np.testing.assert_allclose(classes.seen.exact, classes.truth, atol=1e-12)


@pytest.mark.parametrize("keyed", [True, False])
def test_a_returning_set_of_contributors_meets_the_same_noise(keyed):
    """Present, away, present: minutes 0 and 2 have the same contributors and answers."""
    counts = np.ones((3, 11), bool)
    counts[1, -1] = False

    classes = played(Presence(counts), LOUD, habits=Habits(hold=1), keyed=keyed)

    noise = classes.seen.shares - classes.seen.exact
    np.testing.assert_allclose(noise[:, 0], noise[:, 2], atol=1e-12)
    assert np.abs(noise[:, 0] - noise[:, 1]).max() > 0.05


@pytest.mark.parametrize("keyed", [True, False])
def test_noise_has_its_size_with_and_without_keys(keyed):
    classes = played(one_leave(10), LOUD, keyed=keyed)

    noise = (classes.seen.shares - classes.seen.exact) * classes.presence.n[:, None]
    assert noise.std() == pytest.approx(1.0, rel=0.15)


def test_in_a_class_that_is_all_alike_every_other_shows_the_same():
    classes = played(one_leave(10), NONE, habits=Habits(alike=True))

    assert (classes.others.max(axis=2) == 10).all()


def test_without_the_target_the_others_are_what_they_were():
    classes = played(one_leave(10), NONE)

    np.testing.assert_allclose(classes.unseen.exact, classes.others / 10, atol=1e-12)


@pytest.fixture(scope="module")
def expression():
    calibration = load_calibration("small")
    faces = signals.expected_faces(calibration, np.random.default_rng(0))
    return signals.expression(calibration, faces)


def test_half_of_the_minutes_with_strange_faces_are_marked(expression):
    strange = Habits(strange=True)

    classes = played(one_leave(30), NONE, habits=strange, signal=expression)

    assert 0.25 < classes.seen.marked.mean() < 0.75
    assert not played(one_leave(30), NONE, signal=expression).seen.marked.any()


def test_small_groups_are_never_marked(expression):
    strange, guarded = Habits(strange=True), Protection(1, lambda n: 1.0, lasts=5)

    few, many = (
        played(one_leave(others), guarded, habits=strange, signal=expression)
        for others in (18, 20)
    )

    assert not few.seen.marked.any()
    assert many.seen.marked.any()
