"""Choices in a teacher's words: which there can be, and what numbers call them."""

import pytest

from sessions_app.enums import Tap, Vote
from sessions_app.models.choices import (
    Choice,
    WrongChoices,
    choices_in,
    own_words,
    to_store,
    vote_words,
)

LOST, FAST, OK = Tap.LOST, Tap.TOO_FAST, Tap.OK
TWO = [Choice("Again, please", LOST), Choice("Got it", OK)]


def test_without_a_teachers_words_there_are_the_usual_four():
    assert to_store([]) is None
    assert [choice.tap for choice in choices_in(None)] == [*Tap]
    assert own_words(None) is None


def test_what_is_stored_is_what_was_chosen():
    assert choices_in(to_store(TWO)) == TWO


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ([Choice(str(i), OK if i else LOST) for i in range(6)], "5 answers at most"),
        ([*TWO, Choice("\u200d\u0301", FAST)], "has no words"),
        ([*TWO, Choice("\u3164\u2800", FAST)], "has no words"),
        ([*TWO, Choice("x" * 31, FAST)], "too long"),
        ([*TWO, Choice("GOT  it", FAST)], "the same words"),
        ([*TWO, Choice("\uff27ot it", FAST)], "the same words"),
        ([Choice("Fine", OK), Choice("Great", OK)], "at least two answers"),
        ([Choice("Fine", OK)], "at least two answers"),
    ],
    ids=[
        "six",
        "nothing",
        "blank letters",
        "long",
        "twice",
        "looks twice",
        "one meaning",
        "one",
    ],
)
def test_students_can_tell_all_choices_apart(choices, says):
    with pytest.raises(WrongChoices, match=says):
        to_store(choices)


def test_signs_alone_are_words_too():
    assert to_store([Choice("👍", OK), Choice("👎", LOST), Choice("?!", FAST)])


def test_numbers_are_called_by_the_words_of_what_they_count():
    words = vote_words([*TWO, Choice("Please repeat", LOST)])

    assert words == {
        "lost": "Again, please / Please repeat",
        "ok": "Got it",
        "no_answer": str(Vote.NO_ANSWER.label),
    }
