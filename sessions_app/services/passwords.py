"""Which passwords are refused: those that a guesser would try early on.

The zxcvbn library knows common passwords, names, words, dates and patterns of keys, and
counts how many guesses it takes; it is told the words of this place and this person.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.models import User

LEAST_SCORE = 3  # of 0 to 4: more than 10^8 guesses
_READ = 72  # characters; the library refuses more, and these are guesses enough
_PRODUCT = ("classmood", "class", "mood", "teacher", "admin")
_SHORTEST = 3  # letters of a word that counts
_OUR_WORDS = _(
    "The password contains your name or address, or the name of the school or of Classmood."
)
_REMEDY = _("Use three or four words that do not belong together.")


class NotEasilyGuessed:
    """A validator as Django's setting AUTH_PASSWORD_VALIDATORS names them."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse what is guessed early, and say why and what to do.

        Raises:
            ValidationError: If fewer than 10^8 guesses would find it.
        """
        found = _guessed(password, [*_PRODUCT, *_words_of(user)])
        reason = _warning(found)
        others = [each["token"] for each in found["sequence"] if not _is_ours(each)]
        if len(others) < len(found["sequence"]):
            # A guesser knows these words: what is left has to be good by itself.
            found, reason = _guessed("".join(others), []), str(_OUR_WORDS)
        if found["score"] < LEAST_SCORE:
            sentences = [_("This password is easy to guess."), reason, _REMEDY]
            raise ValidationError(
                " ".join(str(each) for each in sentences if each),
                code="password_too_guessable",
            )

    def get_help_text(self) -> str:
        return gettext("Not easy to guess.") + f" {_REMEDY}"


def _guessed(password: str, known_words: list[str]) -> dict[str, Any]:
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- its lists take a while to load

    found: dict[str, Any] = zxcvbn(password[:_READ], user_inputs=known_words)
    return found


def _is_ours(match: dict[str, Any]) -> bool:
    return match.get("dictionary_name") == "user_inputs"


def _warning(found: dict[str, Any]) -> str:
    warning = str(found["feedback"]["warning"] or "").rstrip(".")
    return f"{warning}." if warning else ""


def _words_of(user: User | None) -> Iterator[str]:
    """Words that a guesser who knows the school and the person tries first."""
    texts = [*settings.ALLOWED_HOSTS, settings.DEFAULT_FROM_EMAIL]
    if user is not None:
        texts += [user.email, user.name]
    for text in texts:
        yield text
        yield from (w for w in re.split(r"[\W_]+", text) if len(w) >= _SHORTEST)
