"""How what is shown of a minute goes together with the truth, for each size of a class.

It is learnt from the possible classes of `belief`, released as the server releases them. That of
usual sizes is shipped.
"""

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from inference.contracts import Calibration
from inference.posterior import Library
from inference.spans import Moments, learn
from sessions_app.minutes import belief, shipped_moments
from sessions_app.minutes.belief import Release

_EVERY = 13  # of the possible classes one in thirteen is released, each twice
_AT_ONCE = 250  # bounds the memory
_SEED = 17
_KEPT = 256  # sizes; a few hundred numbers each

# From noisy statistics (M, D) to all that is shown of them, each (M, C).
_Show = Callable[[np.ndarray], tuple[np.ndarray, ...]]


@lru_cache(maxsize=_KEPT)
def of_groups(release: Release, calibration: Calibration) -> Moments:
    """Of the three groups of expressions."""
    shipped = shipped_moments.moments("groups", release, calibration.artefact_hash)
    return shipped or learn_groups(release, calibration)


def of_votes(release: Release) -> Moments:
    """Of the votes of all who were asked."""
    return _of_pulse(release)[0]


def of_answers(release: Release) -> Moments:
    """Of the taps of those who answered, in classes where anybody did."""
    return _of_pulse(release)[1]


@lru_cache(maxsize=_KEPT)
def _of_pulse(release: Release) -> tuple[Moments, Moments]:
    votes = shipped_moments.moments("votes", release)
    answers = shipped_moments.moments("answers", release)
    return (votes, answers) if votes and answers else learn_pulse(release)


def learn_groups(release: Release, calibration: Calibration) -> Moments:
    """Of the three groups of expressions, from possible classes."""
    likely = belief.likely_classes(release, calibration)

    def show(noisy: np.ndarray) -> tuple[np.ndarray]:
        return (belief.group_shares(noisy, release, calibration),)

    [(first, second)] = _twice(likely.library, show)
    return learn(likely.groups[::_EVERY], first, second)


def learn_pulse(release: Release) -> tuple[Moments, Moments]:
    """Of the votes and of the answers, from possible classes."""
    library = belief.pulse_library(release)
    votes, answers = _twice(library, partial(belief.pulse_shares, release=release))
    some, taps = belief.answers_of(library.shares[::_EVERY])
    first, second = answers
    return (
        learn(library.shares[::_EVERY], *votes),
        learn(taps, first[some], second[some]),
    )


def _twice(library: Library, show: _Show) -> list[tuple[np.ndarray, np.ndarray]]:
    """All that is shown of some possible classes, twice, with other noise each time."""
    rng = np.random.default_rng(_SEED)
    exact, sd = library.estimated[::_EVERY, 0], library.noise_sd[::_EVERY, np.newaxis]
    first, second = (
        _shown(exact + sd * rng.standard_normal(exact.shape), show) for _ in range(2)
    )
    return [*zip(first, second, strict=True)]


def _shown(noisy: np.ndarray, show: _Show) -> list[np.ndarray]:
    some = range(0, len(noisy), _AT_ONCE)
    parts = [show(noisy[at : at + _AT_ONCE]) for at in some]
    return [np.concatenate(each) for each in zip(*parts, strict=True)]
