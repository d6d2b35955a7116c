"""Moments of usual sizes that are shipped: to learn those of one takes most of a second.

`manage.py learn_moments` writes them. Where they are another network's, or were learnt with
other noise, they are left alone and learnt when they are needed.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inference.labels import GROUPS
from inference.spans import Moments
from sessions_app.enums import Purpose, Tap, Vote
from sessions_app.minutes.belief import Release
from sessions_app.minutes.release import SIZE_STEP, noise_scale

FILE = Path(__file__).with_name("span_moments.npz")
KINDS = {"groups": len(GROUPS), "votes": len(Vote), "answers": len(Tap)}
_MOST = 60  # students
_MIN_GROUPS = (5, 10, 20, 30)
_MEANS = 2  # of the fields of Moments; the others are covariances


class _Shipped(NamedTuple):
    """What the file holds."""

    network: str
    noise: np.ndarray  # (signals, students), the scales that it was learnt with
    moments: dict[tuple[str, Release], Moments]


def usual() -> list[Release]:
    """As a class of production is released, with usual minimum groups, and one of the demo."""
    sizes = range(SIZE_STEP, _MOST + 1, SIZE_STEP)
    served = {Release(n, min(n, least), 1.0) for n in sizes for least in _MIN_GROUPS}
    return sorted({*served, *(Release(n, 1, 0.0) for n in (1, *sizes))})


def moments(kind: str, release: Release, network: str = "") -> Moments | None:
    """What is shipped of a kind of shares (`KINDS`); None where it has to be learnt.

    Args:
        kind: Of shares.
        release: How minutes were released.
        network: Hash of the one by which they were read; blank where none was.
    """
    shipped = _shipped()
    fits = network in {"", shipped.network} and np.array_equal(shipped.noise, _noise())
    return shipped.moments.get((kind, release)) if fits else None


def write(learnt: Mapping[tuple[str, Release], Moments], network: str) -> None:
    """Ship moments of all kinds and of all that is usual."""
    groups, votes, answers = (
        np.array([_ravelled(learnt[kind, release]) for release in usual()])
        for kind in KINDS
    )
    np.savez_compressed(
        FILE,
        network=network,
        noise=_noise(),
        releases=np.array(usual()),
        groups=groups,
        votes=votes,
        answers=answers,
    )


@cache
def _shipped() -> _Shipped:
    with np.load(FILE) as held:
        releases = [
            Release(int(size), int(least), float(noise))
            for size, least, noise in held["releases"].tolist()
        ]
        found = {
            (kind, release): _unravelled(row, shares)
            for kind, shares in KINDS.items()
            for release, row in zip(releases, held[kind], strict=True)
        }
        return _Shipped(str(held["network"]), held["noise"], found)


def _ravelled(found: Moments) -> np.ndarray:
    """All numbers in a row: two means, then the covariances."""
    return np.concatenate([getattr(found, each.name).ravel() for each in fields(found)])


def _unravelled(row: np.ndarray, shares: int) -> Moments:
    means, covariances = np.split(row, [_MEANS * shares])
    return Moments(
        *means.reshape(_MEANS, shares), *covariances.reshape(-1, shares, shares)
    )


@cache
def _noise() -> np.ndarray:
    """The scales of the noise of each signal and number of students."""
    numbers = range(1, _MOST + 1)
    return np.array([[noise_scale(each, n) for n in numbers] for each in Purpose])
