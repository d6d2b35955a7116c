"""From the noisy shares of minutes to what is shown: what is likely, and how surely.

All of it follows from what left already, the noisy shares and the rough size, and so
tells nobody more. It works on one minute, or on many (M) of one size at once. The
expression of a minute is read together with the minutes before it (`inference.lately`), and
its groups alone as well: what compares minutes, or adds them up, wants each by itself.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from inference import lately, mood, posterior
from inference.contracts import Calibration
from sessions_app.enums import Look, Purpose, Tap, Vote
from sessions_app.minutes.claims import CLAIMS, PULSE_CLAIMS, Kind
from sessions_app.minutes.release import (
    NOISE_PARTS,
    SIZE_STEP,
    STEP,
    expression_statistic,
    is_grouped,
    likely_sizes,
    noise_scale,
)

# The chance from which "at most 1 in 3" is said, by the rough size: nine in ten and some to
# spare, more in small classes, of which the possible classes say too much too surely. Below
# five only the demo says anything, without noise: who tries it alone is to read something.
SAID_FROM = {1: 0.8, 5: 0.985, 10: 0.965, 15: 0.94, 20: 0.92}
# Kinds that say more leave less doubt, this part of it: said from the same chance on they
# were too often wrong where faces are not those that were measured.
PART_OF_DOUBT = {
    Kind.NEARLY_ALL: 0.5,
    Kind.MOST: 0.7,
    Kind.HARDLY: 0.5,
    Kind.FEW: 0.5,
    Kind.THIRD: 1.0,
}
PULSE_SAID_FROM = 0.95
# Shares of lost, too fast, ok, too slow and no answer before anything is seen: a quiet
# class. Set by judgement, before any measurement.
PULSE_PRIOR = np.array([0.08, 0.12, 0.20, 0.05, 0.55])
# Of claims of one kind a teacher hears first that few are strained.
_RANKS = [
    2 * list(Kind).index(claim.kind) + (claim.look != Look.STRAINED) for claim in CLAIMS
]
ALL_OFFERED = (True,) * len(Vote)
_SILENCE = list(Vote).index(Vote.NO_ANSWER)
_NEVER = 1e-12  # a chance
_EXACT = 1e-6  # a width of three steps is not four
_KEPT = 16  # libraries of 8 MB each, of large classes 20: one for each size and minimum group
# From this size on there is so little noise that few of the possible classes fit.
_LARGE, _MANY = 35, 60_000
_SAME = 1e-3  # of a share: answers are the same, and so is their noise
# Part of the noise that is, or may be, the same in minutes that follow each other.
_LASTING = 1 - NOISE_PARTS[-1]


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


class Left(NamedTuple):
    """What left of the expression of a minute of a lesson."""

    minute: int  # its index
    size: int  # as it leaves
    numbers: np.ndarray  # (D,), with their noise


class Expression(NamedTuple):
    """What is shown of the expression of M minutes."""

    alone: Shares  # the groups, as if nothing were known of the minutes before
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


def run_of(newest: Left, before: Sequence[Left]) -> np.ndarray:
    """The numbers of a minute and of those before it that it is read with, newest first.

    They follow each other without a gap, and are of about as many students. One whose
    numbers are those of the minute after it has the same noise and tells nothing new.

    Args:
        newest: Of the minute.
        before: Earlier ones of its lesson, the newest first.

    Returns:
        Shape (T, D), T from 1 to `lately.BEFORE` + 1.
    """
    told, newer = [newest.numbers], newest
    for each in before[: lately.BEFORE]:
        numbers = each.numbers[: len(newest.numbers)]
        if (
            each.minute != newer.minute - 1
            or abs(each.size - newest.size) > SIZE_STEP
            or len(numbers) < len(newest.numbers)
        ):
            break
        if np.abs(numbers - told[-1]).max() > _SAME:
            told.append(numbers)
        newer = each
    return np.array(told)


def expression(
    noisy: np.ndarray, release: Release, calibration: Calibration
) -> Expression:
    """What to show of minutes, given their noisy numbers and those of minutes before.

    Args:
        noisy: As `run_of` has them, shape (M, T, D); the numbers are those of
            `expression_statistic`.
        release: Of the newest minute.
        calibration: Of the network that read the faces.
    """
    likely = likely_classes(release, calibration)
    alone = lately.weights(likely.library, noisy[:, :1])
    weights = alone
    if release.noise:  # without noise a minute says all that there is to say of it
        weights = lately.weights(likely.library, noisy, _LASTING)
    valence = weights @ likely.valence
    variance = weights @ likely.valence**2 - valence**2
    labels = None
    if not is_grouped(release.size):
        labels = _shown(weights, likely.library.shares)
    return Expression(
        _groups(alone, likely, release),
        _groups(weights, likely, release),
        labels,
        (np.round(valence / STEP) * STEP).round(2),
        up_to_a_step(mood.Z90 * np.sqrt(np.clip(variance, 0, None))),
        _said(weights @ likely.claims, CLAIMS, _RANKS, said_from(release.size)),
    )


def said_from(size: int) -> np.ndarray:
    """The chance from which each of CLAIMS is said of a class of this rough size."""
    doubt = 1 - np.interp(size, list(SAID_FROM), list(SAID_FROM.values()))
    parts = [PART_OF_DOUBT[claim.kind] for claim in CLAIMS]
    chances: np.ndarray = 1 - doubt * np.array(parts)
    return chances


def group_shares(
    noisy: np.ndarray, release: Release, calibration: Calibration
) -> np.ndarray:
    """The shares of the groups (M, G) of minutes with noisy numbers (M, D), each alone."""
    likely = likely_classes(release, calibration)
    weights = lately.weights(likely.library, noisy[:, np.newaxis])
    return _group_shares(weights, likely, release)


def _groups(weights: np.ndarray, likely: Likely, release: Release) -> Shares:
    shares = _group_shares(weights, likely, release)
    return _shown(weights, likely.groups, shares)


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
    weights = lately.weights(library, noisy[:, np.newaxis, offered])
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
    weights = lately.weights(library, noisy[:, np.newaxis])
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
    least: np.ndarray | float,
) -> list[str]:
    """The claim that is said of each minute, by the chances (M, number of claims).

    Of those that are sure enough the one with the lowest rank, of these the likeliest.
    """
    score = np.where(chances >= least, chances - np.array(ranks), -np.inf)
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
        minutes=1 + lately.BEFORE,
        classes=_MANY if release.size >= _LARGE else posterior.CLASSES,
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
