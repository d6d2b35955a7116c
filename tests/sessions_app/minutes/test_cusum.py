import numpy as np

from sessions_app.minutes.cusum import DOWN, UP, Cusum

# Montgomery, "Introduction to Statistical Quality Control", the example of its chapter on
# the CUSUM: twenty values around 10, then ten around 11. Its limit of 5 is passed at the
# 29th value, by a sum of 5.28 that is made of the last 7.
TEXTBOOK = [
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34),
    *(9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84),
    *(10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52),
]


def after_each(values, slack=0.5):
    cusum = Cusum(1, slack)
    for value in values:
        cusum.add(np.array([value]))
        yield cusum.sums[:, 0].round(2).tolist(), cusum.lasted[:, 0].tolist()


def test_a_textbooks_example_comes_out_as_it_stands_there():
    seen = list(after_each([value - 10 for value in TEXTBOOK]))

    up = [sums[UP] for sums, _ in seen]
    passed = next(i for i, each in enumerate(up) if each > 5)
    assert (passed + 1, up[passed], seen[passed][1][UP]) == (29, 5.28, 7)
    assert max(sums[DOWN] for sums, _ in seen) < 5


def test_both_ways_are_added_up_by_hand():
    seen = list(after_each([0.2, 1.0, 1.5, -1.0, -2.0, 0.4]))

    assert [sums for sums, _ in seen] == [
        [0.0, 0.0],
        [0.5, 0.0],
        [1.5, 0.0],
        [0.0, 0.5],
        [0.0, 2.0],
        [0.0, 1.1],
    ]
    assert [lasted for _, lasted in seen] == [
        [0, 0],
        [1, 0],
        [2, 0],
        [0, 1],
        [0, 2],
        [0, 3],
    ]


def test_series_are_watched_apart_and_forgotten_together():
    cusum = Cusum(2, 0.5)

    cusum.add(np.array([1.5, -1.5]))
    assert cusum.sums.tolist() == [[1.0, 0.0], [0.0, 1.0]]

    cusum.begin_again()
    assert not cusum.sums.any()
    assert not cusum.lasted.any()
