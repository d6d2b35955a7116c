"""What is said to the Redis of the open minutes: each call is one run of a script."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from uuid import UUID

from sessions_app.enums import Purpose
from sessions_app.minutes import redis_scripts as scripts
from sessions_app.minutes.redis_scripts import Call
from sessions_app.minutes.redis_values import PAUSED, key, pack
from sessions_app.minutes.store import PersonSums

AT_ONCE = 500  # people in one call, so that no script runs for long


def add(
    session: UUID,
    minute: int,
    people: Mapping[UUID, PersonSums],
    said: tuple[str, int] = ("", 0),
) -> Call:
    """Add sums of at most `AT_ONCE` people; 0 if the minute is closed.

    Args:
        session: The class.
        minute: Its minute.
        people: What each sent since the last call.
        said: Who says it, and that caller's running number, so that saying it again
            adds nothing; blank for who says it once only.
    """
    pairs = ((person.bytes, pack(sums)) for person, sums in people.items())
    return scripts.ADD(
        key(session),
        key(session, "minutes"),
        key(session, "sums", minute),
        args=(minute, *said, *(part for pair in pairs for part in pair)),
    )


def present(session: UUID, minute: int, people: Iterable[UUID]) -> Iterator[Call]:
    ids = [person.bytes for person in people]
    for start in range(0, len(ids), AT_ONCE):
        yield scripts.PRESENT(
            key(session),
            key(session, "minutes"),
            key(session, "present", minute),
            args=(minute, *ids[start : start + AT_ONCE]),
        )


def interrupted(session: UUID, minute: int, signals: Iterable[Purpose]) -> Call:
    return _noted(session, minute, signals)


def paused(session: UUID, minute: int) -> Call:
    return _noted(session, minute, [PAUSED])


def _noted(session: UUID, minute: int, words: Iterable[str]) -> Call:
    return scripts.NOTE(
        key(session), key(session, "interrupted"), args=(minute, *words)
    )


def forget_readings(session: UUID, person: UUID) -> Call:
    return scripts.FORGET(
        key(session),
        key(session, "minutes"),
        key(session, "last"),
        args=(person.bytes,),
    )


def keep_last(
    session: UUID, minute: int, full: Iterable[UUID], group: Collection[UUID]
) -> Call:
    people = [person.bytes for person in (*group, *full)]
    return scripts.KEEP_LAST(
        key(session, "sums", minute),
        key(session, "last"),
        args=(len(group), *people),
    )


def forget_vote(session: UUID, person: UUID) -> Call:
    return scripts.FORGET_VOTE(key(session), key(session, "taps"), args=(person.bytes,))


def forget_person(session: UUID, person: UUID, re_entry: Iterable[str]) -> Call:
    hashes = ("minutes", "last", "taps", "withheld", *re_entry)
    parts = (key(session, part) for part in hashes)
    withheld = (f"{person.hex} {purpose}" for purpose in Purpose)
    return scripts.FORGET_PERSON(key(session), *parts, args=(person.bytes, *withheld))


def withhold(session: UUID, person: UUID, until: Mapping[Purpose, int]) -> Call:
    pairs = ((f"{person.hex} {purpose}", key) for purpose, key in until.items())
    flat = [part for pair in pairs for part in pair]
    return scripts.WITHHOLD(key(session), key(session, "withheld"), args=flat)


def all_withheld(session: UUID) -> Call:
    return scripts.WITHHELD(key(session, "withheld"))


def tap(session: UUID, person: UUID, choice: str, *, at: float) -> Call:
    line = f"{at!r} {choice}\n"
    return scripts.TAP(key(session), key(session, "taps"), args=(person.bytes, line))


def drop(session: UUID, minute: int) -> Call:
    return scripts.DROP(
        key(session),
        key(session, "minutes"),
        key(session, "sums", minute),
        key(session, "present", minute),
        key(session, "interrupted"),
        args=(minute,),
    )


def let_go(session: UUID, minute: int, moment: float, re_entry: str) -> Call:
    hashes = (key(session, part) for part in ("last", "taps", re_entry))
    return scripts.LET_GO(*hashes, args=(minute, repr(moment)))


def drop_session(session: UUID, re_entry: Iterable[str]) -> Call:
    whole = ("minutes", "last", "interrupted", "taps", "withheld", *re_entry)
    return scripts.DROP_SESSION(key(session), *(key(session, part) for part in whole))
