"""How often what a summary says of a whole lesson is true."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np

from inference.labels import GROUPS
from inference.mood import GROUPING
from sessions_app.enums import MinuteStatus, Tap, Vote
from sessions_app.lab.truth.playing import (
    MINUTES,
    Exit,
    Released,
    crowds,
    play,
    smallest_group,
)
from sessions_app.lab.truth.worlds import World
from sessions_app.minutes.looking_back import (
    Figure,
    LookingBack,
    Minutes,
    Mostly,
    Stretch,
    look_back,
)

WINDOW_S = 60
_WINDOW = dt.timedelta(seconds=WINDOW_S)
_BEGAN = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
_EXACT = 1e-9  # shares are fractions of floating point


def summaries(
    way_out: Exit,
    world: World,
    size: int,
    rng: np.random.Generator,
    *,
    lessons: int,
    churn: bool,
) -> dict[str, Any]:
    """How often a summary of lessons that keep their mood says each thing, and how often truly.

    `mostly` is true where what it says holds in as many minutes as it says, or more;
    `stretch` where it holds in its minutes taken together; a `peak` where its band holds the
    true share of its minute.
    """
    groups = crowds(size, MINUTES, churn=churn)
    each = -(-lessons // len(groups))
    mostly: list[bool | None] = []
    stretches: list[bool | None] = []
    peaks: list[bool] = []
    for crowd in groups:
        moods = world(way_out.signal, rng, each)
        played = play(way_out, crowd, moods, rng, min_group=smallest_group(size))
        for truth, minutes in lessons_of(played):
            back = look_back(minutes, WINDOW_S)
            assert back is not None  # every minute has numbers
            mostly.append(holds_mostly(back.mostly, truth) if back.mostly else None)
            stretches.append(holds_in(back.stretch, truth) if back.stretch else None)
            peaks += _peaks_hold(back, truth, minutes)
    return {
        "mostly": _told(mostly),
        "stretch": _told(stretches),
        "peaks_hold": round(float(np.mean(peaks)), 3),
    }


def holds_mostly(mostly: Mostly, truth: np.ndarray) -> bool:
    """Whether the claim is true in as many of the minutes (T, G) or (T, V) as it says."""
    return int(mostly.claim.holds(truth).sum()) >= mostly.count


def holds_in(stretch: Stretch, truth: np.ndarray) -> bool:
    """Whether the claim is true of the stretch's minutes of all (T, V), taken together."""
    first = stretch.first.index
    return bool(
        stretch.claim.holds(truth[first : first + stretch.minutes].mean(axis=0))
    )


def _peaks_hold(back: LookingBack, truth: np.ndarray, minutes: Minutes) -> list[bool]:
    """Whether each peak's band holds the true share; the first figure is none."""
    return [_peak_holds(peak, truth, minutes) for peak in back.figures[1:]]


def _peak_holds(peak: Figure, truth: np.ndarray, minutes: Minutes) -> bool:
    minute, true = minutes[peak.at.index], truth[peak.at.index]
    field = "groups" if minute["groups"] else "answers"
    if field == "answers":
        true = true[:-1] / max(1 - true[-1], _EXACT)
    place = list(minute[field]).index(peak.of)
    off = abs(minute[field][peak.of] - true[place])
    return bool(off <= peak.band + _EXACT)


def _told(true: list[bool | None]) -> dict[str, float | None]:
    """How often it is said, and how often it is true then; None if it never is."""
    said = [each for each in true if each is not None]
    return {
        "said": round(len(said) / len(true), 3),
        "true": round(sum(said) / len(said), 3) if said else None,
    }


def lessons_of(played: Released) -> Iterator[tuple[np.ndarray, Minutes]]:
    """The truth of each lesson, and its minutes as the timeline shows them."""
    of_faces = bool(played.shown.groups.shape[-1])
    for lesson, truth in enumerate(played.truth):
        minutes = [
            _minute(played, lesson, index, of_faces=of_faces)
            for index in range(len(truth))
        ]
        yield (truth @ GROUPING.T if of_faces else truth), minutes


def _minute(
    played: Released, lesson: int, index: int, *, of_faces: bool
) -> dict[str, Any]:
    shown = played.shown

    def named(values: np.ndarray, names: list[str]) -> dict[str, float]:
        return dict(zip(names, values[lesson, index].tolist(), strict=True))

    looks, taps, votes = list(GROUPS), list(Tap.values), list(Vote.values)
    said = shown.statements[lesson, index]
    return {
        "index": index,
        "starts_at": (_BEGAN + index * _WINDOW).isoformat(),
        "status": MinuteStatus.RELEASED if of_faces else MinuteStatus.OFF,
        "pulse_status": MinuteStatus.OFF if of_faces else MinuteStatus.RELEASED,
        "groups": named(shown.groups, looks) if of_faces else None,
        "groups_band": named(shown.groups_band, looks) if of_faces else None,
        "groups_alone": named(shown.alone, looks) if of_faces else None,
        "groups_alone_band": named(shown.alone_band, looks) if of_faces else None,
        "statement": said if of_faces else "",
        "pulse": None if of_faces else named(shown.shares, votes),
        "pulse_band": None if of_faces else named(shown.band, votes),
        "answers": None if of_faces else named(shown.answers, taps),
        "answers_band": None if of_faces else named(shown.answers_band, taps),
        "pulse_statement": "" if of_faces else said,
    }
