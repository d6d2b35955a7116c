"""How far off spans of minutes are: topics, lessons and courses, and their differences."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from inference import mood
from inference.contracts import Calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack import signals
from sessions_app.lab.attack.signals import fingerprint
from sessions_app.lab.truth.faces import FaceKind, drawn_faces
from sessions_app.lab.truth.lessons import (
    COURSE,
    Lessons,
    SharedSignal,
    play,
    shared,
    shares_of,
)
from sessions_app.lab.truth.minutes import error
from sessions_app.lab.truth.playing import MINUTES
from sessions_app.lab.truth.topics import topics_named
from sessions_app.lab.truth.worlds import WORLDS
from sessions_app.minutes.belief import in_steps
from sessions_app.minutes.figures import figures_of
from sessions_app.minutes.release import noise_scale
from sessions_app.minutes.spans import KINDS, Span, difference, span

SIZES = (10, 20, 30)
LENGTHS = (5, 15, MINUTES)  # minutes of a span
_EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class SpanTrial:
    """How much is played."""

    sizes: tuple[int, ...] = SIZES
    courses: int = 40  # of each world and size; every other one keeps its mood
    with_topics: int = 200  # lessons of each world and size
    seed: int = 0


def span_report(calibration: Calibration, trial: SpanTrial) -> dict[str, Any]:
    """Play everything.

    Returns:
        What was measured; then of each kind of shares, world and size, for spans of some
        lengths and for courses of lessons whose moods differ or not: the mean total
        variation distance to the truth of what is shown (`error`), of the average of
        the rows, and of what is assumed before anything is seen; how often the band
        holds a share. Of differences between two lessons of a course: how often the band
        holds one, and how often one is told, and is then the right way.

    Raises:
        ArtefactRefused: If the figures of real faces are another network's.
    """
    return {
        "network": calibration.artefact_hash,
        "calibration": fingerprint(calibration),
        "estimator": mood.ESTIMATOR,
        "courses": trial.courses,
        "noise_scale": {
            purpose.value: {str(n): noise_scale(purpose, n) for n in trial.sizes}
            for purpose in Purpose
        },
        "by_kind": _by_kind(calibration, trial),
        "with_topics": trial.with_topics,
        "topics": topics(calibration, trial),
    }


def topics(calibration: Calibration, trial: SpanTrial) -> dict[str, Any]:
    """How often topics are named, by signal, world and size."""
    found: dict[str, Any] = {purpose.value: {} for purpose in Purpose}
    for suffix, way in _signals(calibration, trial):
        for index, (name, world) in enumerate(WORLDS.items()):
            found[way.purpose][name + suffix] = {
                str(n): topics_named(
                    way,
                    world,
                    n,
                    np.random.default_rng([trial.seed, 5, n, index]),
                    trial.with_topics,
                )
                for n in trial.sizes
            }
    return found


def _by_kind(calibration: Calibration, trial: SpanTrial) -> dict[str, Any]:
    found: dict[str, Any] = {kind: {} for kind in KINDS}
    for suffix, signal in _signals(calibration, trial):
        for world in WORLDS:
            for n in trial.sizes:
                for kind, figures in cell(signal, world, n, trial).items():
                    by_size = found[kind].setdefault(world + suffix, {})
                    by_size[str(n)] = figures
    return found


def _signals(
    calibration: Calibration, trial: SpanTrial
) -> Iterator[tuple[str, SharedSignal]]:
    for index, kind in enumerate(FaceKind):
        rng = np.random.default_rng([trial.seed, index])
        faces = drawn_faces(kind, calibration, rng)
        suffix = "" if kind is FaceKind.EXPECTED else f"_{kind.value}"
        yield suffix, shared(signals.expression(calibration, faces), calibration)
    yield "", shared(signals.pulse(), calibration)


def cell(way: SharedSignal, world: str, n: int, trial: SpanTrial) -> dict[str, Any]:
    """The figures of one world and size, by kind of shares."""
    rng = np.random.default_rng([trial.seed, n, list(WORLDS).index(world)])
    lessons = play(way, WORLDS[world], n, rng, trial.courses)
    return {kind: _score(lessons, kind, way) for kind in way.kinds}


class _Measured(NamedTuple):
    """Spans as they are shown, and what is true of them."""

    shown: list[Span]
    truth: np.ndarray  # (M, C); not a number where nobody answered
    average: np.ndarray  # (M, C), of the rows


def _score(lessons: Lessons, kind: str, way: SharedSignal) -> dict[str, Any]:
    """The figures of one kind of shares."""
    prior = shares_of(kind, way.signal.prior)
    found: dict[str, Any] = {
        str(length): _errors(_spans(lessons, kind, length), kind, prior)
        for length in LENGTHS
    }
    whole = _spans(lessons, kind, MINUTES)
    courses = _courses(lessons, kind)
    return found | {
        "course_alike": _errors(_some(courses, slice(0, None, 2)), kind, prior),
        "course": _errors(_some(courses, slice(1, None, 2)), kind, prior),
        "difference_alike": _differences(whole, kind, first=0),
        "difference": _differences(whole, kind, first=COURSE),
    }


def _spans(lessons: Lessons, kind: str, length: int) -> _Measured:
    """The first minutes of each lesson."""
    rows = [of_lesson[:length] for of_lesson in lessons.rows]
    counts = lessons.truth[:, :length].sum(axis=1)
    return _Measured(
        [span([figures_of(each)]) for each in rows],
        shares_of(kind, counts),
        np.array([_average(each, kind) for each in rows]),
    )


def _courses(lessons: Lessons, kind: str) -> _Measured:
    """Each course as one span."""
    starts = range(0, len(lessons.rows), COURSE)
    courses = [lessons.rows[at : at + COURSE] for at in starts]
    counts = lessons.truth.sum(axis=1)
    return _Measured(
        [span([figures_of(rows) for rows in each]) for each in courses],
        shares_of(kind, counts.reshape(len(courses), COURSE, -1).sum(axis=1)),
        np.array([_average([*chain(*each)], kind) for each in courses]),
    )


def _some(measured: _Measured, which: slice) -> _Measured:
    shown, truth, average = measured
    return _Measured(shown[which], truth[which], average[which])


def _average(rows: list[dict[str, Any]], kind: str) -> np.ndarray:
    """What would be shown if rows could be averaged."""
    mean = np.mean([[*row[kind].values()] for row in rows], axis=0)
    return in_steps(mean / mean.sum())


def _errors(measured: _Measured, kind: str, prior: np.ndarray) -> dict[str, float]:
    known = ~np.isnan(measured.truth).any(axis=1)
    truth, shown = measured.truth[known], _shown(measured.shown, kind)[known]
    band = _shown(measured.shown, f"{kind}_band")[known]
    return {
        "error": error(shown, truth),
        "error_average": error(measured.average[known], truth),
        "error_constant": error(prior, truth),
        "band_holds": _part(np.abs(shown - truth) <= band + _EXACT),
    }


def _shown(spans: list[Span], field: str) -> np.ndarray:
    return np.array([[*getattr(each, field).values()] for each in spans])


def _differences(measured: _Measured, kind: str, *, first: int) -> dict[str, Any]:
    """Of neighbouring lessons of every other course, from one lesson on.

    A difference that is told is right if it goes the right way.
    """
    at = [
        lesson
        for lesson in range(0, len(measured.shown), 2)
        if lesson % (2 * COURSE) in range(first, first + COURSE)
        and not np.isnan(measured.truth[lesson : lesson + 2]).any()
    ]
    true = np.array([measured.truth[one + 1] - measured.truth[one] for one in at])
    changes = [
        [
            *getattr(
                difference(measured.shown[one], measured.shown[one + 1]), kind
            ).values()
        ]
        for one in at
    ]
    by, band, told = (
        np.array([[getattr(change, field) for change in each] for each in changes])
        for field in ("by", "band", "told")
    )
    right: np.ndarray = (np.sign(by) == np.sign(true))[told]
    return {
        "band_holds": _part(np.less_equal(np.abs(by - true), band + _EXACT)),
        "told": _part(told.any(axis=1)),
        "right": _part(right) if right.size else None,
    }


def _part(holds: Any) -> float:
    return round(float(holds.mean()), 3)
