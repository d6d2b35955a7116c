import pytest

from inference.labels import EMOTIONS
from sessions_app.minutes.sentences import summarise

NOTHING = {"sentence": "", "change": "", "change_at": None}


def minute(index, *, band=0.08, **shares):
    return {
        "index": index,
        "status": "released",
        "shares": [shares.get(label, 0.0) for label in EMOTIONS],
        "band": [band] * len(EMOTIONS),
    }


def test_no_minutes_no_words():
    assert summarise([]) == NOTHING


def test_a_suppressed_last_minute_has_no_words():
    hidden = {"index": 1, "status": "too_few", "shares": None, "band": None}

    assert summarise([minute(0, neutral=1.0), hidden]) == NOTHING


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"neutral": 0.7, "sad": 0.3}, "Most of the class looks neutral."),
        ({"happy": 0.5, "neutral": 0.5}, "About half of the class looks happy."),
        (
            {"neutral": 0.4, "sad": 0.35, "happy": 0.25},
            "The class is mixed: some look neutral, some sad.",
        ),
    ],
)
def test_the_last_minute_in_one_sentence(shares, sentence):
    assert summarise([minute(0, **shares)])["sentence"] == sentence


def test_a_change_beyond_the_band_is_named_with_its_minute():
    calm = [minute(i, neutral=0.8, sad=0.2) for i in range(4)]

    summary = summarise([*calm, minute(4, neutral=0.3, sad=0.7)])

    assert summary["change"] == "More students look sad than before."
    assert summary["change_at"] == 4


def test_a_change_within_the_band_is_not_named():
    calm = [minute(i, band=0.3, neutral=0.8, sad=0.2) for i in range(4)]

    summary = summarise([*calm, minute(4, band=0.3, neutral=0.6, sad=0.4)])

    assert summary["change"] == ""


def test_a_single_minute_before_is_no_baseline():
    first = minute(0, neutral=0.8, sad=0.2)

    assert summarise([first, minute(1, neutral=0.2, sad=0.8)])["change"] == ""


def test_news_get_old():
    minutes = [minute(i, neutral=0.8, sad=0.2) for i in range(4)]
    minutes += [minute(i, neutral=0.3, sad=0.7) for i in range(4, 9)]

    assert summarise(minutes[:6])["change_at"] == 4
    assert summarise(minutes)["change"] == ""
