"""What students may tap, in a teacher's words. Each choice stands for one tap.

Numbers and sentences are about the taps: where two choices stand for one tap, they are counted
as one. A row holds the choices as JSON, and null where the platform's own four hold.
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from sessions_app.enums import Tap, Vote
from sessions_app.localised import listed
from sessions_app.models.text import can_be_seen

MOST_CHOICES = 5
LEAST_TAPS = 2  # among fewer there is nothing to choose
MAX_WORDS = 30  # characters

Stored = list[dict[str, str]]


class WrongChoices(ValueError):
    """Students could not choose among these."""


class Choice(NamedTuple):
    """A button of the pulse."""

    words: str
    tap: Tap


def choices_in(stored: Stored | None) -> list[Choice]:
    """The choices that a row holds; the platform's own in the reader's language."""
    if stored is None:
        return [Choice(str(tap.label), tap) for tap in Tap]
    return [Choice(each["words"], Tap(each["tap"])) for each in stored]


def to_store(choices: Iterable[Choice]) -> Stored | None:
    """Checked choices as a row holds them; None, for the platform's own, where there are none.

    Raises:
        WrongChoices: With a sentence for people.
    """
    checked = [Choice(" ".join(each.words.split()), each.tap) for each in choices]
    if not checked:
        return None
    _check(checked)
    return as_data(checked)


def vote_words(choices: Iterable[Choice]) -> dict[str, str]:
    """The words for each vote that can be in these numbers, in the order of pages."""
    by_tap: dict[str, list[str]] = {}
    for words, tap in choices:
        by_tap.setdefault(tap, []).append(words)
    return {
        vote.value: " / ".join(by_tap.get(vote, [str(vote.label)]))
        for vote in Vote
        if vote in by_tap or vote == Vote.NO_ANSWER
    }


def own_words(stored: Stored | None) -> dict[str, str] | None:
    """A teacher's words for each tap that was offered; None where there are none."""
    if stored is None:
        return None
    words = vote_words(choices_in(stored))
    return {tap: said for tap, said in words.items() if tap != Vote.NO_ANSWER}


def quoted(stored: Stored | None) -> str:
    """The words that a teacher wrote, in one line; blank where there are none."""
    return listed(_("“%(words)s”") % {"words": each["words"]} for each in stored or [])


def told(stored: Stored | None) -> str:
    """Choices in one line, for the audit."""
    if stored is None:
        return "the platform's own"
    return ", ".join(f"{each['words']} ({each['tap']})" for each in stored)


def _check(choices: list[Choice]) -> None:
    if len(choices) > MOST_CHOICES:
        raise WrongChoices(
            _("There can be %(most)s answers at most.") % {"most": MOST_CHOICES}
        )
    for words, _tap in choices:
        if not can_be_seen(words):
            raise WrongChoices(
                _("An answer has no words. Write some, or leave its line empty.")
            )
        if len(words) > MAX_WORDS:
            raise WrongChoices(
                _("“%(words)s” is too long: %(most)s characters fit on a button.")
                % {"words": words, "most": MAX_WORDS}
            )
    if len({_as_read(words) for words, _tap in choices}) < len(choices):
        raise WrongChoices(
            _("Two answers have the same words. Students could not tell them apart.")
        )
    if len({tap for _words, tap in choices}) < LEAST_TAPS:
        raise WrongChoices(
            _("Write at least two answers that stand for different things.")
        )


def _as_read(words: str) -> str:
    """Words that read the same are the same."""
    return unicodedata.normalize("NFKC", words).casefold()


def is_choice(stored: Stored | None, tap: Tap) -> bool:
    """Whether a choice stands for this tap."""
    return any(tap == each.tap for each in choices_in(stored))


def as_data(choices: Iterable[Choice]) -> Stored:
    """Choices as exports and the API tell them."""
    return [{"words": words, "tap": tap.value} for words, tap in choices]
