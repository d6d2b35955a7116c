from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inference import mood
from inference.labels import EMOTIONS
from inference.mood import ClassSums
from tests.inference.classes import (
    E,
    calibrate,
    drawn_sums,
    expected_sums,
    made_up_scores,
)

SCORES = made_up_scores()
OUTLIER_LIMIT = (
    4.93  # the square root of chi-squared, 7 degrees of freedom, one in 1,000
)
CALIBRATION = calibrate(SCORES)
ESTIMATORS = [mood.linear_bayes, mood.estimate]

parts = arrays(float, E, elements=st.floats(0.01, 1))
mixtures = parts.map(lambda values: values / values.sum())
sizes = st.integers(1, 300)


def class_of(mean_scores, n):
    return ClassSums(n, n * mean_scores, n * mean_scores, n * mean_scores.max())


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(scores=mixtures, n=sizes)
def test_shares_of_any_class_are_shares(estimator, scores, n):
    estimate = estimator(class_of(scores, n), CALIBRATION)

    assert (estimate.shares >= 0).all()
    assert estimate.shares.sum() == pytest.approx(1)
    assert (estimate.half_width >= 0).all()


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(scores=mixtures, n=sizes, order=st.permutations(range(E)))
def test_renaming_the_labels_renames_the_shares(estimator, scores, n, order):
    renamed = replace(
        CALIBRATION,
        means=CALIBRATION.means[np.ix_(order, order)],
        covariances=CALIBRATION.covariances[np.ix_(order, order, order)],
        prior=CALIBRATION.prior[order],
    )

    plain = estimator(class_of(scores, n), CALIBRATION)
    other = estimator(class_of(scores[order], n), renamed)

    np.testing.assert_allclose(other.shares, plain.shares[order], atol=1e-6)
    np.testing.assert_allclose(other.sd, plain.sd[order], atol=1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(scores=mixtures, n=st.integers(1, 200), more=st.integers(1, 200))
def test_more_students_never_widen_the_band(estimator, scores, n, more):
    few = estimator(class_of(scores, n), CALIBRATION)
    many = estimator(class_of(scores, n + more), CALIBRATION)

    assert (many.half_width <= few.half_width + 1e-9).all()


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(truth=mixtures)
def test_a_huge_class_seen_through_known_mistakes_shows_its_true_shares(
    estimator, truth
):
    sums = expected_sums(truth, CALIBRATION, n=10_000_000)

    estimate = estimator(sums, CALIBRATION)

    np.testing.assert_allclose(estimate.shares, truth, atol=0.01)


@given(first=mixtures, second=mixtures, n=st.integers(1, 60))
def test_linear_bayes_of_two_classes_together_is_the_mean_of_both(first, second, n):
    """Without the projection, which shares well inside the simplex do not need."""
    near = [
        0.9 * CALIBRATION.prior @ CALIBRATION.means + 0.1 * s for s in (first, second)
    ]
    both = class_of((near[0] + near[1]) / 2, n)

    apart = [
        mood.linear_bayes(class_of(scores, n), CALIBRATION).shares for scores in near
    ]

    if min(apart[0].min(), apart[1].min()) > 0:
        np.testing.assert_allclose(
            mood.linear_bayes(both, CALIBRATION).shares,
            np.mean(apart, axis=0),
            atol=1e-9,
        )


def classes_of(n, *, count=150, seed=1):
    """True shares and sums of classes whose moods follow the prior."""
    random = np.random.default_rng(seed)
    for mood_of_class in random.dirichlet(4 * CALIBRATION.prior, count):
        labels = random.choice(E, size=n, p=mood_of_class)
        yield np.bincount(labels, minlength=E) / n, drawn_sums(labels, SCORES, random)


def test_estimators_are_nearer_to_the_truth_than_averaging_and_counting():
    estimators = {
        "linear Bayes": lambda sums: mood.linear_bayes(sums, CALIBRATION).shares,
        "averaging": mood.averaging,
        "counting": mood.counting,
    }

    mean_error = {
        name: np.mean([error(share_of(sums), truth) for truth, sums in classes_of(30)])
        for name, share_of in estimators.items()
    }

    baselines = mean_error["averaging"], mean_error["counting"]
    assert mean_error["linear Bayes"] < min(baselines)


@pytest.mark.parametrize("n", [10, 30])
def test_the_band_holds_about_nine_true_shares_in_ten(n):
    held = [
        np.abs(estimate.shares - truth) <= estimate.half_width
        for truth, sums in classes_of(n)
        for estimate in [mood.estimate(sums, CALIBRATION)]
    ]

    assert 0.85 <= np.mean(held) <= 0.97


def test_few_ordinary_classes_are_called_unusual():
    flags = [
        mood.outlier_distance(sums, mood.estimate(sums, CALIBRATION), CALIBRATION)
        > OUTLIER_LIMIT
        for _, sums in classes_of(30)
    ]

    assert np.mean(flags) <= 0.02


def error(shares, truth):
    return np.abs(shares - truth).sum() / 2


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_nobody_has_no_mood(estimator):
    nobody = ClassSums(0, np.zeros(E), np.zeros(E), 0.0)

    with pytest.raises(ValueError, match="at least one student"):
        estimator(nobody, CALIBRATION)


def test_a_class_like_the_measured_faces_is_not_unusual():
    sums = expected_sums(CALIBRATION.prior, CALIBRATION, n=30)

    estimate = mood.estimate(sums, CALIBRATION)

    assert mood.outlier_distance(sums, estimate, CALIBRATION) < OUTLIER_LIMIT


def test_mean_scores_that_no_face_here_could_add_up_to_are_unusual():
    """Everyone at the class's mean: the right mean, and nobody sure of anything."""
    sums = expected_sums(CALIBRATION.prior, CALIBRATION, n=30)
    flat = replace(sums, max_score=30 / E, arg_max=30 * np.eye(E)[1])

    estimate = mood.estimate(flat, CALIBRATION)

    assert mood.outlier_distance(flat, estimate, CALIBRATION) > OUTLIER_LIMIT


def test_valence_lies_between_the_saddest_and_the_happiest_word():
    assert mood.valence(np.eye(E)[EMOTIONS.index("happy")]) == pytest.approx(0.8675)
    assert mood.valence(np.eye(E)[EMOTIONS.index("sad")]) == pytest.approx(-0.725)


def test_norms_follow_the_order_of_the_labels():
    assert tuple(mood.VALENCE_NORMS) == EMOTIONS


def test_a_class_by_hand_is_estimated_as_ever():
    """The figures of the first release of `linear-bayes-2`: a change is a new name."""
    third = np.eye(E) - 1 / E
    by_hand = replace(
        CALIBRATION,
        means=0.5 * np.eye(E) + 0.5 / E,
        covariances=np.tile(0.02 * third, (E, 1, 1)),
        arg_max=0.6 * np.eye(E) + 0.4 / E,
        max_mean=np.full(E, 0.7),
        max_var=np.full(E, 0.01),
    )
    scores = np.array([0.05, 0.05, 0.05, 0.3, 0.05, 0.05, 0.45])
    sums = ClassSums(12, 12 * scores, np.array([0.0, 0, 1, 4, 0, 0, 7]), 8.1)

    linear = mood.linear_bayes(sums, by_hand)
    shown = mood.estimate(sums, by_hand)

    np.testing.assert_allclose(
        linear.shares,
        [0, 0, 0, 0.33506893900372514, 0, 0, 0.6649310609962749],
        atol=1e-12,
    )
    np.testing.assert_allclose(linear.half_width[:2], [0.11055030657, 0.08564510692])
    np.testing.assert_allclose(shown.shares * 12, [0, 0, 0, 4, 0, 0, 8], atol=1e-12)
    assert mood.outlier_distance(sums, shown, by_hand) == pytest.approx(1.9045170123409)


@pytest.mark.parametrize("n", [1, 5, 11, 30, 450])
def test_many_classes_at_once_are_estimated_as_one_by_one(n):
    """Two leading axes: classes, and their minutes."""
    random = np.random.default_rng(n)
    scores = n * random.dirichlet(np.full(E, 0.7), (20, 3))
    votes = random.multinomial(n, np.full(E, 1 / E), (20, 3)).astype(float)
    highest = n * random.uniform(0.3, 1, (20, 3))
    together = ClassSums(n, scores, votes, highest)
    apart = [
        ClassSums(n, scores[at], votes[at], highest[at]) for at in np.ndindex(20, 3)
    ]

    many = mood.estimate(together, CALIBRATION)
    ones = [mood.estimate(sums, CALIBRATION) for sums in apart]
    distances = [
        mood.outlier_distance(sums, one, CALIBRATION)
        for sums, one in zip(apart, ones, strict=True)
    ]
    linear = [mood.linear_bayes(sums, CALIBRATION).shares for sums in apart]

    expected = np.reshape([one.shares for one in ones], (20, 3, E))
    np.testing.assert_allclose(many.shares, expected, atol=1e-12)
    np.testing.assert_array_equal(many.covariance, ones[0].covariance)
    np.testing.assert_allclose(
        mood.linear_bayes(together, CALIBRATION).shares,
        np.reshape(linear, (20, 3, E)),
        atol=1e-12,
    )
    np.testing.assert_allclose(
        mood.outlier_distance(together, many, CALIBRATION),
        np.reshape(distances, (20, 3)),
        rtol=1e-9,
    )


@given(values=arrays(float, E, elements=st.floats(-3, 3)))
def test_the_simplex_has_no_nearer_point(values):
    nearest = mood.to_simplex(values)

    assert (nearest >= 0).all()
    assert nearest.sum() == pytest.approx(1)
    for corner in np.eye(E):  # the angle to every corner is at least a right one
        assert (values - nearest) @ (corner - nearest) <= 1e-9


@given(shares=mixtures, n=sizes)
def test_whole_students_are_the_nearest_ones(shares, n):
    students = mood.whole_students(shares, n) * n

    assert students.sum() == pytest.approx(n)
    np.testing.assert_allclose(students, np.rint(students), atol=1e-9)
    assert (np.abs(students - shares * n) < 1 + 1e-6).all()


@given(scores=mixtures)
def test_doubt_about_labels_holds_the_estimate_back_and_widens_its_band(scores):
    random = np.random.default_rng(0)
    offsets = random.normal(0, 0.1, (2, E, E))
    doubtful = replace(
        CALIBRATION, offsets=offsets - offsets.mean(axis=2, keepdims=True)
    )
    sums = class_of(scores, 1000)

    sure, unsure = (mood.linear_bayes(sums, c) for c in (CALIBRATION, doubtful))

    assert (unsure.sd >= sure.sd - 1e-9).all()
    assert unsure.sd.sum() > 1.2 * sure.sd.sum()
