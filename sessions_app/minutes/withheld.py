"""What students said no to, from the moment they said it.

A student who says no is not read any more, even while the row of the decision cannot be
written yet. A no stands here until the roster has been read from a database that holds
this decision, or a later one.
"""

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from sessions_app.enums import Purpose

NOT_WRITTEN = 2**63 - 1  # no decision of the database is newer

REMEMBERED = 10_000  # students; the roster of a second ago knows the decisions by then

_until: dict[UUID, dict[Purpose, int]] = {}
# How many noes of a student are on their way into the database, from here.
_unwritten: Counter[tuple[UUID, Purpose]] = Counter()
_lock = threading.Lock()
# Students whose no the other processes have not heard of yet, and the class of each.
untold: dict[UUID, UUID] = {}


def withhold_until(person: UUID, until: Mapping[Purpose, int]) -> None:
    """Let nothing of a student be used for some purposes until a newer decision is read.

    Args:
        person: The participant.
        until: For each purpose, the key of a decision: only a yes with a higher key counts.
    """
    _until[person] = _until.pop(person, {}) | dict(until)
    while len(_until) > REMEMBERED:
        del _until[next(iter(_until))]


def begin_no(person: UUID, purposes: Collection[Purpose]) -> None:
    """Withhold what a student says no to; `end_no` once it is written, or never will be."""
    with _lock:
        _unwritten.update((person, purpose) for purpose in purposes)
        withhold_until(person, dict.fromkeys(purposes, NOT_WRITTEN))


def end_no(person: UUID, purposes: Collection[Purpose]) -> None:
    """A no is not on its way any more."""
    with _lock:
        for key in ((person, purpose) for purpose in purposes):
            _unwritten[key] -= 1
            if _unwritten[key] <= 0:
                del _unwritten[key]


def is_on_its_way(person: UUID) -> bool:
    """Whether a no of a student is to be written by this process."""
    return any(_unwritten[person, purpose] > 0 for purpose in Purpose)


def note_written(
    person: UUID, until: Mapping[Purpose, int], noes: Collection[Purpose]
) -> None:
    """Withhold no longer than until decisions are read that are written now.

    But a no that is still on its way was said before or after these: it holds.

    Args:
        person: The participant.
        until: As `withhold_until` takes it.
        noes: Those of the decisions that are noes, and on their way themselves.
    """
    with _lock:
        others = {p for p in until if _unwritten[person, p] > (p in noes)}
        withhold_until(person, {p: key for p, key in until.items() if p not in others})


def merge_from_peers(person: UUID, session: UUID, until: Mapping[Purpose, int]) -> None:
    """Withhold what the other processes withhold of a student.

    While they have not heard of a no that was said to this process, its own is newer. A
    no on its way from here is told again where a yes, elsewhere, has taken its place.
    """
    if person in untold:
        return
    with _lock:
        own = {p for p in until if _unwritten[person, p]}
        withhold_until(person, {p: key for p, key in until.items() if p not in own})
    if any(until[purpose] != NOT_WRITTEN for purpose in own):
        untold[person] = session


def allowed(
    person: UUID, agreed: frozenset[Purpose], decided: Mapping[Purpose, int]
) -> frozenset[Purpose]:
    """The purposes that a student agrees to, without those that are withheld.

    Args:
        person: The participant.
        agreed: The purposes with a yes in the database.
        decided: The key of the newest decision on each purpose, from the same reading.
    """
    until = _until.get(person)
    if not until:
        return agreed
    return frozenset(p for p in agreed if decided.get(p, 0) > until.get(p, -1))


def forget(person: UUID) -> None:
    """Drop the id of a participant who was deleted, once no roster knows it any more."""
    with _lock:
        _until.pop(person, None)
        for purpose in Purpose:
            del _unwritten[person, purpose]
    untold.pop(person, None)


def people() -> list[UUID]:
    """The students of whom something may be withheld."""
    return list(_until)


def withheld_of(person: UUID) -> dict[Purpose, int]:
    """The purposes that are withheld of a student, each with the key of its decision."""
    return dict(_until.get(person, {}))
