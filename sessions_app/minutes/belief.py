"""From the noisy shares of a minute to what is shown: what is likely, and how surely.

All of it follows from what left already, the noisy shares and the rough size, and so
tells nobody more. It works on one minute, or on many (M) of one size at once.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from inference import mood, posterior
from inference.contracts import Calibration
from sessions_app.enums import Purpose, Tap, Vote
from sessions_app.minutes.claims import CLAIMS, PULSE_CLAIMS, Kind
from sessions_app.minutes.release import (
    STEP,
    expression_statistic,
    is_grouped,
    likely_sizes,
    noise_scale,
)

SAID_FROM = (
    0.93  # the chance from which a claim is said; nine in ten, and some to spare
)
PULSE_SAID_FROM = 0.95
# Shares of lost, too fast, ok, too slow and no answer before anything is seen: a quiet
# class. Set by judgement, before any measurement.
PULSE_PRIOR = np.array([0.08, 0.12, 0.20, 0.05, 0.55])
_RANKS = [list(Kind).index(claim.kind) for claim in CLAIMS]
ALL_OFFERED = (True,) * len(Vote)
_SILENCE = list(Vote).index(Vote.NO_ANSWER)
_NEVER = 1e-12  # a chance
_EXACT = 1e-6  # a width of three steps is not four
_KEPT = 32  # libraries of under 2 MB each: one for each size and minimum group


class Release(NamedTuple):
    """What the likely classes of a minute follow from, beside its noisy shares."""

    size: int  # as it leaves
    min_group: int
    noise: float  # factor of the usual noise; 0 is none

    @property
    def sizes(self) -> dict[int, float]:
        """How likely each number of students is."""
        return likely_sizes(self.size, min_group=self.min_group, noisy=self.noise > 0)


class Shares(NamedTuple):
    """Shares as they are shown."""

    shares: np.ndarray  # (M, C), in steps, each row sums to 1
    band: np.ndarray  # (M, C), half width of what holds the truth in nine of ten cases


class Expression(NamedTuple):
    """What is shown of the expression of M minutes."""

    groups: Shares
    labels: Shares | None  # all seven; None in a small class
    valence: np.ndarray  # (M,)
    valence_band: np.ndarray  # (M,)
    statements: list[str]  # a claim each; "" where none is sure enough


class Pulse(NamedTuple):
    """What is shown of the pulse of M minutes."""

    shares: Shares  # of all who were asked, silence included
    answers: Shares  # of those who answered alone
    statements: list[str]  # a claim each; "" where none is sure enough


class Likely(NamedTuple):
    """Possible classes, and what is true in them."""

    library: posterior.Library
    groups: np.ndarray  # (K, G)
    valence: np.ndarray  # (K,)
    claims: np.ndarray  # (K, number of CLAIMS)


def expression(
    noisy: np.ndarray, release: Release, calibration: Calibration
) -> Expression:
    """What to show of minutes with noisy numbers (M, D), as `expression_statistic` says."""
    likely = likely_classes(release, calibration)
    weights = likely.library.weights(noisy)
    valence = weights @ likely.valence
    variance = weights @ likely.valence**2 - valence**2
    groups = _shown(weights, likely.groups, _group_shares(weights, likely, release))
    labels = None
    if not is_grouped(release.size):
        labels = _shown(weights, likely.library.shares)
    return Expression(
        groups,
        labels,
        (np.round(valence / STEP) * STEP).round(2),
        up_to_a_step(mood.Z90 * np.sqrt(np.clip(variance, 0, None))),
        _said(weights @ likely.claims, CLAIMS, _RANKS, SAID_FROM),
    )


def group_shares(
    noisy: np.ndarray, release: Release, calibration: Calibration
) -> np.ndarray:
    """The shares of the groups (M, G) that `expression` shows, and nothing else."""
    likely = likely_classes(release, calibration)
    return _group_shares(likely.library.weights(noisy), likely, release)


def _group_shares(weights: np.ndarray, likely: Likely, release: Release) -> np.ndarray:
    """Where all seven are shown the groups are their sums."""
    if is_grouped(release.size):
        return in_steps(weights @ likely.groups)
    together: np.ndarray = in_steps(weights @ likely.library.shares) @ mood.GROUPING.T
    return together.round(2)


def pulse(
    noisy: np.ndarray, release: Release, taps: Collection[Tap] = tuple(Tap)
) -> Pulse:
    """What to show of minutes with noisy shares (M, V) of the votes.

    Only these taps were offered. All others have no share, whatever their noise says.
    """
    offered = tuple(vote in {*taps, Vote.NO_ANSWER} for vote in Vote)
    library = pulse_library(release, offered)
    weights = library.weights(noisy[:, offered])
    possible = np.zeros((len(library.shares), len(Vote)))
    possible[:, offered] = library.shares
    claims = np.column_stack([claim.holds(possible) for claim in PULSE_CLAIMS])
    ranks = range(len(PULSE_CLAIMS))
    return Pulse(
        _shown(weights, possible),
        _of_those_who_answered(weights, possible),
        _said(weights @ claims.astype(float), PULSE_CLAIMS, ranks, PULSE_SAID_FROM),
    )


def pulse_shares(noisy: np.ndarray, release: Release) -> tuple[np.ndarray, np.ndarray]:
    """The shares that `pulse` shows where all taps are offered, and nothing else.

    Those of the votes (M, V), and those of the taps (M, T) among who answered.
    """
    library = pulse_library(release)
    some, taps = answers_of(library.shares)
    weights = library.weights(noisy)
    answers = in_steps(_answering(weights, some) @ taps)
    return in_steps(weights @ library.shares), answers


def _of_those_who_answered(weights: np.ndarray, possible: np.ndarray) -> Shares:
    """The shares of the taps where anybody answered, silence left out."""
    some, taps = answers_of(possible)
    return _shown(_answering(weights, some), taps)


def answers_of(possible: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In which of the possible classes (K, V) anybody answers (K,), and their taps."""
    answered = 1 - possible[:, _SILENCE]
    some = answered > _EXACT
    taps = np.delete(possible[some], _SILENCE, axis=1)
    return some, taps / answered[some, np.newaxis]


def _answering(weights: np.ndarray, some: np.ndarray) -> np.ndarray:
    """The weights (M, K) of the classes in which anybody answers (K,)."""
    likely = weights[:, some] + _NEVER  # in a silent class any answer is as likely
    likely /= likely.sum(axis=1, keepdims=True)
    return likely


def _said(
    chances: np.ndarray,
    claims: Sequence[object],
    ranks: Sequence[int],
    said_from: float,
) -> list[str]:
    """The claim that is said of each minute, by the chances (M, number of claims).

    Of those that are sure enough the one with the lowest rank, of these the likeliest.
    """
    score = np.where(chances >= said_from, chances - np.array(ranks), -np.inf)
    return [
        str(claims[best]) if row[best] > -np.inf else ""
        for row, best in zip(score, score.argmax(axis=1).tolist(), strict=True)
    ]


def _shown(
    weights: np.ndarray, values: np.ndarray, shares: np.ndarray | None = None
) -> Shares:
    """The means of values (K, C) in steps, unless they are given, and their bands."""
    if shares is None:
        shares = in_steps(weights @ values)
    bands = [
        posterior.half_widths(weights, of, shown)
        for of, shown in zip(values.T, shares.T, strict=True)
    ]
    return Shares(shares, up_to_a_step(np.column_stack(bands)))


def up_to_a_step(widths: np.ndarray | float) -> np.ndarray:
    """Widths in steps: all that is shown is coarse, or it would tell the noisy shares."""
    return (np.ceil(widths / STEP - _EXACT) * STEP).round(2)


def in_steps(shares: np.ndarray) -> np.ndarray:
    """Shares (..., C) in steps of five points that sum to 1."""
    return mood.whole_students(shares, round(1 / STEP)).round(2)


@lru_cache(maxsize=_KEPT)
def likely_classes(release: Release, calibration: Calibration) -> Likely:
    statistic, read = expression_statistic(release.size), posterior.read(calibration)
    library = posterior.library(
        calibration.prior,
        release.sizes,
        lambda n: release.noise * noise_scale(Purpose.EXPRESSION, n) / n,
        lambda n, shares, rng: read(n, shares, rng) @ statistic.T,
    )
    groups = library.shares @ mood.GROUPING.T
    return Likely(
        library,
        groups,
        mood.valence(library.shares),
        np.column_stack([claim.holds(groups) for claim in CLAIMS]).astype(float),
    )


@lru_cache(maxsize=_KEPT)
def pulse_library(
    release: Release, offered: tuple[bool, ...] = ALL_OFFERED
) -> posterior.Library:
    prior = PULSE_PRIOR[[*offered]]
    return posterior.library(
        prior / prior.sum(),
        release.sizes,
        lambda n: release.noise * noise_scale(Purpose.PULSE, n) / n,
        posterior.counted,
    )
