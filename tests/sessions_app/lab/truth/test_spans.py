"""Spans are measured as they are shown."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from inference import mood
from inference.artefact import load_calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack import signals
from sessions_app.lab.attack.signals import fingerprint
from sessions_app.lab.truth import span_tables
from sessions_app.lab.truth.lessons import COURSE, play, shared
from sessions_app.lab.truth.playing import told
from sessions_app.lab.truth.spans import SIZES, SpanTrial, cell
from sessions_app.lab.truth.topics import topics_named
from sessions_app.lab.truth.worlds import WORLDS
from sessions_app.minutes import belief
from sessions_app.minutes.belief import Release
from sessions_app.minutes.release import EXPRESSION, noise_scale

CALIBRATION = load_calibration("small")
PULSE = shared(signals.pulse(), CALIBRATION)
DOCUMENTATION = Path(__file__).parents[4] / "docs" / "mood.md"
QUICK = ("--spans", "--sizes=10", "--courses=2", "--with-topics=5")


def check(*arguments):
    out = StringIO()
    call_command("truth_check", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("size", [10, 25])
def test_rows_are_played_as_they_are_shown(size):
    """What is quicker to compute without a band is the same with one."""
    rng, release = np.random.default_rng(1), Release(size, 10, 1.0)
    faces = rng.normal(CALIBRATION.prior, 0.1, (40, 7)) @ EXPRESSION.T
    votes = rng.normal(belief.PULSE_PRIOR, 0.1, (40, 5))

    faces = told(faces, size)
    quick = belief.group_shares(faces, release, CALIBRATION)
    together = np.tile(faces[:, np.newaxis], (1, 4, 1))
    shown = belief.expression(together, release, CALIBRATION).alone.shares
    np.testing.assert_array_equal(quick, shown)
    said = belief.pulse(votes, release)
    quick_votes, quick_answers = belief.pulse_shares(votes, release)
    np.testing.assert_array_equal(quick_votes, said.shares.shares)
    np.testing.assert_array_equal(quick_answers, said.answers.shares)


def test_every_other_course_keeps_its_mood():
    lessons = play(PULSE, WORLDS["uniform"], 200, np.random.default_rng(0), 2)

    means = lessons.truth.mean(axis=1).reshape(2, COURSE, -1) / 200
    alike, mixed = means.std(axis=1).max(axis=1)
    assert alike < 0.05 < mixed


def test_the_estimate_is_nearer_to_the_truth_than_an_average_of_rows():
    found = cell(PULSE, "uniform", 20, SpanTrial(sizes=(20,), courses=6))["pulse"]

    for span in ("45", "course_alike"):
        assert found[span]["error"] < found[span]["error_average"]
        assert found[span]["error_average"] < found[span]["error_constant"]
        assert found[span]["band_holds"] >= 0.88
    assert found["difference"]["band_holds"] >= 0.88
    assert found["difference"]["told"] > found["difference_alike"]["told"]


def test_a_topic_is_named_where_the_mood_changed_and_seldom_else():
    """Of sixty lessons of many students, in which any mood is as likely as another."""
    rng = np.random.default_rng(0)

    found = topics_named(PULSE, WORLDS["uniform"], 60, rng, 60)

    assert found["alike"] <= 0.1
    assert found["changed"] > found["alike"]
    assert found["right"] >= 0.9


def test_the_mood_of_a_calm_class_is_found():
    faces = CALIBRATION.means[:, np.newaxis]
    way = shared(signals.expression(CALIBRATION, faces), CALIBRATION)

    found = cell(way, "calm", 20, SpanTrial(sizes=(20,), courses=4))["groups"]

    assert found["45"]["error"] < found["45"]["error_average"]
    assert found["45"]["band_holds"] >= 0.88


def test_the_command_measures_spans_instead():
    report = json.loads(check(*QUICK, "--json"))

    assert report.keys() > {"network", "calibration", "estimator", "by_kind"}
    groups = report["by_kind"]["groups"]
    assert groups.keys() == {*WORLDS, *(f"{world}_real" for world in WORLDS)}
    assert report["by_kind"]["pulse"].keys() == WORLDS.keys()
    spans = {"5", "15", "45", "course", "course_alike"}
    assert groups["calm"]["10"].keys() == spans | {"difference", "difference_alike"}
    assert report["topics"].keys() == set(Purpose)
    assert report["topics"]["expression"].keys() == groups.keys()


def test_minutes_that_would_be_released_without_noise_are_not_measured(settings):
    """`manage.py` on its own has the demo's settings, which release without noise."""
    settings.FER_NOISE_SCALE = 0

    with pytest.raises(CommandError, match="FER_NOISE_SCALE=1 FER_MIN_GROUP=10"):
        check(*QUICK)


def test_the_tables_of_the_documentation_are_the_ones_that_were_measured():
    text = DOCUMENTATION.read_text(encoding="utf-8")

    for table in span_tables.as_text(span_tables.last_found()).split("\n\n"):
        assert table in text


def test_what_was_measured_is_what_is_shipped():
    """Another network, estimator or noise: run the command again."""
    found = span_tables.last_found()

    assert found["calibration"] == fingerprint(CALIBRATION)
    assert found["network"] == CALIBRATION.artefact_hash
    assert found["estimator"] == mood.ESTIMATOR
    assert found["noise_scale"] == {
        purpose: {str(n): noise_scale(purpose, n) for n in SIZES} for purpose in Purpose
    }
    assert found["topics"].keys() == set(Purpose)
    for kind, worlds in found["by_kind"].items():
        faces = [f"{world}_real" for world in WORLDS if kind == "groups"]
        assert worlds.keys() == {*WORLDS, *faces}


def test_lessons_that_are_played_again_give_the_same_figures():
    found = span_tables.last_found()
    trial = SpanTrial(courses=found["courses"])

    again = cell(PULSE, "classroom", 10, trial)["pulse"]

    before = found["by_kind"]["pulse"]["classroom"]["10"]
    for span in ("5", "45", "course"):
        assert again[span]["error"] == pytest.approx(before[span]["error"], abs=0.01)


def test_one_course_is_not_enough():
    with pytest.raises(CommandError, match="starts at 2"):
        check("--spans", "--courses", "1")
