"""The noes that hold before the database holds them.

Who says no is no longer read from that moment on, also where the row of the decision
cannot be written yet. A no stands here until the roster has been read from a database
that holds this decision, or one that was made after it.
"""

from collections.abc import Mapping
from uuid import UUID

from sessions_app.enums import Purpose

NOT_WRITTEN = 2**63 - 1  # no decision of the database is newer

REMEMBERED = 10_000  # students; the roster of a second ago knows the decisions by then

_until: dict[UUID, dict[Purpose, int]] = {}
untold: dict[UUID, UUID] = {}  # of whom the other processes have not heard; the class


def say(person: UUID, until: Mapping[Purpose, int]) -> None:
    """Withhold some purposes until a decision is read that is newer.

    Args:
        person: The participant.
        until: For each purpose the key of the decision that has to be passed.
    """
    _until[person] = _until.pop(person, {}) | dict(until)
    while len(_until) > REMEMBERED:
        del _until[next(iter(_until))]


def learn(person: UUID, until: Mapping[Purpose, int]) -> None:
    """Take over what all processes know, unless they have not heard of this one's."""
    if person not in untold:
        say(person, until)


def allowed(
    person: UUID, agreed: frozenset[Purpose], decided: Mapping[Purpose, int]
) -> frozenset[Purpose]:
    """What somebody agrees to, without what is withheld.

    Args:
        person: The participant.
        agreed: As the database said it.
        decided: The key of the newest decision on each purpose, as it said it then.
    """
    until = _until.get(person)
    if not until:
        return agreed
    return frozenset(p for p in agreed if decided.get(p, 0) > until.get(p, -1))


def forget(person: UUID) -> None:
    """Drop the id of a participant who was deleted, once no roster knows it any more."""
    _until.pop(person, None)
    untold.pop(person, None)


def of(person: UUID) -> dict[Purpose, int]:
    """What is withheld of somebody, and until which decision."""
    return dict(_until.get(person, {}))
