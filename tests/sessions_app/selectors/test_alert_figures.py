"""The figures beside the switch are those of what ships, and the documentation shows them."""

from pathlib import Path

import pytest
from django.urls import reverse

from inference import mood
from inference.artefact import load_calibration
from sessions_app.enums import Purpose
from sessions_app.lab.attack.signals import fingerprint
from sessions_app.lab.truth import playing
from sessions_app.lab.truth.alerts import SIZES, AlertTrial, alert_cell
from sessions_app.minutes.release import noise_scale
from sessions_app.selectors.alert_figures import SIGNALS, as_text, measured, report

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "mood.md"


def test_the_tables_of_the_documentation_are_the_ones_that_were_measured():
    text = DOCUMENTATION.read_text(encoding="utf-8")

    for table in as_text(report()).split("\n\n"):
        assert table in text


def test_what_was_measured_is_what_is_shipped():
    """Another network, estimator or noise: run the command again."""
    found, shipped = report(), load_calibration("small")

    assert found["network"] == shipped.artefact_hash
    assert found["calibration"] == fingerprint(shipped)
    assert found["estimator"] == mood.ESTIMATOR
    assert found["noise_scale"] == {
        purpose: {str(n): noise_scale(purpose, n) for n in SIZES} for purpose in Purpose
    }
    assert found["classes"] >= 100


def test_a_pulse_that_is_played_again_gives_the_same_figures():
    """It goes through the release and the sums of today: they are what was measured."""
    again = alert_cell(playing.pulse(), 10, AlertTrial(classes=report()["classes"]))

    assert again == report()["by_signal"]["pulse"]["10"]


def test_every_signal_and_size_was_measured():
    assert [(row.signal, row.n) for row in measured()] == [
        (signal, n) for signal in SIGNALS for n in SIZES
    ]


@pytest.mark.django_db
def test_they_stand_beside_the_switch(teacher, browser_of):
    page = browser_of(teacher).get(reverse("security")).content.decode()

    for row in measured():
        assert f"{row.false_alarms:.2f}" in page
    usual = next(r for r in measured() if (r.signal, r.n) == ("pulse", 20))
    assert f"{usual.false_alarms} false alarms an hour" in page
    assert f"after {usual.delay_min[30]} minutes on average" in page
