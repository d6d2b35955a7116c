"""Why a minute is interrupted: every reason, who notices it, and what follows from it.

A minute is interrupted where the platform itself lost part of it. Students and teachers
never cause one, and a pause is none. The code that notices a reason notes it in the store of
the open minutes (`note_interruption`). From there the stored row follows
(`Interruption.signals`), and what a dashboard says meanwhile (`Interruption.issue`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import Purpose, SessionState
from sessions_app.minutes.running_session import RunningSession

_NOTICED_WITHIN_S = 5.0  # what happened to the open minutes


class PlatformIssue(TextChoices):
    """What a dashboard is told of the platform itself; blank while all is well."""

    INTERRUPTED = "cut_off", _("This minute was interrupted")
    STORE = "store", _("The live numbers cannot be reached")
    DATABASE = "database", _("The database does not answer")


class Interruption(Enum):
    """The reasons; there are no others."""

    # Noticed by live/pipeline.py, where a process that runs alone starts
    SERVER_STARTED = "a server that runs alone started in the middle of it"
    # by live/cluster/peers.py
    REDIS_LOST_DATA = "the live Redis lost its data, or nobody wrote there for 5 s"
    # by live/cluster/write_buffer.py
    REDIS_AWAY = "the live Redis did not answer, for so long that sums were let go"
    REDIS_REFUSED = "the live Redis refused sums, so that they were let go"
    # by live/ticker.py, whose reading of the roster fails
    DATABASE_AWAY = "the database did not answer, so that nobody could send"
    # by live/pool_executor.py, live/cluster/celery_executor.py
    ENGINE_AWAY = "no engine could read a frame"
    # by minutes/closing.py
    SUMS_LOST = "the store forgot what it held before the minute was closed"

    @property
    def signals(self) -> tuple[Purpose, ...]:
        """The signals whose row says `interrupted`."""
        engine = self is Interruption.ENGINE_AWAY  # taps need none
        return (Purpose.EXPRESSION,) if engine else tuple(Purpose)

    @property
    def issue(self) -> PlatformIssue:
        """What a dashboard says while this lasts; mostly, that the minute was interrupted."""
        lasting = {
            Interruption.REDIS_AWAY: PlatformIssue.STORE,
            Interruption.DATABASE_AWAY: PlatformIssue.DATABASE,
        }
        return lasting.get(self, PlatformIssue.INTERRUPTED)


class Interrupted(NamedTuple):
    """One minute of one class, and why."""

    session: UUID
    minute: int
    reason: Interruption


class EngineStatus(Protocol):
    """What is asked of the batch executor."""

    notices_within_s: float  # what may pass before `is_interrupted` says so

    def is_interrupted(self) -> bool:
        """Whether no frame can be read now, no matter who sends it."""


@dataclass
class InterruptionWatch:
    """What interrupts the running minutes, as one web process sees it.

    Every class is concerned, also one of which nobody is here: what a minute is called
    must not tell whether somebody had the page open.
    """

    engine: EngineStatus | None  # None where emotion inference is off
    # What happened to all open minutes before the next reading of the database.
    happened: Interruption | None = Interruption.SERVER_STARTED
    # Classes of which nobody could send since the database stopped answering.
    _unread: dict[UUID, RunningSession] = field(default_factory=dict)

    def without_database(
        self, sessions: Mapping[UUID, RunningSession], now: float
    ) -> list[Interrupted]:
        """Minutes that the database interrupts now; ask again while it is away.

        Args:
            sessions: The running lessons as they were last read; none to ask again.
            now: Seconds since the Unix epoch, on the platform's clock.
        """
        self._unread |= sessions
        return [
            Interrupted(s.id, s.minute_at(now), Interruption.DATABASE_AWAY)
            for s in self._unread.values()
        ]

    def with_database(
        self, sessions: Mapping[UUID, RunningSession], now: float
    ) -> list[Interrupted]:
        """Minutes interrupted since the last reading of the database, once each."""
        found = [each for s in sessions.values() for each in self._of(s, now)]
        self.happened, self._unread = None, {}
        return found

    def _of(self, running: RunningSession, now: float) -> Iterator[Interrupted]:
        minute = running.minute_at(now)
        if self.happened and _ran_before(running, now):
            yield Interrupted(running.id, minute, self.happened)
        elif running.id in self._unread:
            yield Interrupted(running.id, minute, Interruption.DATABASE_AWAY)
        elif running.state == SessionState.LIVE and running.needs_engine:
            for minute in self._without_engine(running, now):
                yield Interrupted(running.id, minute, Interruption.ENGINE_AWAY)

    def _without_engine(self, running: RunningSession, now: float) -> set[int]:
        """The minutes that an engine away cannot read, from before that was noticed on."""
        if self.engine is None or not self.engine.is_interrupted():
            return set()
        since = now - self.engine.notices_within_s
        return {running.minute_at(since), running.minute_at(now)}


def _ran_before(running: RunningSession, now: float) -> bool:
    """Whether a lesson ran already when what is noticed now happened, a moment ago."""
    since = running.started_at
    return since is not None and now - since >= _NOTICED_WITHIN_S
