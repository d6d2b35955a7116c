"""Which changes are told, when, and since when; from minutes as the timeline shows them."""

import pytest

from inference.labels import GROUPS
from sessions_app.enums import Tap, Vote
from sessions_app.minutes.alerts import find_alerts

WINDOW_S = 60
CALM = {"pleased": 0.1, "calm": 0.8, "strained": 0.1}
STRAINED = {"pleased": 0.1, "calm": 0.4, "strained": 0.5}
FINE = {"lost": 0.05, "too_fast": 0.1, "ok": 0.8, "too_slow": 0.05}
LOST = {"lost": 0.45, "too_fast": 0.1, "ok": 0.4, "too_slow": 0.05}


def lesson(*parts, band=0.15, silent=0.4):
    """Minutes of (how many, faces or None, taps or None, a status without numbers)."""
    minutes = []
    for count, faces, taps, status in parts:
        for _ in range(count):
            minutes.append(
                {
                    "index": len(minutes),
                    "status": "released" if faces else status,
                    "groups_alone": faces,
                    "groups_alone_band": faces and dict.fromkeys(GROUPS, band),
                    "pulse_status": "released" if taps else status,
                    "pulse": taps and votes(taps, silent),
                    "answers": taps,
                    "answers_band": taps and dict.fromkeys(Tap.values, band),
                }
            )
    return minutes


def votes(taps, silent):
    """Shares of the whole class, of which some do not answer."""
    answered = {tap: share * (1 - silent) for tap, share in taps.items()}
    return answered | {Vote.NO_ANSWER: silent}


def told(minutes, window_s=WINDOW_S):
    return [
        (a.key, a.of, a.more, a.since, a.index) for a in find_alerts(minutes, window_s)
    ]


def test_a_change_that_holds_is_told_once_with_when_it_began():
    minutes = lesson((6, CALM, None, "off"), (8, STRAINED, None, "off"))

    [alert] = find_alerts(minutes, WINDOW_S)

    assert (alert.key, alert.since, alert.index) == ("expression-8", 6, 8)
    assert alert.words == "More students look strained than before."


def test_a_lesson_without_cameras_hears_what_students_say():
    minutes = lesson((6, None, FINE, "off"), (8, None, LOST, "off"))

    [alert] = find_alerts(minutes, WINDOW_S)

    assert (alert.key, alert.since) == ("pulse-8", 6)
    assert alert.words == "More students are lost than before."


def test_of_two_changes_in_one_minute_what_people_say_is_told_and_the_other_later():
    minutes = lesson((6, CALM, FINE, "off"), (18, STRAINED, LOST, "off"))

    assert [key for key, *_ in told(minutes)] == ["pulse-8", "expression-18"]


@pytest.mark.parametrize(
    "minutes",
    [
        [],
        lesson((30, CALM, FINE, "off")),
        lesson(
            (6, CALM, None, "off"), (2, STRAINED, None, "off"), (9, CALM, None, "off")
        ),
        lesson((4, CALM, None, "off"), (9, STRAINED, None, "off"))[:6],
        lesson((9, None, None, "too_few")),
        lesson((6, CALM, None, "off"), (9, STRAINED, None, "off"), band=1.0),
    ],
    ids=[
        "no minute",
        "steady",
        "too short",
        "nothing to compare",
        "no numbers",
        "unsure",
    ],
)
def test_nothing_is_told_where_nothing_holds(minutes):
    assert told(minutes) == []


def test_a_class_that_falls_silent_is_not_said_to_be_lost():
    """Of minutes without answers the estimate is only what is usual, of few it is few."""
    answer = lesson((6, None, FINE, "off"), (12, None, LOST, "off"), silent=0.75)
    falls_silent = lesson((6, None, FINE, "off"))
    falls_silent += lesson((18, None, LOST, "off"), silent=0.8)[6:]

    assert [of for _, of, *_ in told(answer)] == ["lost"]
    assert told(falls_silent) == []


@pytest.mark.parametrize("status", ["paused", "interrupted", "too_few"])
def test_no_alert_is_raised_in_a_minute_without_numbers_nor_across_one(status):
    """Two minutes before the gap are not enough, and those after it are counted anew."""
    minutes = lesson(
        (6, CALM, FINE, "off"),
        (2, STRAINED, LOST, "off"),
        (3, None, None, status),
        (5, STRAINED, LOST, "off"),
    )

    found = find_alerts(minutes, WINDOW_S)

    assert found
    for alert in found:
        spanned = minutes[alert.since : alert.index + 1]
        assert {m["status"] for m in spanned} == {"released"}
    assert told(minutes[:11]) == []


def test_no_later_minute_takes_an_alert_back_or_moves_it():
    """So that every device shows the same ones, whenever it looks."""
    minutes = lesson(
        (6, CALM, FINE, "off"),
        (9, STRAINED, FINE, "off"),
        (9, CALM, LOST, "off"),
        (2, None, None, "interrupted"),
        (12, CALM, FINE, "off"),
    )

    whole = told(minutes)

    assert len(whole) >= 2
    for length in range(len(minutes)):
        known = told(minutes[:length])
        assert known == whole[: len(known)]
        assert known == [each for each in whole if each[-1] < length]


@pytest.mark.parametrize(
    ("window_s", "turn", "apart"), [(60, 7, 10), (10, 40, 60), (300, 6, 6)]
)
def test_a_change_within_ten_minutes_of_an_alert_is_told_after_them(
    window_s, turn, apart
):
    """It still holds then. Of longer minutes fewer make ten of the clock."""
    turns = [(turn, CALM, None, "off"), (turn, STRAINED, None, "off")] * 2

    [first, second, *_] = [index for *_, index in told(lesson(*turns), window_s)]

    assert second - first == apart


def test_what_it_changed_to_is_normal_afterwards():
    """The way back is another change."""
    minutes = lesson(
        (6, CALM, None, "off"), (20, STRAINED, None, "off"), (9, CALM, None, "off")
    )

    assert [(of, more) for _, of, more, *_ in told(minutes)] == [
        ("strained", True),
        ("calm", True),
    ]


def test_minutes_from_before_a_field_was_there_are_left_out():
    old = [
        m | {"groups_alone": None, "groups_alone_band": None}
        for m in lesson((9, CALM, None, "off"))
    ]

    assert told(old) == []
