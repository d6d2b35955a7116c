import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sessions_app.management.commands import privacy_attack

ERRORS = {"mood_error_exact", "mood_error_released"}


def attack(*arguments):
    out = StringIO()
    call_command("privacy_attack", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.long
def test_the_report_names_the_worst_attacker_of_each_size():
    report = json.loads(attack("--classes", "100", "--sizes", "10", "--json"))

    assert set(report["by_n"]) == set(report["pulse_by_n"]) == {"10"}
    worst = report["by_n"]["10"]
    of_expression = [
        row for row in report["attacks"] if row["attack"].startswith("expression")
    ]
    assert worst["gain"] == max(row["gain"] for row in of_expression)
    assert worst["gain"] == pytest.approx(worst["attacker"] - worst["base"], abs=2e-3)
    assert {"attacker", "base", "gain", *ERRORS} <= set(worst)
    assert worst["mood_error_released"] > worst["mood_error_exact"] > 0


def test_too_few_classes_are_refused():
    with pytest.raises(CommandError, match="100 classes"):
        attack("--classes", "10")


def test_without_a_network_the_remedy_is_said(settings, tmp_path):
    settings.FER_ARTEFACT = str(tmp_path)

    with pytest.raises(CommandError, match="export the network"):
        attack("--classes", "100")


def test_without_scikit_learn_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(privacy_attack, "find_spec", lambda _name: None)

    with pytest.raises(CommandError, match="scikit-learn, which is not installed"):
        attack()
