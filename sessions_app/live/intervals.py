"""What a student's own engine may say of an interval: nothing that no faces can make."""

from functools import cache
from math import ceil, isfinite

import numpy as np

from inference.labels import EMOTIONS
from sessions_app.live.protocol import ENGINE_BYTES, IncomingInterval
from sessions_app.minutes.estimation import calibration
from sessions_app.minutes.store import PersonSums

_ROUNDING = 1e-3  # of a face: scores that add up to 1 on a device do so nearly
_BRIGHTEST_D = 2550


@cache
def expected_engine() -> bytes:
    """The first bytes of the hash of the network whose scores are counted here."""
    return bytes.fromhex(calibration().artefact_hash)[:ENGINE_BYTES]


def objection(interval: IncomingInterval) -> str:
    """Why an interval cannot be counted, as its sender is told; blank if it can."""
    if interval.engine != expected_engine():
        return (
            f"read by engine {interval.engine.hex()}; this server counts "
            f"{expected_engine().hex()}; load the page again"
        )
    return _of_counts(interval) or _of_scores(interval)


def sums_of(interval: IncomingInterval) -> PersonSums:
    """The same as the open minute keeps it."""
    return PersonSums(
        interval.frames,
        interval.faces,
        np.array(interval.scores),
        np.array(interval.arg_max, dtype=float),
        interval.max_score,
    )


def _of_counts(interval: IncomingInterval) -> str:
    frames, faces = interval.frames, interval.faces
    if not 1 <= frames <= ceil(interval.length_ds / 10):
        return f"{frames} frames in {interval.length_ds / 10:g} s; at most one a second"
    if faces > frames:
        return f"{faces} faces in {frames} frames"
    if interval.luma_d > _BRIGHTEST_D:
        return f"grey level {interval.luma_d / 10:g}; at most 255"
    if sum(interval.arg_max) != faces:
        return f"{sum(interval.arg_max)} highest scores of {faces} faces"
    return ""


def _of_scores(interval: IncomingInterval) -> str:
    """Whether there are faces whose scores, none negative, add up to 1 and to these sums."""
    faces, highest = interval.faces, interval.max_score
    if not all(map(isfinite, (*interval.scores, highest))):
        return "a sum that is no number"
    slack = _ROUNDING * faces
    if min(interval.scores) < 0 or abs(sum(interval.scores) - faces) > slack:
        return f"scores that do not add up to {faces} faces"
    by_label = list(zip(interval.scores, interval.arg_max, strict=True))
    for (
        score,
        wins,
    ) in by_label:  # a face whose highest score it isn't gives half at most
        if not wins / len(EMOTIONS) - slack <= score <= (wins + faces) / 2 + slack:
            return "scores that do not go with the highest ones"
    most = sum(min(score, wins) for score, wins in by_label)
    if (
        not max(faces / len(EMOTIONS), *interval.scores) - slack
        <= highest
        <= most + slack
    ):
        return "highest scores that do not go with the scores"
    return ""
