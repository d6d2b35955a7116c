"""The scripts that the Redis of the open minutes runs; `redis_calls` fills them in.

Several web processes write and one worker closes, so whatever looks before it writes is
a script. A session's minutes are forgotten by themselves if nobody closes them: the
sums after an hour, what re-entry remembers after half a day without a word.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sessions_app.minutes.redis_values import GROUP, SUMS
from sessions_app.minutes.store import TAPS_REMEMBERED

SUMS_KEPT_S = 3600  # of a minute that nobody closes, and of taps
SESSION_KEPT_S = 12 * 3600
UNREAD_KEPT_S = 60  # what is withheld in a lesson of which nothing is open
NEVER_OPENS = 2**31  # the watermark of a session that is over


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


# Most scripts begin with the session's own key, which holds the watermark.
_KNOW = f"""
local session = KEYS[1]
redis.call('HSETNX', session, 'closed', -1)
redis.call('EXPIRE', session, {SESSION_KEPT_S})
local closed = tonumber(redis.call('HGET', session, 'closed'))
"""
# They end with that where they put something into a minute.
_KEEP_MINUTE = f"""
redis.call('SADD', minutes, minute)
redis.call('EXPIRE', minutes, {SESSION_KEPT_S})
redis.call('EXPIRE', held, {SUMS_KEPT_S})
return 1
"""
_DOUBLES = f"'<{'d' * (SUMS.size // 8)}'"

# 1. A process that got no answer says the same again; its number tells, and nothing is
#    added. 2. What comes for a closed minute is late. 3. Add to what each person has.
ADD = Script(
    _KNOW
    + f"""
local minutes, held = KEYS[2], KEYS[3]
local minute, speaker, number, first_person = ARGV[1], ARGV[2], ARGV[3], 4
if speaker ~= '' then
  local said = redis.call('HGET', session, 'said:' .. speaker)
  if said and tonumber(said) >= tonumber(number) then return 1 end
  redis.call('HSET', session, 'said:' .. speaker, number)
end
if tonumber(minute) <= closed then return 0 end
for i = first_person, #ARGV, 2 do
  local person, sums = ARGV[i], ARGV[i + 1]
  local before = redis.call('HGET', held, person)
  if before then
    local more = {{struct.unpack({_DOUBLES}, sums)}}
    local all = {{struct.unpack({_DOUBLES}, before)}}
    for n = 1, {SUMS.size // 8} do all[n] = all[n] + more[n] end
    sums = struct.pack({_DOUBLES}, unpack(all))
  end
  redis.call('HSET', held, person, sums)
end
"""
    + _KEEP_MINUTE
)

PRESENT = Script(
    _KNOW
    + """
local minutes, held, minute, first_person = KEYS[2], KEYS[3], ARGV[1], 2
if tonumber(minute) <= closed then return 0 end
for i = first_person, #ARGV do redis.call('SADD', held, ARGV[i]) end
"""
    + _KEEP_MINUTE
)

# Note an interruption or a pause: "MINUTE SIGNAL" or "MINUTE paused".
NOTE = Script(
    _KNOW
    + f"""
local notes, minute, first_word = KEYS[2], ARGV[1], 2
if tonumber(minute) <= closed then return 0 end
for i = first_word, #ARGV do redis.call('SADD', notes, minute .. ' ' .. ARGV[i]) end
return redis.call('EXPIRE', notes, {SUMS_KEPT_S})
"""
)

FORGET = Script(
    """
local session, minutes, last, person = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
redis.call('HDEL', last, person)
for _, minute in ipairs(redis.call('SMEMBERS', minutes)) do
  redis.call('HDEL', session .. ':sums:' .. minute, person)
end
return 1
"""
)

FORGET_PERSON = Script(
    """
local session, minutes, first_hash, person = KEYS[1], KEYS[2], 3, ARGV[1]
for _, minute in ipairs(redis.call('SMEMBERS', minutes)) do
  redis.call('HDEL', session .. ':sums:' .. minute, person)
  redis.call('SREM', session .. ':present:' .. minute, person)
end
-- In the hashes a field is the person, or the person and a purpose: all of ARGV.
for i = first_hash, #KEYS do redis.call('HDEL', KEYS[i], unpack(ARGV)) end
return 1
"""
)

# Keep a group's last full minutes: 1. let go of all who are not of it; 2. take over what
# the minute still holds of those who were there for it, and of no one who was forgotten.
KEEP_LAST = Script(
    f"""
local held, last, group_size, first_person = KEYS[1], KEYS[2], tonumber(ARGV[1]), 2
local of_group = {{}}
for i = first_person, first_person + group_size - 1 do of_group[ARGV[i]] = true end
for _, person in ipairs(redis.call('HKEYS', last)) do
  if not of_group[person] then redis.call('HDEL', last, person) end
end
for i = first_person + group_size, #ARGV do
  local sums = of_group[ARGV[i]] and redis.call('HGET', held, ARGV[i])
  if sums then redis.call('HSET', last, ARGV[i], sums) end
end
return redis.call('EXPIRE', last, {SUMS_KEPT_S})
"""
)

FORGET_VOTE = Script(
    """
local taps, person = KEYS[2], ARGV[1]
return redis.call('HDEL', taps, person)
"""
)

WITHHOLD = Script(
    f"""
local session, withheld, fields_and_values = KEYS[1], KEYS[2], ARGV
local closed = redis.call('HGET', session, 'closed')
if tonumber(closed or -1) >= {NEVER_OPENS} then return 0 end
redis.call('HSET', withheld, unpack(fields_and_values))
return redis.call('EXPIRE', withheld, closed and {SESSION_KEPT_S} or {UNREAD_KEPT_S})
"""
)

WITHHELD = Script(
    """
local withheld = KEYS[1]
return redis.call('HGETALL', withheld)
"""
)

# Append the tap, a line, and let go of the oldest where there are too many.
TAP = Script(
    _KNOW
    + f"""
local everybodys, person, line = KEYS[2], ARGV[1], ARGV[2]
if closed >= {NEVER_OPENS} then return 0 end
local taps = (redis.call('HGET', everybodys, person) or '') .. line
local _, count = taps:gsub('\\n', '')
for _ = {TAPS_REMEMBERED + 1}, count do taps = taps:gsub('^[^\\n]*\\n', '') end
redis.call('HSET', everybodys, person, taps)
return redis.call('EXPIRE', everybodys, {SUMS_KEPT_S})
"""
)

DROP = Script(
    _KNOW
    + """
local minutes, sums, present, notes, minute = KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[1]
redis.call('DEL', sums, present)
redis.call('SREM', minutes, minute)
local closed_now = math.max(closed, tonumber(minute))
for _, note in ipairs(redis.call('SMEMBERS', notes)) do
  if tonumber(note:match('%d+')) <= closed_now then redis.call('SREM', notes, note) end
end
redis.call('HSET', session, 'closed', closed_now)
return 1
"""
)

# 1. Keep no last full minutes of a group whose time is over. 2. Keep of everybody's taps
#    those that came after a moment.
LET_GO = Script(
    f"""
local last, everybodys, re_entry = KEYS[1], KEYS[2], KEYS[3]
local minute, moment = tonumber(ARGV[1]), tonumber(ARGV[2])
local group = redis.call('HGET', re_entry, '{GROUP}') or ''
local ends = tonumber(group:match('^ %S+ (%S+)') or -1)
if ends <= minute + 1 then redis.call('DEL', last) end
for _, person in ipairs(redis.call('HKEYS', everybodys)) do
  local taps, kept = redis.call('HGET', everybodys, person), ''
  for at, choice in taps:gmatch('(%S+) (%S+)\\n') do
    if tonumber(at) > moment then kept = kept .. at .. ' ' .. choice .. '\\n' end
  end
  if kept == '' then
    redis.call('HDEL', everybodys, person)
  elseif kept ~= taps then
    redis.call('HSET', everybodys, person, kept)
  end
end
return 1
"""
)

# Readings still on their way must find the session closed, not gone.
DROP_SESSION = Script(
    f"""
local session, minutes, whole = KEYS[1], KEYS[2], KEYS
for _, minute in ipairs(redis.call('SMEMBERS', minutes)) do
  redis.call('DEL', session .. ':sums:' .. minute, session .. ':present:' .. minute)
end
redis.call('DEL', unpack(whole))
redis.call('HSET', session, 'closed', {NEVER_OPENS})
return redis.call('EXPIRE', session, {SUMS_KEPT_S})
"""
)
