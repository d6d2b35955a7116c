"""How far off the shares of single minutes are, and how often the sentence is true."""

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from inference.mood import GROUPING
from sessions_app.lab.truth.playing import (
    MINUTES,
    Exit,
    Released,
    Shown,
    crowds,
    play,
    smallest_group,
)
from sessions_app.lab.truth.worlds import World
from sessions_app.minutes.claims import PULSE_CLAIMS, Claim, Kind, PulseClaim

_EACH = 5  # minutes of one lesson: a class shows much the same in all of them
_PULSE_KINDS = list(dict.fromkeys(str(c).partition(":")[0] for c in PULSE_CLAIMS))
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
    """Minutes of lessons of a world, some of each lesson."""
    groups = crowds(size, MINUTES, churn=churn)
    each = math.ceil(minutes / (len(groups) * _EACH))
    played = [
        play(
            way_out,
            crowd,
            world(way_out.signal, rng, each),
            rng,
            min_group=smallest_group(size),
            told=_EACH,
        )
        for crowd in groups
    ]
    shown = [one.shown for one in played]
    return Released(
        _flat([one.truth for one in played]),
        _flat([one.exact for one in played]),
        Shown(
            **{
                field.name: _flat([getattr(one, field.name) for one in shown])
                for field in fields(Shown)
            }
        ),
    )


def _flat(values: list[np.ndarray]) -> np.ndarray:
    """Values of the minutes of several crowds, each (N, T, ...), as (M, ...)."""
    return np.concatenate([row for each in values for row in each])


def score(released: Released, prior: np.ndarray) -> dict[str, Any]:
    """The figures of one kind of class and one size; see `report`."""
    shown = released.shown
    if not shown.groups.shape[-1]:  # the pulse
        return {
            **_errors(released.truth, released.exact, prior, shown.shares, shown.band),
            **_said(shown.statements, released.truth, PulseClaim, _PULSE_KINDS),
        }
    truth, exact, constant = (
        values @ GROUPING.T for values in (released.truth, released.exact, prior)
    )
    return {
        **_errors(truth, exact, constant, shown.groups, shown.groups_band),
        **_said(shown.statements, truth, Claim, list(Kind)),
        "labels": _labels(released, prior),
    }


def _labels(released: Released, prior: np.ndarray) -> dict[str, Any] | None:
    """The figures of the minutes that show all seven shares; None if none does."""
    large = ~np.isnan(released.shown.shares[..., 0])
    if not large.any():
        return None
    truth, exact, shares, band = (
        values[large]
        for values in (
            released.truth,
            released.exact,
            released.shown.shares,
            released.shown.band,
        )
    )
    return {
        "shown": round(float(large.mean()), 3),
        **_errors(truth, exact, prior, shares, band),
    }


def _errors(
    truth: np.ndarray,
    exact: np.ndarray,
    prior: np.ndarray,
    shares: np.ndarray,
    band: np.ndarray,
) -> dict[str, float]:
    """How far off shares (..., C) are, and how often their band holds."""
    even = np.broadcast_to(_even(len(prior)), truth.shape)
    return {
        "error": error(shares, truth),
        "error_exact": error(exact, truth),
        "error_constant": error(prior, truth),
        "error_even": error(even, truth),
        "band_holds": round(float((np.abs(shares - truth) <= band + _EXACT).mean()), 3),
    }


def _even(parts: int) -> np.ndarray:
    """All labels, or taps, alike; three groups have as many labels as they hold."""
    labels = GROUPING.sum(axis=1)
    weights = labels if parts == len(labels) else np.ones(parts)
    even: np.ndarray = weights / weights.sum()
    return even


def _said(
    statements: np.ndarray,
    truth: np.ndarray,
    claim_of: type[Claim] | type[PulseClaim],
    kinds: Sequence[str],
) -> dict[str, Any]:
    """How often each kind of sentence is said, and true when it is said."""
    said = statements.ravel().tolist()
    true = np.array(
        [
            bool(text) and bool(claim_of.parse(text).holds(shares))
            for text, shares in zip(said, truth.reshape(len(said), -1), strict=True)
        ]
    )
    kind_of = np.array([text.partition(":")[0] for text in said])
    return {
        "sentences": {str(kind): _sentence(kind_of == kind, true) for kind in kinds},
        "something_said": round(float((kind_of != "").mean()), 3),
    }


def _sentence(said: np.ndarray, true: np.ndarray) -> dict[str, float | None]:
    """How often it is said, and how often it is true then; None if it never is."""
    share = float(true[said].mean()) if said.any() else None
    return {
        "said": round(float(said.mean()), 4),
        "true": None if share is None else round(share, 3),
    }


def error(shares: np.ndarray, truth: np.ndarray) -> float:
    """Mean total variation distance: half the sum of the absolute differences."""
    return round(float(np.abs(shares - truth).sum(axis=-1).mean() / 2), 3)
