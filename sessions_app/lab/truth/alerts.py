"""How often alerts are wrong, how often a real change is found, and how late."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from inference import mood
from inference.contracts import Calibration
from inference.labels import EMOTIONS, GROUPS
from inference.mood import GROUPING
from sessions_app.enums import Purpose, Tap, Vote
from sessions_app.lab.attack.presence import Presence
from sessions_app.lab.attack.signals import fingerprint
from sessions_app.lab.truth import playing
from sessions_app.lab.truth.changes import other_looks, sums_of_change
from sessions_app.lab.truth.faces import FaceKind, drawn_faces
from sessions_app.lab.truth.playing import (
    MINUTES,
    Exit,
    Released,
    crowds,
    play,
    release,
    smallest_group,
)
from sessions_app.lab.truth.summaries import WINDOW_S, lessons_of
from sessions_app.lab.truth.worlds import classroom
from sessions_app.minutes.alerts import Alert, find_alerts
from sessions_app.minutes.release import noise_scale

SIZES = (10, 20, 30)
POINTS = (20, 30)  # of a class, who change what they show
FOUND_WITHIN = 10  # minutes
_MOVED = 0.1  # the least that a share must have moved where an alert says so
_EXACT = 1e-9  # shares are fractions of floating point
_CALM, _OK = EMOTIONS.index("neutral"), list(Vote).index(Vote.OK)
_BEHIND = [list(Vote).index(vote) for vote in (Vote.LOST, Vote.TOO_FAST)]
_GROUP_OF = GROUPING.argmax(axis=0).tolist()  # of each label
_LOOKS = list(GROUPS)


@dataclass(frozen=True, slots=True)
class AlertTrial:
    """How much is played."""

    sizes: tuple[int, ...] = SIZES
    classes: int = 400  # of each kind and size, 45 minutes each
    seed: int = 0


class _Kind(NamedTuple):
    """Classes of one signal and size."""

    way_out: Exit
    size: int
    classes: int  # of each crowd
    rng: np.random.Generator


class _Told(NamedTuple):
    """The alerts of a class, and how it was."""

    alerts: list[Alert]
    shares: dict[str, np.ndarray]  # what is true of each name, (T,)


def alert_report(calibration: Calibration, trial: AlertTrial) -> dict[str, Any]:
    """Play everything.

    Returns:
        What was measured; then of each signal and size, in classes that stay the same and
        `with_churn` in classes that come and go: alerts an hour where the mood is steady,
        and those of them that were false; of real changes of some points how many are
        found in time, and minutes after they began.

    Raises:
        ArtefactRefused: If the figures of real faces are another network's.
    """
    faces = {
        kind: drawn_faces(kind, calibration, np.random.default_rng([trial.seed, index]))
        for index, kind in enumerate(FaceKind)
    }
    expected, real = (
        playing.expression(calibration, faces[kind], together=False)
        for kind in (FaceKind.EXPECTED, FaceKind.REAL)
    )
    ways = {"expression": expected, "real_faces": real, "pulse": playing.pulse()}
    return {
        "network": calibration.artefact_hash,
        "calibration": fingerprint(calibration),
        "estimator": mood.ESTIMATOR,
        "classes": trial.classes,
        "noise_scale": {
            purpose.value: {str(n): noise_scale(purpose, n) for n in trial.sizes}
            for purpose in Purpose
        },
        "by_signal": _by_signal(ways, trial, churn=False),
        "with_churn": _by_signal(ways, trial, churn=True),
    }


def _by_signal(
    ways: dict[str, Exit], trial: AlertTrial, *, churn: bool
) -> dict[str, Any]:
    return {
        name: {
            str(n): alert_cell(ways[name], n, trial, churn=churn) for n in trial.sizes
        }
        for name in ways
    }


def alert_cell(
    way_out: Exit, size: int, trial: AlertTrial, *, churn: bool = False
) -> dict[str, Any]:
    """The figures of one signal and size."""
    groups = crowds(size, MINUTES, churn=churn)
    rng = np.random.default_rng([trial.seed, size, churn])
    kind = _Kind(way_out, size, -(-trial.classes // len(groups)), rng)
    steady = [told for crowd in groups for told in _steady(kind, crowd)]
    hours = kind.classes * sum(len(crowd.counts) for crowd in groups) / 60
    false = sum(_false_alarms(told) for told in steady)
    return {
        "alerts_per_hour": round(sum(len(t.alerts) for t in steady) / hours, 2),
        "false_alarms_per_hour": round(false / hours, 2),
        **{
            f"at_{points}_points": _found(
                [late for crowd in groups for late in _delays(kind, crowd, points)]
            )
            for points in POINTS
        },
    }


def _steady(kind: _Kind, crowd: Presence) -> Iterator[_Told]:
    """Classes that keep their mood, while their students show other things by turns."""
    moods = classroom(kind.way_out.signal, kind.rng, kind.classes)
    group = smallest_group(kind.size)
    return _told(play(kind.way_out, crowd, moods, kind.rng, min_group=group))


def _delays(kind: _Kind, crowd: Presence, points: int) -> Iterator[int | None]:
    """Minutes until a real change is told, for each class; None where it is not in time.

    Some of those who looked calm look otherwise from half-way on, or of those who say
    "all good" are lost or find it too fast.
    """
    way_out, rng = kind.way_out, kind.rng
    if way_out.purpose is Purpose.PULSE:
        before, after = _OK, rng.choice(_BEHIND, size=kind.classes)
    else:
        before, after = _CALM, other_looks(way_out.signal.prior, kind.classes, rng)
    moved = round(kind.size * points / 100)
    sums = sums_of_change(way_out, crowd, moved, before, after, rng)
    group = smallest_group(kind.size)
    played = release(way_out, crowd, sums, rng, min_group=group)
    for told, label in zip(_told(played), after.tolist(), strict=True):
        right = _right(way_out.purpose, label)
        late = (
            alert.index + 1 - len(crowd.counts) // 2
            for alert in told.alerts
            if (alert.of, alert.more) in right
        )
        yield next((each for each in late if 0 < each <= FOUND_WITHIN), None)


def _right(purpose: Purpose, label: int) -> set[tuple[str, bool]]:
    """What is right to say of a class some of whom show this from half-way on."""
    if purpose is Purpose.PULSE:
        return {(Vote.values[label], True)}
    return {(_LOOKS[_GROUP_OF[label]], True), ("calm", False)}


def _told(played: Released) -> Iterator[_Told]:
    """The alerts of each class, and the shares that they are about as they truly were."""
    for truth, minutes in lessons_of(played):
        shares = truth
        names: list[str] = _LOOKS
        if truth.shape[1] == len(Vote):  # of those who answered
            shares = truth[:, :-1] / np.maximum(1 - truth[:, -1:], _EXACT)
            names = Tap.values
        alerts = find_alerts(minutes, WINDOW_S)
        yield _Told(alerts, dict(zip(names, shares.T, strict=True)))


def _false_alarms(told: _Told) -> int:
    """Alerts of which the true share did not go so, or not far enough."""
    false = began = 0
    for alert in told.alerts:
        share = told.shares[alert.of]
        by = (
            share[alert.since : alert.index + 1].mean()
            - share[began : alert.since].mean()
        )
        false += (by if alert.more else -by) < _MOVED - _EXACT
        began = alert.since
    return false


def _found(delays: list[int | None]) -> dict[str, float | None]:
    """How many real changes are told in time, and how late on average."""
    hits = [delay for delay in delays if delay is not None]
    return {
        "found": round(len(hits) / len(delays), 3),
        "delay_min": round(float(np.mean(hits)), 1) if hits else None,
    }
