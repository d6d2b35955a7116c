import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

QUICK = ("--sizes", "10", "20", "--minutes", "20", "--classes", "2", "--lessons", "2")
CELL = {"error", "error_constant", "error_exact", "error_even", "band_holds"}


def check(*arguments):
    out = StringIO()
    call_command("truth_check", *arguments, stdout=out)
    return out.getvalue()


def test_the_report_has_every_figure_of_every_world():
    report = json.loads(check(*QUICK, "--json"))

    for found in (report, report["with_churn"]):
        said = {"sentences", "something_said"}
        for signal, more in ((found, said | {"labels"}), (found["pulse"], said)):
            for world in ("dirichlet", "classroom", "uniform", "calm"):
                assert signal["by_world"][world].keys() == {"10", "20"}
                figures = signal["by_world"][world]["10"]
                assert figures.keys() == CELL | more
        assert "calm_real" in found["by_world"]
        for sentence in found["by_world"]["calm"]["20"]["sentences"].values():
            assert sentence.keys() == {"said", "true"}
        wanted = {"false_alarms_per_hour", "delay_min", "named"}
        assert wanted < found["changes"]["10"].keys()
    for signal in ("faces", "pulse"):
        figures = report["summaries"][signal]["calm"]["20"]
        assert figures.keys() == {"mostly", "stretch", "peaks_hold"}


@pytest.mark.long
def test_the_same_seed_finds_the_same_and_another_one_does_not():
    first, again = (check(*QUICK, "--json") for _ in range(2))

    assert first == again != check(*QUICK, "--json", "--seed", "1")


@pytest.mark.long
def test_without_json_there_are_tables():
    assert "| world | n = 10 | n = 20 |" in check(*QUICK)


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
