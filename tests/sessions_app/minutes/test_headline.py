import pytest

from inference.labels import GROUPS
from sessions_app.enums import Purpose, Tap
from sessions_app.minutes.claims import CLAIMS, PULSE_CLAIMS
from sessions_app.minutes.headline import Change, Named, named_changes, summarise

NOTHING = {"sentence": "", "change": "", "change_at": None}
NO_SUMMARY = {
    **NOTHING,
    "about": "",
    "many_behind": False,
    "expression": NOTHING,
    "pulse": NOTHING,
}
NO_PULSE = {
    "pulse_status": "off",
    "answers": None,
    "answers_band": None,
    "pulse_statement": "",
}
NO_FACES = {
    "status": "off",
    "groups_alone": None,
    "groups_alone_band": None,
    "statement": "",
}


def minute(index, *, band=0.08, statement="", **groups):
    return {
        "index": index,
        "status": "released",
        "groups_alone": {group: groups.get(group, 0.0) for group in GROUPS},
        "groups_alone_band": dict.fromkeys(GROUPS, band),
        "statement": statement,
        **NO_PULSE,
    }


def said(index=0, statement="", *, band=0.08, **answers):
    """A minute of a class that answers the pulse and shows no faces."""
    return {
        "index": index,
        **NO_FACES,
        "pulse_status": "released",
        "answers": {tap: answers.get(tap, 0.0) for tap in Tap.values},
        "answers_band": dict.fromkeys(Tap.values, band),
        "pulse_statement": statement,
    }


def both(pulse, faces):
    """A minute with two signals and what is said of each."""
    of_faces = minute(0, statement=faces, calm=1.0)
    return said(0, pulse) | {name: of_faces[name] for name in NO_FACES}


def test_no_minutes_no_words():
    assert summarise([]) == NO_SUMMARY


def test_a_suppressed_last_minute_has_no_words():
    hidden = {"index": 1, **NO_FACES, **NO_PULSE, "status": "too_few"}

    assert summarise([minute(0, calm=1.0), hidden]) == NO_SUMMARY


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("nearly_all:calm", "Nearly everyone looks calm."),
        ("most:pleased", "Most of the class looks pleased."),
        ("hardly:strained", "Hardly anyone looks strained."),
        ("few:strained", "Only a few look strained."),
        ("", "No clear picture."),
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
    assert summary["sentence"] == summary["change"]  # since nothing else stands out


def test_a_change_that_one_minute_does_not_show_surely_is_named_once_some_agree():
    """The errors of minutes are their own, so that together they say it more surely."""
    calm = [minute(i, band=0.2, calm=0.8, strained=0.2) for i in range(6)]
    turned = [minute(i, band=0.2, calm=0.6, strained=0.4) for i in range(6, 12)]

    told = [summarise([*calm, *turned[: n + 1]])["change_at"] for n in range(4)]

    assert told == [None, None, None, 9]
    assert named_changes([*calm, *turned]) == [
        Named(at=9, since=6, change=Change("strained", more=True))
    ]


def test_a_change_that_is_over_before_it_is_sure_is_not_named():
    calm = [minute(i, band=0.2, calm=0.8, strained=0.2) for i in range(12)]
    calm[6] = minute(6, band=0.2, calm=0.6, strained=0.4)

    assert named_changes(calm) == []


def test_changes_are_named_in_the_order_in_which_they_showed():
    """The minutes that one change is named by are the normal of the next, and name none themselves."""
    calm = (0.25, 0.75, 0.8, 0.25, 0.3, 0.3, 0.6, 0.15)
    bands = (0.1, 0.1, 0.05, 0.1, 0.3, 0.05, 0.1, 0.3)
    minutes = [
        minute(i, band=band, calm=share, strained=1 - share)
        for i, (share, band) in enumerate(zip(calm, bands, strict=True))
    ]

    named = named_changes(minutes)

    assert [each.at for each in named] == [2, 7]
    assert (
        named_changes(minutes[:7]) == named[:1]
    )  # what is named stays, whatever comes


def test_a_change_without_any_doubt_is_named():
    """As in the demo, where nothing is added to what a single student shows."""
    calm = [minute(i, band=0.0, calm=1.0) for i in range(4)]

    assert named_changes([*calm, minute(4, band=0.0, strained=1.0)]) == [
        Named(at=4, since=4, change=Change("strained", more=True))
    ]


def test_answers_are_compared_a_minute_at_a_time():
    """A tap counts for five minutes, so minutes that follow each other are no news."""
    fine = [said(i, band=0.2, ok=0.8, lost=0.2) for i in range(6)]
    less = [said(i, band=0.2, ok=0.6, lost=0.4) for i in range(6, 12)]

    assert named_changes([*fine, *less], Purpose.PULSE) == []


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


def test_every_claim_of_the_pulse_has_a_sentence_of_its_own():
    told = {summarise([said(0, str(claim))])["sentence"] for claim in PULSE_CLAIMS}

    assert len(told) == len(PULSE_CLAIMS)


@pytest.mark.parametrize(
    ("pulse", "faces", "about"),
    [
        ("third:behind", "nearly_all:calm", "pulse"),  # people first
        ("third:lost", "most:strained", "pulse"),
        ("most:ok", "most:strained", "expression"),  # but what weighs more before all
        ("most:ok", "most:calm", "pulse"),
        ("few:answers", "most:calm", "expression"),
        ("", "most:calm", "expression"),  # a claim is surer than none
        ("third:too_slow", "", "pulse"),
        ("", "", ""),
    ],
)
def test_the_headline_is_what_is_surer_and_matters_more(pulse, faces, about):
    summary = summarise([both(pulse, faces)])

    assert summary["about"] == about
    headline = summary[about] if about else summary
    assert summary["sentence"] == headline["sentence"]
    if not about:
        assert summary["sentence"] == "No clear picture."


@pytest.mark.parametrize("look", GROUPS)
def test_no_expression_is_named_where_nothing_stands_out(look):
    sentences = summarise([minute(0, statement="", **{look: 1.0})])

    assert sentences["sentence"] == "No clear picture."
    assert look not in str(sentences)


def test_a_class_with_the_pulse_alone_is_told_nothing_of_faces():
    summary = summarise([said(0, "third:lost"), said(1, "half:lost")])

    assert summary["sentence"] == "Half or more of those who answered are lost."
    assert summary["many_behind"] is True
    assert summary["expression"] == NOTHING
    assert "look" not in str(summary)


def test_the_headline_comes_with_its_change():
    fine = [said(i, "most:ok", ok=0.8, lost=0.2) for i in range(4)]

    summary = summarise([*fine, said(4, "half:lost", ok=0.3, lost=0.7)])

    assert summary["sentence"] == "Half or more of those who answered are lost."
    assert summary["change"] == "More students are lost than before."
    assert summary["change_at"] == 4


@pytest.mark.parametrize("claim", PULSE_CLAIMS, ids=str)
def test_many_are_behind_where_the_lost_and_the_hurried_are_said_to_be_many(claim):
    behind = "lost" in str(claim) or "too_fast" in str(claim) or "behind" in str(claim)

    assert summarise([said(0, str(claim))])["many_behind"] is behind
