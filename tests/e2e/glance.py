"""What a sentence of a page says of a class, and whether that is true of it."""

import re

import numpy as np

from sessions_app.minutes.claims import CLAIMS, NO_CLEAR_PICTURE, PULSE_CLAIMS
from sessions_app.minutes.looking_back import STRETCHES

_MOSTLY = re.compile(r"Mostly (\w+): .* in (\d+) of (\d+) minutes\.")
_SUMMED_UP = re.compile(r"(\d+) minutes, (\d+) with numbers\.")
_STRETCH = re.compile(r"(.*) from (\d\d:\d\d) to (\d\d:\d\d)\.")
_JOINED = re.compile(r"Joined: (?:roughly (\d+) or more|few or none)")


def is_true(sentence, truth):
    """Whether a sentence is true of a class that was the same in all its minutes.

    Args:
        sentence: As the page has it.
        truth: Of known_classes.py; `minutes` says how many were measured.

    Raises:
        ValueError: If the sentence is none that this knows: then nobody checked it.
    """
    groups, votes = np.array(truth["groups"]), np.array(truth["votes"])
    by_words = {
        **{claim.words: bool(claim.holds(groups)) for claim in CLAIMS},
        **{claim.words: bool(claim.holds(votes)) for claim in PULSE_CLAIMS},
        str(NO_CLEAR_PICTURE): True,  # says nothing of the class
        "Too few students to show numbers.": truth["students"] < truth["min_group"],
        "Running again.": truth["paused"],
    }
    if sentence in by_words:
        return by_words[sentence]
    if found := _MOSTLY.match(sentence):
        return _mostly(found[1], groups, votes) and int(found[2]) <= truth["minutes"]
    if found := _STRETCH.match(sentence):
        name = next(name for name, words in STRETCHES.items() if words == found[1])
        return bool(next(c for c in PULSE_CLAIMS if c.name == name).holds(votes))
    if found := _SUMMED_UP.match(sentence):
        return int(found[2]) <= int(found[1]) == truth["minutes"]
    if found := _JOINED.match(sentence):
        return int(found[1] or 0) <= truth["students"]
    raise ValueError(f"Nobody knows what this says: {sentence}")


def _mostly(word, groups, votes):
    if word == "good":
        return bool(next(c for c in PULSE_CLAIMS if c.name == "most:ok").holds(votes))
    claim = next(c for c in CLAIMS if str(c) == f"most:{word}")
    return bool(claim.holds(groups))
