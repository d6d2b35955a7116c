"""All figures of `manage.py truth_check`."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from inference import mood
from inference.contracts import Calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack.signals import fingerprint
from sessions_app.lab.truth import playing
from sessions_app.lab.truth.changes import changes
from sessions_app.lab.truth.faces import FaceKind, drawn_faces
from sessions_app.lab.truth.minutes import minutes_of, score
from sessions_app.lab.truth.playing import Exit
from sessions_app.lab.truth.summaries import summaries
from sessions_app.lab.truth.worlds import WORLDS
from sessions_app.minutes.release import noise_scale

SIZES = (5, 7, 10, 15, 20, 30, 45)
SUMMED_UP = (10, 20, 30, 45)


@dataclass(frozen=True, slots=True)
class Trial:
    """How much is played."""

    sizes: tuple[int, ...] = SIZES
    minutes: int = 2000  # of each world and size
    classes: int = 100  # of each kind of change and size
    lessons: int = 200  # of each world and size, for their summaries
    seed: int = 0

    def rng(self, *of: int) -> np.random.Generator:
        """One for each figure, so that a figure does not depend on those before it."""
        return np.random.default_rng([self.seed, *of])


def report(calibration: Calibration, trial: Trial) -> dict[str, Any]:
    """Play everything.

    Returns:
        What was measured; then `by_world`, `changes` and `pulse` of classes that stay
        the same, and `with_churn` the same of classes that come and go. Of each world
        and size the mean total variation distance to the truth of what is released
        (`error`), of the estimate before its noise, of the prior and of the even split;
        how often the band holds a share; and of each kind of sentence how often it is
        said, and true when it is said. `summaries` are of whole lessons, see `summaries.py`.

    Raises:
        ArtefactRefused: If the figures of real faces are another network's.
    """
    exits = {
        kind: playing.expression(
            calibration, drawn_faces(kind, calibration, trial.rng(index))
        )
        for index, kind in enumerate(FaceKind)
    }
    return {
        "network": calibration.artefact_hash,
        "calibration": fingerprint(calibration),
        "estimator": mood.ESTIMATOR,
        "minutes": trial.minutes,
        "classes": trial.classes,
        "noise_scale": {
            purpose.value: {str(n): noise_scale(purpose, n) for n in trial.sizes}
            for purpose in Purpose
        },
        **_all(exits, trial, churn=False),
        "with_churn": _all(exits, trial, churn=True),
        "lessons": trial.lessons,
        "summaries": _summaries(exits, trial),
    }


def _all(exits: dict[FaceKind, Exit], trial: Trial, *, churn: bool) -> dict[str, Any]:
    steady = exits[FaceKind.EXPECTED]
    return {
        "by_world": {
            name if kind is FaceKind.EXPECTED else f"{name}_{kind.value}": worlds
            for kind, way_out in exits.items()
            for name, worlds in _by_world(way_out, trial, churn=churn).items()
        },
        "changes": {
            str(n): changes(
                steady, n, trial.rng(9, n, churn), classes=trial.classes, churn=churn
            )
            for n in trial.sizes
        },
        "pulse": {"by_world": _by_world(playing.pulse(), trial, churn=churn)},
    }


def _summaries(exits: dict[FaceKind, Exit], trial: Trial) -> dict[str, Any]:
    """What is said of whole lessons, by what was measured in them, world and size.

    In the sizes that the other tables of sentences show: a lesson takes as long as 45 minutes.
    """
    ways = {"faces": exits[FaceKind.REAL], "pulse": playing.pulse()}
    sizes = [n for n in trial.sizes if n in SUMMED_UP]
    return {
        name: {
            world: {
                str(n): summaries(
                    way_out,
                    WORLDS[world],
                    n,
                    trial.rng(11, n, list(WORLDS).index(world)),
                    lessons=trial.lessons,
                    churn=True,
                )
                for n in sizes
            }
            for world in WORLDS
        }
        for name, way_out in ways.items()
    }


def _by_world(way_out: Exit, trial: Trial, *, churn: bool) -> dict[str, Any]:
    return {
        name: {str(n): cell(way_out, name, n, trial, churn=churn) for n in trial.sizes}
        for name in WORLDS
    }


def cell(
    way_out: Exit, world: str, n: int, trial: Trial, *, churn: bool = False
) -> dict[str, Any]:
    """The figures of one world and size."""
    released = minutes_of(
        way_out,
        WORLDS[world],
        n,
        trial.rng(n, list(WORLDS).index(world), churn),
        minutes=trial.minutes,
        churn=churn,
    )
    return score(released, way_out.signal.prior)
