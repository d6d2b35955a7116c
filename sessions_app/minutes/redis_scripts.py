"""What is said to the Redis of the open minutes: names, scripts, and how sums travel.

Several web processes write and one worker closes, so whatever looks before it writes is
a script. A session's minutes are forgotten by themselves if nobody closes them: the
sums after an hour, what re-entry remembers after half a day without a word.
"""

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

import numpy as np

from inference.labels import EMOTIONS
from sessions_app.enums import Purpose
from sessions_app.minutes.store import TAPS_REMEMBERED, PersonSums

SUMS_KEPT_S = 3600  # of a minute that nobody closes, and of taps
SESSION_KEPT_S = 12 * 3600
NEVER_OPENS = 2**31  # the watermark of a session that is over
AT_ONCE = 500  # people in one call, so that no script runs for long

_PAUSED = "paused"
_SUMS = struct.Struct(f"<{3 + 2 * len(EMOTIONS)}d")


class Call(NamedTuple):
    """One run of a script."""

    script: "Script"
    keys: tuple[str, ...]
    args: tuple[bytes | str | float, ...]


@dataclass(frozen=True)
class Script:
    text: str

    @cached_property
    def sha(self) -> str:
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, *keys: str, args: Iterable[bytes | str | float] = ()) -> Call:
        return Call(self, keys, tuple(args))


def key(session: UUID, *what: object) -> str:
    return ":".join(("open", session.hex, *map(str, what)))


def pack(sums: PersonSums) -> bytes:
    """A person's sums as little-endian doubles."""
    numbers = (sums.frames, sums.faces, sums.max_score, *sums.scores, *sums.arg_max)
    return _SUMS.pack(*numbers)


def unpack(packed: bytes) -> PersonSums:
    frames, faces, max_score, *rest = _SUMS.unpack(packed)
    scores, arg_max = np.split(np.array(rest), 2)
    return PersonSums(int(frames), int(faces), scores, arg_max, max_score)


# Every script begins with the session's own key, which holds the watermark.
_KNOW = f"""
redis.call('HSETNX', KEYS[1], 'closed', -1)
redis.call('EXPIRE', KEYS[1], {SESSION_KEPT_S})
local closed = tonumber(redis.call('HGET', KEYS[1], 'closed'))
"""
_KEEP_MINUTE = f"""
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], {SESSION_KEPT_S})
redis.call('EXPIRE', KEYS[3], {SUMS_KEPT_S})
return 1
"""

# A process that got no answer says the same again; its number tells.
ADD = Script(
    _KNOW
    + f"""
if ARGV[2] ~= '' then
  local said = redis.call('HGET', KEYS[1], 'said:' .. ARGV[2])
  if said and tonumber(said) >= tonumber(ARGV[3]) then return 1 end
  redis.call('HSET', KEYS[1], 'said:' .. ARGV[2], ARGV[3])
end
if tonumber(ARGV[1]) <= closed then return 0 end
for i = 4, #ARGV, 2 do
  local sums = ARGV[i + 1]
  local held = redis.call('HGET', KEYS[3], ARGV[i])
  if held then
    local more = {{struct.unpack('{"<" + "d" * (_SUMS.size // 8)}', sums)}}
    local all = {{struct.unpack('{"<" + "d" * (_SUMS.size // 8)}', held)}}
    for n = 1, {_SUMS.size // 8} do all[n] = all[n] + more[n] end
    sums = struct.pack('{"<" + "d" * (_SUMS.size // 8)}', unpack(all))
  end
  redis.call('HSET', KEYS[3], ARGV[i], sums)
end
"""
    + _KEEP_MINUTE
)

_PRESENT = Script(
    _KNOW
    + """
if tonumber(ARGV[1]) <= closed then return 0 end
for i = 2, #ARGV do redis.call('SADD', KEYS[3], ARGV[i]) end
"""
    + _KEEP_MINUTE
)

_INTERRUPTED = Script(
    _KNOW
    + f"""
if tonumber(ARGV[1]) <= closed then return 0 end
for i = 2, #ARGV do redis.call('SADD', KEYS[2], ARGV[1] .. ' ' .. ARGV[i]) end
return redis.call('EXPIRE', KEYS[2], {SUMS_KEPT_S})
"""
)

_FORGET = Script(
    """
for _, minute in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('HDEL', KEYS[1] .. ':sums:' .. minute, ARGV[1])
end
return 1
"""
)

_FORGET_PERSON = Script(
    """
for _, minute in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('HDEL', KEYS[1] .. ':sums:' .. minute, ARGV[1])
  redis.call('SREM', KEYS[1] .. ':present:' .. minute, ARGV[1])
end
for i = 3, #KEYS do redis.call('HDEL', KEYS[i], unpack(ARGV)) end
return 1
"""
)

_FORGET_VOTE = Script("return redis.call('HDEL', KEYS[2], ARGV[1])")

_WITHHOLD = Script(
    f"""
redis.call('HSET', KEYS[1], unpack(ARGV))
return redis.call('EXPIRE', KEYS[1], {SESSION_KEPT_S})
"""
)

_WITHHELD = Script("return redis.call('HGETALL', KEYS[1])")

_TAP = Script(
    _KNOW
    + f"""
if closed >= {NEVER_OPENS} then return 0 end
local taps = (redis.call('HGET', KEYS[2], ARGV[1]) or '') .. ARGV[2]
local _, count = taps:gsub('\\n', '')
for _ = {TAPS_REMEMBERED + 1}, count do taps = taps:gsub('^[^\\n]*\\n', '') end
redis.call('HSET', KEYS[2], ARGV[1], taps)
return redis.call('EXPIRE', KEYS[2], {SUMS_KEPT_S})
"""
)

_DROP = Script(
    _KNOW
    + """
redis.call('DEL', KEYS[3], KEYS[4])
redis.call('SREM', KEYS[2], ARGV[1])
local now = math.max(closed, tonumber(ARGV[1]))
for _, mark in ipairs(redis.call('SMEMBERS', KEYS[5])) do
  if tonumber(mark:match('%d+')) <= now then redis.call('SREM', KEYS[5], mark) end
end
redis.call('HSET', KEYS[1], 'closed', now)
return 1
"""
)

# What is still on its way must find the session closed, not gone.
_DROP_SESSION = Script(
    f"""
for _, minute in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  redis.call('DEL', KEYS[1] .. ':sums:' .. minute, KEYS[1] .. ':present:' .. minute)
end
redis.call('DEL', unpack(KEYS))
redis.call('HSET', KEYS[1], 'closed', {NEVER_OPENS})
return redis.call('EXPIRE', KEYS[1], {SUMS_KEPT_S})
"""
)


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
    return ADD(
        key(session),
        key(session, "minutes"),
        key(session, "sums", minute),
        args=(minute, *said, *(part for pair in pairs for part in pair)),
    )


def present(session: UUID, minute: int, people: Iterable[UUID]) -> Iterator[Call]:
    ids = [person.bytes for person in people]
    for start in range(0, len(ids), AT_ONCE):
        yield _PRESENT(
            key(session),
            key(session, "minutes"),
            key(session, "present", minute),
            args=(minute, *ids[start : start + AT_ONCE]),
        )


def interrupted(session: UUID, minute: int, signals: Iterable[Purpose]) -> Call:
    return _marked(session, minute, signals)


def paused(session: UUID, minute: int) -> Call:
    return _marked(session, minute, [_PAUSED])


def _marked(session: UUID, minute: int, words: Iterable[str]) -> Call:
    return _INTERRUPTED(
        key(session), key(session, "interrupted"), args=(minute, *words)
    )


def unpack_interrupted(marks: Iterable[bytes]) -> set[tuple[int, Purpose]]:
    """What stands in a session's set of marks of interruptions."""
    read = (mark.decode().split(" ") for mark in marks)
    return {(int(minute), Purpose(word)) for minute, word in read if word != _PAUSED}


def paused_in(marks: Iterable[bytes], minute: int) -> bool:
    """Whether the same set holds a pause of a minute."""
    return f"{minute} {_PAUSED}".encode() in marks


def forget_readings(session: UUID, person: UUID) -> Call:
    return _FORGET(key(session), key(session, "minutes"), args=(person.bytes,))


def forget_vote(session: UUID, person: UUID) -> Call:
    return _FORGET_VOTE(key(session), key(session, "taps"), args=(person.bytes,))


def forget_person(session: UUID, person: UUID, re_entry: Iterable[str]) -> Call:
    parts = (key(session, part) for part in ("minutes", "taps", "withheld", *re_entry))
    withheld = (f"{person.hex} {purpose}" for purpose in Purpose)
    return _FORGET_PERSON(key(session), *parts, args=(person.bytes, *withheld))


def withhold(session: UUID, person: UUID, until: Mapping[Purpose, int]) -> Call:
    pairs = ((f"{person.hex} {purpose}", key) for purpose, key in until.items())
    flat = [part for pair in pairs for part in pair]
    return _WITHHOLD(key(session, "withheld"), args=flat)


def all_withheld(session: UUID) -> Call:
    return _WITHHELD(key(session, "withheld"))


def unpack_withheld(flat: list[bytes]) -> dict[UUID, dict[Purpose, int]]:
    """What `all_withheld` answers, by participant."""
    found: dict[UUID, dict[Purpose, int]] = defaultdict(dict)
    for name, value in zip(flat[::2], flat[1::2], strict=True):
        person, purpose = name.decode().split(" ")
        found[UUID(person)][Purpose(purpose)] = int(value)
    return found


def tap(session: UUID, person: UUID, choice: str, *, at: float) -> Call:
    line = f"{at!r} {choice}\n"
    return _TAP(key(session), key(session, "taps"), args=(person.bytes, line))


def drop(session: UUID, minute: int) -> Call:
    return _DROP(
        key(session),
        key(session, "minutes"),
        key(session, "sums", minute),
        key(session, "present", minute),
        key(session, "interrupted"),
        args=(minute,),
    )


def drop_session(session: UUID, re_entry: Iterable[str]) -> Call:
    whole = ("minutes", "interrupted", "taps", "withheld", *re_entry)
    return _DROP_SESSION(key(session), *(key(session, part) for part in whole))
