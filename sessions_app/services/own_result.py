"""Hand a student's own last result from the tab to that student's panel, sealed.

The panel makes a key and gives it to its tab in the part of an address that no browser sends
(static/js/lib/panel_key.js). What the tab seals with it passes here unread, while a panel asks,
and is kept for seconds. All are of one length, so that not even the length tells anything.
"""

import re
from uuid import UUID

from django.core.cache import cache

LASTS_S = 20  # a few times as long as panel and tab wait between two questions
SEALED_CHARACTERS = 336  # 12 bytes of nonce, 224 of text, 16 of tag, in base64
_SEALED = re.compile(rf"[\w-]{{{SEALED_CHARACTERS}}}", re.ASCII)


class NotSealed(ValueError):
    """What came is not as long as what is sealed, or has other characters."""


def asked_for(student: UUID) -> str | None:
    """What a student's tab said last, for that student's panel, which asks now."""
    cache.set(_asked(student), True, LASTS_S)
    found: str | None = cache.get(_kept(student))
    return found


def take(student: UUID, sealed: str) -> bool:
    """Keep what a tab says, for seconds; True if a panel has asked lately.

    Nothing is kept where none has.

    Args:
        student: The participant whose tab it is.
        sealed: Blank where the tab only wants to know whether a panel asks.

    Raises:
        NotSealed: If it cannot be what a tab seals.
    """
    if sealed and not _SEALED.fullmatch(sealed):
        raise NotSealed
    is_asked = bool(cache.get(_asked(student)))
    if sealed and is_asked:
        cache.set(_kept(student), sealed, LASTS_S)
    return is_asked


def forget(student: UUID) -> None:
    """Delete what a tab said; the student withdrew or left."""
    cache.delete(_kept(student))


def _asked(student: UUID) -> str:
    return f"own-result-asked:{student}"


def _kept(student: UUID) -> str:
    return f"own-result:{student}"
