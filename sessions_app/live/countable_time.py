"""Which time a student's own device may tell of: after a yes, in a running lesson, once."""

from dataclasses import dataclass, field
from uuid import UUID

from sessions_app.enums import Purpose, SessionState
from sessions_app.live.roster import Roster
from sessions_app.minutes.running_session import RunningSession

NETWORK_S = 2.0  # by which one interval may come later than the next one
CLOCKS_AGREE = 0.99  # of a length: no clock is exact
_ROUNDED_UP_S = 0.1  # by at most so much
# What a device read before then is late: its minute, five minutes at most, is closed.
_REMEMBERED_S = 900.0


@dataclass
class AllowedSince:
    """When a lesson began to read, or a student agreed, as far as it happened lately.

    A socket may be younger than that: a page without a connection does not hear of a
    pause or of a no, and goes on reading. Nor does this process hear of a no while the
    student has no socket here; the yes after it tells when it was said.
    """

    _since: dict[UUID, float] = field(default_factory=dict)

    def note(self, before: Roster, roster: Roster, now: float) -> None:
        """Note what the newer one of two readings of the database allows.

        Args:
            before: The older reading; what it did not know is no news.
            roster: The newer one.
            now: Seconds since the Unix epoch.
        """
        begun = [s.id for s in roster.sessions.values() if _begins(before, s)]
        changed = roster.changed_since(before)
        agreed = {
            person: _since(before, roster, person, now)
            for person in changed
            if _agrees(before, roster, person)
        }
        if not (begun or agreed or self._since):
            return
        since = self._since | dict.fromkeys(begun, now) | agreed
        self._since = {i: at for i, at in since.items() if at > now - _REMEMBERED_S}

    def of(self, session: UUID, person: UUID) -> float:
        """Since when both hold, in seconds since the epoch; -inf if for long, or ever."""
        ever = float("-inf")
        return max(self._since.get(session, ever), self._since.get(person, ever))


class CountedTime:
    """The time that the intervals of one socket told of: no second of it twice.

    Lengths and frames are two accounts. One of 3.3 s may hold four frames where its
    neighbours hold three; the longer of both each time would add up to more than passed.
    """

    def __init__(self) -> None:
        self._until = self._frames_until = float("-inf")

    def objection(
        self, *, lasted_s: float, frames: int, since: float, now: float
    ) -> str:
        """Why an interval that ends now is rejected; blank if it is counted.

        Args:
            lasted_s: Its length.
            frames: How many it has; each takes a second at least.
            since: When its sender was allowed to read, in seconds since the epoch.
            now: The same of this moment.
        """
        begins = max(self._until, since)
        ends = begins + CLOCKS_AGREE * (lasted_s - _ROUNDED_UP_S)
        if ends > now + NETWORK_S:
            left_s = max(0.0, now - begins)
            return f"{lasted_s:g} s, of which only {left_s:.1f} s were left to count"
        frames_end = max(self._frames_until, since) + CLOCKS_AGREE * frames
        if frames_end > now + NETWORK_S:
            return f"{frames} frames, more than one a second since the last ones"
        self._until, self._frames_until = max(now, ends), max(now, frames_end)
        return ""


def _begins(before: Roster, running: RunningSession) -> bool:
    was = before.session(running.id)
    return was is not None and _reads(running) and not _reads(was)


def _reads(running: RunningSession) -> bool:
    return running.state == SessionState.LIVE and running.expression_on


def _agrees(before: Roster, roster: Roster, person: UUID) -> bool:
    """Whether the newest decision on expression is a yes that was not known before."""
    agreed = roster.consents.get(person, frozenset())
    if Purpose.EXPRESSION not in agreed:
        return False
    return _decision(before, person) != _decision(roster, person)


def _since(before: Roster, roster: Roster, person: UUID, now: float) -> float:
    """Since when a yes holds; of a student who is new here, since it was said.

    It may have been said by a clock that is ahead of this one.
    """
    said_at = roster.read_since.get(person, now)
    return now if before.knows(person) else min(said_at, now)


def _decision(roster: Roster, person: UUID) -> int | None:
    return roster.decided.get(person, {}).get(Purpose.EXPRESSION)
