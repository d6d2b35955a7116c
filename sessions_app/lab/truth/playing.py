"""Play classes and release their minutes, by the functions that serve real ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from inference import mood
from inference.contracts import Calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack import presence, signals
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.noise import DirectNoise
from sessions_app.lab.attack.presence import GROUP_LASTS, Pattern, Presence
from sessions_app.lab.attack.signals import ClassSignal
from sessions_app.lab.attack.sums import Sums, add_up, estimated_shares
from sessions_app.minutes.release import (
    fit_to_leave,
    noise_scale,
    release_band,
    rough_sizes,
)

MINUTES = 45
_CROWDS = 10  # different comings and goings; the classes of a size share them
_USUAL_GROUP = 10  # the minimum group k unless an admin sets another

Band = Callable[[int], np.ndarray]  # (C,), by the size that is released


@dataclass(frozen=True, slots=True, eq=False)
class Exit:
    """A signal, and how its minutes leave the server."""

    signal: ClassSignal
    purpose: Purpose
    band: Band | None  # None: no band is released


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """N classes of T minutes: what was shown, and what left."""

    truth: np.ndarray  # (N, T, C), shares of those who count
    exact: np.ndarray  # (N, T, C), estimated, before the release
    shares: np.ndarray  # (N, T, C), as released
    band: np.ndarray | None  # (N, T, C), half widths as released

    def flat(self) -> "Released":
        """The same as classes of one minute."""

        def single(values: np.ndarray) -> np.ndarray:
            return values.reshape(-1, 1, values.shape[-1])

        return Released(
            single(self.truth),
            single(self.exact),
            single(self.shares),
            None if self.band is None else single(self.band),
        )


def expression(calibration: Calibration, faces: np.ndarray) -> Exit:
    """The expression of students with these faces (E, F, E)."""

    @cache
    def band(size: int) -> np.ndarray:
        variances = mood.error_variances(size, calibration)
        scale = noise_scale(Purpose.EXPRESSION, size)
        return np.array(release_band(variances, size=size, noise_scale=scale))

    signal = signals.expression(calibration, faces)
    return Exit(signal, Purpose.EXPRESSION, band)


def pulse() -> Exit:
    """The taps."""
    return Exit(signals.pulse(), Purpose.PULSE, band=None)


def smallest_group(size: int) -> int:
    """The minimum group k that classes of about `size` are played with."""
    return min(size, _USUAL_GROUP)


@cache
def crowds(size: int, minutes: int, *, churn: bool) -> list[Presence]:
    """Who counts in released minutes: always all n, or about n who come and go."""
    if not churn:
        return [Presence(np.ones((minutes, size), bool))]
    rng = np.random.default_rng(size)
    whole = (
        presence.session(
            rng,
            others=size,
            minutes=MINUTES,
            pattern=Pattern.ONE_LEAVE,
            churn=True,
            lasts=GROUP_LASTS,
        )
        for _ in range(_CROWDS)
    )
    without_target = (Presence(each.counts[:, :-1]) for each in whole)
    return [each.released(smallest_group(size)) for each in without_target]


def play(
    way_out: Exit,
    crowd: Presence,
    moods: np.ndarray,
    rng: np.random.Generator,
    *,
    min_group: int,
) -> Released:
    """Play a class for each row of moods (N, C); each keeps its mood."""
    sums = add_up(way_out.signal, crowd.counts, moods, rng, HOLD)
    return release(way_out, crowd, sums, rng, min_group=min_group)


def release(
    way_out: Exit,
    crowd: Presence,
    sums: Sums,
    rng: np.random.Generator,
    *,
    min_group: int,
) -> Released:
    """Estimate and release every minute of classes that added up to this.

    The noise is drawn as the server's is, but from `rng` and not from secret keys: the
    same distribution, faster.
    """
    exact = estimated_shares(way_out.signal, sums)
    drawn = DirectNoise(rng)
    scales = np.array([noise_scale(way_out.purpose, n) for n in sums.n.tolist()])
    noisy = exact + (scales / sums.n)[:, None] * drawn.of_shares(exact, crowd)
    sets, minute_set = crowd.sets
    of_sizes = rng.standard_normal((len(exact), len(sets)))[:, minute_set]
    sizes = np.maximum(min_group, rough_sizes(sums.n, of_sizes))
    truth = sums.counts / sums.n[:, None]
    bands = _bands(way_out.band, sizes)
    return Released(truth, exact, fit_to_leave(noisy), bands)


def _bands(band: Band | None, sizes: np.ndarray) -> np.ndarray | None:
    """The band of every minute (N, T), which follows from its size, shape (N, T, C)."""
    if band is None:
        return None
    different, which = np.unique(sizes, return_inverse=True)
    table = np.array([band(size) for size in different.tolist()])
    return table[which.reshape(sizes.shape)]
