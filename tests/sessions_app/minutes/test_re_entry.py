from hypothesis import given
from hypothesis import strategies as st

from sessions_app.minutes.re_entry import ReEntry


def admitted(presence, wait=2):
    """For one student, a string of minutes: 'x' is full, '.' is not."""
    re_entry = ReEntry(wait=wait)
    return "".join(
        "x" if re_entry.admit(minute, {"alice"} if mark == "x" else set()) else "."
        for minute, mark in enumerate(presence)
    )


def test_a_newcomer_counts_at_once():
    assert admitted("..xxx") == "..xxx"


def test_whoever_stopped_counts_again_only_after_full_minutes():
    assert admitted("xx.xxxxx") == "xx...xxx"


def test_coming_and_going_every_other_minute_counts_once():
    assert admitted("x.x.x.x.x.") == "x........."


def test_a_pause_of_the_class_is_no_students_gap():
    re_entry = ReEntry()
    re_entry.admit(3, {"alice"})

    assert re_entry.admit(10, {"alice"}) == {"alice"}


def test_each_further_gap_asks_for_twice_as_many_full_minutes():
    assert admitted("x.xxx.xxxxx.xxxxxxxxx") == "x...x.....x.........x"


def test_a_gap_while_waiting_begins_the_same_wait_again():
    assert admitted("x.xx.xxx") == "x......x"


@given(st.text("x.", min_size=45, max_size=45))
def test_returns_are_bounded_by_the_doubling_wait(presence):
    """Waits of 2, 4, 8 and 16 minutes, each after a gap: a fifth has no room."""
    assert admitted(presence).lstrip(".").count(".x") <= 4
