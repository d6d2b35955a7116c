"""Who counts: a group that changes at marks alone. It bounds how often noise is drawn."""

import hashlib
import math
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sessions_app.minutes.release import NoiseKeys

GROUP_LASTS_S = 300


class Rule(NamedTuple):
    """When a group is formed."""

    lasts: int  # minutes; 0 where no noise is drawn, and each minute may form another
    enough: int  # students that a group needs, or nothing would be released of it


def rule(*, window_s: int, min_group: int, noise: bool) -> Rule:
    """The rule of a class; shorter minutes make no shorter group."""
    return Rule(math.ceil(GROUP_LASTS_S / window_s) if noise else 0, min_group)


class Counting(NamedTuple):
    """Who counts in a minute, and what the noise of their numbers is drawn from."""

    people: frozenset[UUID]
    since: int  # the minute of the mark
    formed_with: int  # so many
    noise: NoiseKeys


class Absence(NamedTuple):
    """A student of a group said no."""

    until: int  # the first minute in which a group may hold this student again
    groups: int  # how many the student sits out, this time


@dataclass(slots=True)
class ReEntry:
    """Follows one session's group from minute to minute, for one purpose.

    Each other set of contributors draws other noise. Whoever could change the set at will
    would draw until the mean shows what the noise hides: with browsers that come and go,
    or by coming and going alone. So the group is formed once in five minutes. Who joins,
    or comes back, waits for the next one; who closes the page goes on counting, with the
    last full minute, until then. A no ends that at once, and the student sits out one
    group, after another no two, then four.
    """

    first: int = -1  # minute in which the group was formed; -1: there is none
    ends: int = -1  # the first minute that may form another one
    formed_with: int = 0
    group_key: int = 0
    class_key: int = field(default_factory=lambda: secrets.randbits(62))
    members: set[UUID] = field(default_factory=set)
    absent: dict[UUID, Absence] = field(default_factory=dict)

    def admit(
        self, minute: int, full: Mapping[UUID, int], able: Collection[UUID], its: Rule
    ) -> Counting:
        """Those who count in a minute.

        Args:
            minute: Greater at each call, or the same again if its row could not be stored.
            full: Students with enough readings in this minute, each with the cell key.
            able: Students who agree, and of whom there is something to count: these and
                those whose last full minute is still held.
            its: The rule of the class.
        """
        if minute >= self.ends or minute == self.first:
            self._form(minute, full, its)
        else:
            self._let_go(self.members.difference(able), its)
        keys = NoiseKeys(self.class_key, self.group_key)
        people = frozenset(self.members)
        return Counting(people, self.first, self.formed_with, keys)

    def counts_from(self, person: UUID, minute: int) -> int:
        """The first minute, from this one on, in which a student who is there may count."""
        if person in self.members:
            return minute
        absence = self.absent.get(person)
        waits = max(self.ends, absence.until) if absence else self.ends
        return max(minute, waits)

    def forget(self, person: UUID) -> None:
        """Drop the id of a student who left; the noise of the group stays as it is."""
        self.members.discard(person)
        self.absent.pop(person, None)

    def _form(self, minute: int, full: Mapping[UUID, int], its: Rule) -> None:
        """Begin a group with all who are there; with too few there is none yet."""
        there = {p for p in full if self._may_return(p, minute)}
        enough = len(there) >= max(1, its.enough)
        self.members = there if enough else set()
        self.formed_with = len(self.members)
        self.group_key = key_of(full[person] for person in self.members)
        self.first, self.ends = (minute, minute + its.lasts) if enough else (-1, -1)

    def _may_return(self, person: UUID, minute: int) -> bool:
        return person not in self.absent or minute >= self.absent[person].until

    def _let_go(self, people: Collection[UUID], its: Rule) -> None:
        self.members.difference_update(people)
        for person in people:
            before = self.absent.get(person)
            groups = 2 * before.groups if before else 1
            self.absent[person] = Absence(self.ends + groups * its.lasts, groups)


def key_of(cell_keys: Iterable[int]) -> int:
    """One key for a set of contributors, in any order."""
    told = hashlib.blake2b(digest_size=8)
    for key in sorted(cell_keys):
        told.update(key.to_bytes(8, "big"))
    return int.from_bytes(told.digest(), "big") >> 1
