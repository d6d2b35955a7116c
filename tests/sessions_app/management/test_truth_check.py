import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sessions_app.lab.truth import playing

FEW = ("--minutes", "20", "--classes", "2", "--lessons", "2")
QUICK = ("--sizes", "10", *FEW)
CELL = {"error", "error_constant", "error_exact", "error_even", "band_holds"}


def check(*arguments):
    out = StringIO()
    call_command("truth_check", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _few_come_and_go(monkeypatch):
    """Two crowds of a size instead of ten, which others may have drawn before."""
    monkeypatch.setattr(playing, "_CROWDS", 2)
    playing.crowds.cache_clear()
    yield
    playing.crowds.cache_clear()


def test_the_report_has_every_figure_of_every_world():
    report = json.loads(check("--sizes", "10", *FEW, "--json"))

    for found in (report, report["with_churn"]):
        said = {"sentences", "something_said"}
        for signal, more in ((found, said | {"labels"}), (found["pulse"], said)):
            for world in ("dirichlet", "classroom", "uniform", "calm"):
                assert signal["by_world"][world].keys() == {"10"}
                figures = signal["by_world"][world]["10"]
                assert figures.keys() == CELL | more
        assert "calm_real" in found["by_world"]
        for sentence in found["by_world"]["calm"]["10"]["sentences"].values():
            assert sentence.keys() == {"said", "true"}
        wanted = {"false_alarms_per_hour", "delay_min", "named"}
        assert wanted < found["changes"]["10"].keys()
    for signal in ("faces", "pulse"):
        figures = report["summaries"][signal]["calm"]["10"]
        assert figures.keys() == {"mostly", "stretch", "peaks_hold"}


@pytest.mark.long
@pytest.mark.timeout(900)  # it plays three times, each half a minute of a core
def test_the_same_seed_finds_the_same_and_another_one_does_not():
    first, again = (check(*QUICK, "--json") for _ in range(2))

    assert first == again != check(*QUICK, "--json", "--seed", "1")


@pytest.mark.long
def test_without_json_there_are_tables():
    assert "| world | n = 10 |" in check(*QUICK)


@pytest.mark.parametrize(
    "wrong", [("--sizes", "0"), ("--minutes", "0"), ("--lessons", "0")]
)
def test_nothing_to_play_is_refused(wrong):
    with pytest.raises(CommandError, match="start at 1"):
        check(*wrong)


def test_without_a_network_the_remedy_is_said(settings, tmp_path):
    settings.FER_ARTEFACT = str(tmp_path)

    with pytest.raises(CommandError, match="export the network"):
        check(*QUICK)
