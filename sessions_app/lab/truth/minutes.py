"""How far off the shares of single minutes are, and how often the sentence is true."""

import math
from typing import Any

import numpy as np

from sessions_app.lab.truth.playing import (
    MINUTES,
    Exit,
    Released,
    crowds,
    play,
    smallest_group,
)
from sessions_app.lab.truth.worlds import World
from sessions_app.minutes.sentences import Kind, Statement, statement

_LASTING = 5  # minutes of one class that tell hardly more than one of them
_EXACT = 1e-9  # shares are fractions of floating point


def minutes_of(
    way_out: Exit,
    world: World,
    size: int,
    rng: np.random.Generator,
    *,
    minutes: int,
    churn: bool,
) -> Released:
    """Minutes of a world, each of another class; with churn, all minutes of fewer."""
    groups = crowds(size, 1, churn=churn)
    told = MINUTES // _LASTING if churn else 1  # by one class
    each = math.ceil(minutes / (len(groups) * told))
    played = [
        play(
            way_out,
            crowd,
            world(way_out.signal, rng, each),
            rng,
            min_group=smallest_group(size),
        ).flat()
        for crowd in groups
    ]
    return Released(
        np.concatenate([one.truth for one in played]),
        np.concatenate([one.exact for one in played]),
        np.concatenate([one.shares for one in played]),
        None
        if way_out.band is None
        else np.concatenate([one.band for one in played if one.band is not None]),
    )


def score(released: Released, prior: np.ndarray) -> dict[str, Any]:
    """The figures of one kind of class and one size; see `report`."""
    even = np.full_like(prior, 1 / len(prior))
    return {
        "error": _error(released.shares, released.truth),
        "error_exact": _error(released.exact, released.truth),
        "error_constant": _error(prior, released.truth),
        "error_even": _error(even, released.truth),
        **_said(released),
    }


def is_true(said: Statement, truth: np.ndarray) -> bool:
    """Whether a sentence holds for a class with these true shares (E,)."""
    named = truth[list(said.labels)]
    match said.kind:
        case Kind.MOST:
            return bool(named[0] >= 0.5 - _EXACT)
        case Kind.HALF:
            return bool(abs(named[0] - 0.5) <= 0.15 + _EXACT)
        case Kind.MIXED:
            return bool(named.min() >= 0.1 - _EXACT and truth.max() <= 0.65 + _EXACT)


def _said(released: Released) -> dict[str, Any]:
    """How often the band holds and the sentences are true; empty without a band."""
    if released.band is None:
        return {"band_holds": None, "sentences": {}, "something_said": 0.0}
    inside = np.abs(released.shares - released.truth) <= released.band + _EXACT
    rows = [values[:, 0] for values in (released.shares, released.band)]
    said = [statement(shares, band) for shares, band in zip(*rows, strict=True)]
    true = [
        is_true(one, truth)
        for one, truth in zip(said, released.truth[:, 0], strict=True)
    ]
    kinds = np.array([one.kind.value for one in said])
    return {
        "band_holds": round(float(inside.mean()), 3),
        "sentences": {
            kind.value: _sentence(kinds == kind.value, np.array(true)) for kind in Kind
        },
        "something_said": 1.0,  # today every released minute gets a sentence
    }


def _sentence(said: np.ndarray, true: np.ndarray) -> dict[str, float | None]:
    """How often it is said, and how often it is true then; None if it never is."""
    share = float(true[said].mean()) if said.any() else None
    return {
        "said": round(float(said.mean()), 3),
        "true": None if share is None else round(share, 3),
    }


def _error(shares: np.ndarray, truth: np.ndarray) -> float:
    """Mean total variation distance: half the sum of the absolute differences."""
    return round(float(np.abs(shares - truth).sum(axis=-1).mean() / 2), 3)
