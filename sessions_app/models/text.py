"""What can be seen of a text."""

import unicodedata

_SEEN = "LNPS"  # categories of letters, digits, punctuation and symbols
# Letters that look like nothing: fillers of Hangul, and Braille without a dot.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"


def can_be_seen(text: str) -> bool:
    """Whether there is more in it than spaces, joiners and marks without a letter."""
    return any(
        unicodedata.category(sign)[0] in _SEEN and sign not in _BLANK_LETTERS
        for sign in text
    )
