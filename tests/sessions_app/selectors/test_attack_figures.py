from pathlib import Path

import pytest

from inference.artefact import load_calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack import signals, trial
from sessions_app.lab.attack.presence import GROUP_LASTS
from sessions_app.minutes.release import NOISE_PARTS, noise_scale
from sessions_app.selectors.attack_figures import (
    as_markdown,
    gains_as_markdown,
    learnt,
    report,
    spans_as_markdown,
)

AIM = 0.1
ERROR = 0.016  # standard error of a gain
AIM_OWN = 0.15  # where the attacker joins with browsers, or accomplices
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "privacy.md"


@pytest.mark.parametrize("purpose", Purpose)
def test_the_table_of_the_documentation_is_the_one_that_was_measured(purpose):
    text = DOCUMENTATION.read_text(encoding="utf-8")

    assert as_markdown(purpose) in text


def test_the_gains_of_the_documentation_are_those_that_were_measured():
    text = DOCUMENTATION.read_text(encoding="utf-8")

    assert gains_as_markdown() in text
    assert spans_as_markdown() in text


@pytest.mark.parametrize("purpose", Purpose)
def test_topics_reports_and_courses_add_nothing_to_the_minutes(purpose):
    for row in learnt(purpose):
        assert row.with_spans <= row.minutes + ERROR


@pytest.mark.parametrize("purpose", Purpose)
def test_the_gains_by_who_may_join_are_no_more_than_the_worst(purpose):
    for row in learnt(purpose):
        assert max(row.open_link, row.signed_in) == row.gain
        assert row.alone <= row.signed_in


@pytest.mark.parametrize("purpose", Purpose)
def test_no_attacker_gains_more_than_was_aimed_at(purpose):
    rows = learnt(purpose)

    assert [row.n for row in rows] == [5, 10, 20, 30]
    kinds = {True: AIM_OWN, False: AIM}
    found = [row for row in report()["attacks"] if row["attack"].startswith(purpose)]
    assert [
        row for row in found if row["gain"] > kinds["own browser" in row["attack"]]
    ] == []
    for row in rows:
        assert row.gain == pytest.approx(row.attacker - row.base, abs=2e-3)
        assert row.mood_error_released > row.mood_error_exact


@pytest.mark.parametrize("purpose", Purpose)
def test_what_was_attacked_is_what_is_shipped(purpose):
    """Another noise scale needs another measurement: run the command again."""
    assert {row.n: row.noise_scale for row in learnt(purpose)} == {
        row.n: noise_scale(purpose, row.n) for row in learnt(purpose)
    }
    assert report()["classes"] >= 2000
    assert report()["group_lasts"] == GROUP_LASTS
    assert report()["noise_parts"] == list(NOISE_PARTS)


def test_the_network_that_was_attacked_is_the_one_that_is_shipped():
    """Another network, or calibration, needs another measurement, too."""
    shipped = load_calibration("small")

    assert report()["calibration"] == signals.fingerprint(shipped)


def test_every_kind_of_attack_was_tried_at_every_size():
    tried = {(row["n"], row["attack"]) for row in report()["attacks"]}

    assert tried == {(n, a.name) for n in (5, 10, 20, 30) for a in trial.ALL}
    for row in report()["attacks"]:
        worst = report()[_by_n(row["attack"])][str(row["n"])]
        assert row["gain"] <= worst["gain"]


def _by_n(attack):
    return "by_n" if attack.startswith("expression") else "pulse_by_n"
