"""What lies in the Redis of the open minutes, packed and unpacked: sums, notes, re-entry, taps."""

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import numpy as np

from inference.labels import EMOTIONS
from sessions_app.enums import Purpose
from sessions_app.minutes.re_entry import Absence, ReEntry
from sessions_app.minutes.store import PersonSums

GROUP = "group"  # of what re-entry remembers: a line that begins " FIRST ENDS "
PAUSED = "paused"
SUMS = struct.Struct(f"<{3 + 2 * len(EMOTIONS)}d")

_GROUP = GROUP.encode()  # every other field is a student
_MEMBER = b"counts"


def key(session: UUID, *what: object) -> str:
    return ":".join(("open", session.hex, *map(str, what)))


def pack(sums: PersonSums) -> bytes:
    """A person's sums as little-endian doubles."""
    numbers = (sums.frames, sums.faces, sums.max_score, *sums.scores, *sums.arg_max)
    return SUMS.pack(*numbers)


def unpack(packed: bytes) -> PersonSums:
    frames, faces, max_score, *rest = SUMS.unpack(packed)
    scores, arg_max = np.split(np.array(rest), 2)
    return PersonSums(int(frames), int(faces), scores, arg_max, max_score)


def unpack_all(sums: Mapping[bytes, bytes]) -> dict[UUID, PersonSums]:
    return {UUID(bytes=person): unpack(held) for person, held in sums.items()}


def unpack_interrupted(notes: Iterable[bytes]) -> set[tuple[int, Purpose]]:
    """What stands in a session's set of interruptions and pauses."""
    read = (note.decode().split(" ") for note in notes)
    return {(int(minute), Purpose(word)) for minute, word in read if word != PAUSED}


def unpack_paused(notes: Iterable[bytes]) -> set[int]:
    """The minutes with a pause that stand in the same set."""
    read = (note.decode().split(" ") for note in notes)
    return {int(minute) for minute, word in read if word == PAUSED}


def unpack_withheld(
    held: Iterable[tuple[bytes, bytes]],
) -> dict[UUID, dict[Purpose, int]]:
    """What stands in a session's hash of what is withheld, by participant."""
    found: dict[UUID, dict[Purpose, int]] = defaultdict(dict)
    for name, value in held:
        person, purpose = name.decode().split(" ")
        found[UUID(person)][Purpose(purpose)] = int(value)
    return found


def unpack_re_entry(held: Mapping[bytes, bytes]) -> ReEntry:
    if _GROUP not in held:
        return ReEntry()
    people = {UUID(bytes=p): line for p, line in held.items() if p != _GROUP}
    first, ends, formed_with, group_key, class_key = _numbers(held[_GROUP])
    return ReEntry(
        first,
        ends,
        formed_with,
        group_key,
        class_key,
        {p for p, line in people.items() if line.startswith(_MEMBER)},
        {
            p: Absence(*_numbers(line.removeprefix(_MEMBER)))
            for p, line in people.items()
            if line != _MEMBER
        },
    )


def pack_re_entry(group: ReEntry) -> dict[bytes, bytes]:
    """One field for the group, and one for each student of whom something is known."""
    absences = {p: _line(*absence) for p, absence in group.absent.items()}
    members = {p: _MEMBER + absences.get(p, b"") for p in group.members}
    numbers = group.first, group.ends, group.formed_with
    line = _line(*numbers, group.group_key, group.class_key)
    return {_GROUP: line} | {p.bytes: said for p, said in (absences | members).items()}


def _line(*numbers: int) -> bytes:
    return b"".join(b" %d" % number for number in numbers)


def _numbers(line: bytes) -> Iterator[int]:
    return map(int, line.split())


def unpack_taps(lines: bytes) -> Iterator[tuple[float, str]]:
    for line in lines.decode().splitlines():
        at, choice = line.split(" ")
        yield float(at), choice
