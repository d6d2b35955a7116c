"""Simulated minutes are read with those before them, as the server reads real ones."""

import numpy as np
import pytest

from inference.artefact import load_calibration
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.sums import add_up
from sessions_app.lab.truth import playing
from sessions_app.lab.truth.faces import FaceKind, drawn_faces
from sessions_app.lab.truth.minutes import minutes_of
from sessions_app.lab.truth.worlds import calm, classroom
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Left, Release, run_of

CALIBRATION = load_calibration("small")
MINUTES, STUDENTS = 12, 20


@pytest.fixture(scope="module")
def way_out():
    faces = drawn_faces(FaceKind.EXPECTED, CALIBRATION, np.random.default_rng(0))
    return playing.expression(CALIBRATION, faces)


def test_every_minute_shows_what_the_server_would_show(way_out, monkeypatch):
    rng = np.random.default_rng(1)
    [crowd] = playing.crowds(STUDENTS, MINUTES, churn=False)
    moods = classroom(way_out.signal, rng, 2)
    sums = add_up(way_out.signal, crowd.counts, moods, rng, HOLD)
    left = playing.noisy_minutes(
        way_out.signal, way_out.purpose, crowd, sums, rng, min_group=10
    )
    monkeypatch.setattr(playing, "noisy_minutes", lambda *_, **__: left)

    played = playing.release(way_out, crowd, sums, rng, min_group=10)

    _, noisy, sizes = left
    assert len(np.unique(sizes)) > 1 or sizes[0, 0] >= 20
    for lesson in range(2):
        minutes = [
            Left(index, size, playing.told(numbers, size))
            for index, (size, numbers) in enumerate(
                zip(sizes[lesson].tolist(), noisy[lesson], strict=True)
            )
        ]
        for index, minute in enumerate(minutes):
            shown = belief.expression(
                run_of(minute, minutes[:index][::-1])[np.newaxis],
                Release(minute.size, 10, 1.0),
                CALIBRATION,
            )
            assert played.shown.groups[lesson, index].tolist() == pytest.approx(
                shown.groups.shares[0].tolist()
            )
            assert played.shown.statements[lesson, index] == shown.statements[0]


def test_some_minutes_of_a_lesson_are_chosen_by_chance(way_out):
    rng = np.random.default_rng(2)

    played = minutes_of(way_out, calm, STUDENTS, rng, minutes=50, churn=True)

    assert len(played.truth) == len(played.shown.statements) == 50
