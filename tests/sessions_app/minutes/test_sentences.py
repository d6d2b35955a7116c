import pytest

from inference.labels import GROUPS
from sessions_app.minutes.claims import CLAIMS
from sessions_app.minutes.sentences import summarise

NOTHING = {"sentence": "", "change": "", "change_at": None}


def minute(index, *, band=0.08, statement="", **groups):
    return {
        "index": index,
        "status": "released",
        "groups": {group: groups.get(group, 0.0) for group in GROUPS},
        "groups_band": dict.fromkeys(GROUPS, band),
        "statement": statement,
    }


def test_no_minutes_no_words():
    assert summarise([]) == NOTHING


def test_a_suppressed_last_minute_has_no_words():
    hidden = {"index": 1, "status": "too_few", "groups": None, "groups_band": None}

    assert summarise([minute(0, calm=1.0), hidden]) == NOTHING


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("nearly_all:calm", "Nearly everyone looks calm."),
        ("most:pleased", "Most of the class looks pleased."),
        ("hardly:strained", "Hardly anyone looks strained."),
        ("few:strained", "Only a few look strained."),
        ("", "Nothing stands out."),
    ],
)
def test_the_last_minute_in_one_sentence(statement, sentence):
    assert summarise([minute(0, statement=statement, calm=1)])["sentence"] == sentence


def test_every_claim_has_a_sentence_of_its_own():
    said = {
        summarise([minute(0, statement=str(claim), calm=1)])["sentence"]
        for claim in CLAIMS
    }

    assert len(said) == len(CLAIMS)


def test_a_change_beyond_the_band_is_named_with_its_minute():
    calm = [minute(i, calm=0.8, strained=0.2) for i in range(4)]

    summary = summarise([*calm, minute(4, calm=0.3, strained=0.7)])

    assert summary["change"] == "More students look strained than before."
    assert summary["change_at"] == 4


def test_a_change_within_the_band_is_not_named():
    calm = [minute(i, band=0.3, calm=0.8, strained=0.2) for i in range(4)]

    summary = summarise([*calm, minute(4, band=0.3, calm=0.6, strained=0.4)])

    assert summary["change"] == ""


def test_a_single_minute_before_is_no_baseline():
    first = minute(0, calm=0.8, strained=0.2)

    assert summarise([first, minute(1, calm=0.2, strained=0.8)])["change"] == ""


def test_news_get_old():
    minutes = [minute(i, calm=0.8, strained=0.2) for i in range(4)]
    minutes += [minute(i, calm=0.3, strained=0.7) for i in range(4, 9)]

    assert summarise(minutes[:6])["change_at"] == 4
    assert summarise(minutes)["change"] == ""
