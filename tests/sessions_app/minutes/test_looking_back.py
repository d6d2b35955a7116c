"""A class that is over, in two sentences and four figures."""

import datetime as dt
import re

import numpy as np
import pytest

from inference.labels import GROUPS
from sessions_app.enums import Tap
from sessions_app.lab.truth import playing
from sessions_app.minutes.claims import PULSE_CLAIMS
from sessions_app.minutes.looking_back import STRETCHES, longest_run, look_back

BEGAN = dt.datetime(2026, 11, 26, 17, 0, tzinfo=dt.UTC)
NONE = {
    "status": "too_few",
    "groups": None,
    "groups_band": None,
    "statement": "",
    "pulse": None,
    "answers": None,
    "answers_band": None,
    "pulse_statement": "",
}


def minute(index, *, faces=None, said=None, statement="", taps=None):
    """A minute with a claim of each signal; None where the signal has no numbers."""
    begins = BEGAN + dt.timedelta(minutes=index)
    values = NONE | {"index": index, "starts_at": begins.isoformat()}
    if faces is not None:
        groups = dict.fromkeys(GROUPS, 0.0) | {"calm": 1.0} | (taps or {})
        values |= {
            "groups": groups,
            "groups_band": dict.fromkeys(GROUPS, 0.2),
            "statement": faces,
        }
    if said is not None:
        answers = dict.fromkeys(Tap.values, 0.0) | {"ok": 1.0} | (taps or {})
        values |= {
            "pulse": answers | {"no_answer": 0.0},
            "answers": answers,
            "answers_band": dict.fromkeys(Tap.values, 0.15),
            "pulse_statement": said,
        }
    return values


def lesson(*said, **options):
    return [minute(index, said=each, **options) for index, each in enumerate(said)]


def test_a_class_without_numbers_says_nothing():
    assert look_back([minute(0), minute(1)], 60) is None


def test_it_counts_minutes_and_those_with_numbers():
    back = look_back([minute(0), minute(1, faces=""), minute(2, said="")], 60)

    assert (back.minutes, back.with_numbers) == (3, 2)
    assert (back.mostly, back.stretch) == (None, None)
    assert back.figures[0].value == "2 of 3"
    assert (back.figures[0].at.chart, back.figures[0].at.index) == ("expression", 1)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (["most:calm", "nearly_all:calm", ""], "Mostly calm: most of the class looked"),
        (["most:strained"] * 2, "Mostly strained: most of the class looked so in 2 of"),
        (["most:calm", "few:strained", ""], ""),
        (["most:calm", "most:calm", "", ""], ""),  # half is not more than half
    ],
)
def test_what_held_in_most_minutes(claims, words):
    minutes = [minute(i, faces=claim) for i, claim in enumerate(claims)]

    mostly = look_back(minutes, 60).mostly

    assert str(mostly or "").startswith(words)
    assert bool(mostly) == bool(words)


def test_where_a_minute_lasts_ten_seconds_it_is_called_a_step():
    assert str(look_back(lesson("most:ok"), 10).mostly).endswith("in 1 of 1 step.")


def test_a_class_without_cameras_says_what_most_answered():
    mostly = look_back(lesson("most:ok", "most:ok", "few:answers"), 60).mostly

    assert str(mostly) == (
        "Mostly good: most of those who answered said so in 2 of 3 minutes."
    )


@pytest.mark.parametrize(
    ("said", "words", "first", "last"),
    [
        (["", "third:lost", "third:lost", ""], "1 in 3 or more .* were lost$", 1, 2),
        (["half:lost", "third:lost"], "1 in 3 or more .* were lost$", 0, 1),
        (["half:lost", "half:lost"], "Half or more .* were lost$", 0, 1),
        (
            ["half:lost", "third:too_fast", "third:behind"],
            "1 in 3 or more .* were lost or found it too fast$",
            0,
            2,
        ),
        (  # the longest of two
            ["half:lost", "half:lost", "", *["third:lost"] * 3],
            "1 in 3 or more",
            3,
            5,
        ),
        (["third:too_slow"] * 2, "1 in 3 or more .* found it too slow$", 0, 1),
        (["third:too_slow"] * 3 + ["half:lost"] * 2, "Half or more .* lost$", 3, 4),
    ],
)
def test_a_stretch_says_what_held_in_each_of_its_minutes(said, words, first, last):
    stretch = look_back(lesson(*said), 60).stretch

    assert re.search(words, stretch.words)
    assert (stretch.first.chart, stretch.first.index) == ("pulse", first)
    assert stretch.first.begins == BEGAN + dt.timedelta(minutes=first)
    assert stretch.ends == BEGAN + dt.timedelta(minutes=last + 1)


@pytest.mark.parametrize(
    "said", [["half:lost"], ["half:lost", "most:ok", "half:lost"], ["few:answers"] * 9]
)
def test_a_single_minute_is_no_stretch_nor_is_silence(said):
    assert look_back(lesson(*said), 60).stretch is None


def test_minutes_that_are_not_neighbours_are_no_stretch():
    minutes = [minute(0, said="half:lost"), minute(2, said="half:lost")]

    assert look_back(minutes, 60).stretch is None


def test_every_claim_of_a_stretch_has_words():
    about = {c.name for c in PULSE_CLAIMS if c.is_behind} | {"third:too_slow"}

    assert STRETCHES.keys() == about


def test_a_figure_leads_to_the_minute_in_which_it_was_highest():
    minutes = [
        minute(0, faces="", said="", taps={"lost": 0.1, "strained": 0.4}),
        minute(1, faces="", said="", taps={"lost": 0.45, "strained": 0.1}),
    ]

    figures = look_back(minutes, 60).figures

    assert [(f.name, f.value, f.at.chart, f.at.index) for f in figures] == [
        ("With numbers", "2 of 2", "expression", 0),
        ("Peak of “lost”", "45 % ± 25", "pulse", 1),
        ("Peak of strained looks", "40 % ± 30", "expression", 0),
        ("Peak of “too fast”", "0 % ± 25", "pulse", 0),
    ]


@pytest.mark.parametrize("signal", ["faces", "said"])
def test_one_signal_alone_has_four_figures_too(signal):
    assert len(look_back([minute(0, **{signal: ""})], 60).figures) == 4


def test_old_minutes_without_answers_have_the_figures_that_they_have():
    old = minute(0, said="") | {"answers": None, "answers_band": None}

    assert len(look_back([old], 60).figures) == 1


def test_a_share_that_may_be_any_is_no_figure():
    taps = ("lost", "too_fast", "ok", "too_slow")
    silent = minute(0, said="") | {
        "answers": dict.fromkeys(taps, 0.25),
        "answers_band": dict.fromkeys(taps, 0.7),
    }

    assert [f.name for f in look_back([silent], 60).figures] == ["With numbers"]


@pytest.mark.parametrize("n", [10, 20, 30])
def test_stretches_are_true_of_what_they_name(n):
    """Lessons of 20 minutes whose mood stays, through the release that serves."""
    rng = np.random.default_rng(n)
    way_out = playing.pulse()
    moods = rng.dirichlet((4, 3, 3, 0.5, 4), 60)  # more trouble than is usual
    [crowd] = playing.crowds(n, 20, churn=False)
    played = playing.play(way_out, crowd, moods, rng, min_group=10)

    true = []
    for shares, statements in zip(played.truth, played.shown.statements, strict=True):
        run = longest_run(lesson(*statements), lambda claim: claim.is_behind)
        if run:
            claim, minutes = run
            named = shares[[each["index"] for each in minutes]].mean(axis=0)
            true.append(bool(claim.holds(named)))

    assert len(true) >= 10
    assert np.mean(true) >= 0.93
