"""The clock of a web process: once a second, look, close, tell."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from sessions_app import clock
from sessions_app.enums import SessionState
from sessions_app.live.consumers.dashboard import (
    push_again,
    push_snapshot,
    watched_sessions,
)
from sessions_app.live.pipeline import LivePath
from sessions_app.live.roster import Roster
from sessions_app.live.roster_reader import RosterReader
from sessions_app.live.silent_database import (
    ASKED_EVERY_S,
    GIVEN_UP_AFTER_S,
    SILENT_AFTER_S,
    SilentDatabase,
)
from sessions_app.live.waiting import CountsFrom, Waiting
from sessions_app.minutes.closing import close_due_minutes, due_through
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.timeline import live_snapshot
from sessions_app.models import ClassSession
from sessions_app.models.database_changes import DatabaseChanges
from sessions_app.models.erasure import erase, something_to_erase
from sessions_app.services.retention import apply_some
from sessions_app.services.withdrawals import something_waits, write_waiting

logger = logging.getLogger(__name__)

T = TypeVar("T")

EVERY_S = 1.0
RETENTION_EVERY_S = 3600.0
Team = tuple[int | None, int]  # a course, and the version of who teaches there
NO_TEAM: Team = (None, 0)
_LEAST_PAUSE_S = 0.1  # between two checks, however many changes are announced


class Ticker:
    """Runs beside the sockets, with a database thread of its own.

    The thread is its own because all other synchronous code of the process shares
    one, and a slow page there must not hold up the closing of a minute.
    """

    def __init__(self, live: LivePath, *, closes_minutes: bool = True) -> None:
        self._live = live
        self._closes_minutes = closes_minutes
        self._reader = RosterReader()
        self._changes = DatabaseChanges()
        self._behind = True  # what the database says is still to be read, or acted on
        self._people: dict[UUID, UUID] = {}  # whom the roster was read for
        self._waiting = Waiting(live.store)
        self._counts_from: CountsFrom = {}
        self._thread = ThreadPoolExecutor(1, "ticker-database")
        self._retention_due = time.monotonic()
        self._last_sent: dict[UUID, dict[str, Any]] = {}
        self._teams: dict[UUID, Team] = {}  # by session
        self._silent = SilentDatabase()
        self._read_at = time.monotonic()  # the roster

    async def heed_silence(self) -> None:
        """Let nobody send while the database is asked and says nothing; until cancelled.

        `run` waits for it then, and the roster of before would let everybody send for as
        long as that lasts, and who says no, too.
        """
        was_silent = False
        while True:
            self._silent.ask()
            await asyncio.sleep(ASKED_EVERY_S)
            outdated = time.monotonic() - self._read_at > SILENT_AFTER_S
            if silent := outdated and self._silent.is_silent():
                self._live.close_intake()
                self._tell_that_the_database_is_away()
            if silent and self._silent.is_silent(GIVEN_UP_AFTER_S):
                self._silent.give_up()
            if silent and not was_silent:
                logger.warning("The database says nothing: no student may send")
            was_silent = silent

    async def run(self) -> None:
        """Tick until cancelled; a fault ends the task, and with it the server.

        A database that is away is no fault: the next tick asks again.
        """
        while True:
            try:
                await self.tick()
            except (OperationalError, InterfaceError) as error:
                logger.warning("The database did not answer: %s", error)
                self._tell_that_the_database_is_away()
            await self._pause()

    async def tick(self) -> None:
        """Refresh which students may send, close what is due, and tell the dashboards."""
        people = self._live.sockets.people()
        self._behind = self._behind or await self._has_news(people)
        if self._behind:
            self._live.refresh(await self._read_roster(people))
            await self._in_thread(self._write_and_close)
        else:
            as_before = replace(self._live.roster, counts_from=self._counts_from)
            self._live.refresh(as_before)
        watched = watched_sessions()
        self._last_sent = {k: v for k, v in self._last_sent.items() if k in watched}
        self._teams = {k: v for k, v in self._teams.items() if k in watched}
        for session_id in watched:
            await self._tell(session_id)
        if self._behind:
            await self._ask_who_waits()
        self._behind = False

    async def _has_news(self, people: dict[UUID, UUID]) -> bool:
        """Whether this second has any use for the database's rows of who may send."""
        if people != self._people or something_waits() or self._something_is_due():
            return True
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._changes.any_lately)

    def _something_is_due(self) -> bool:
        """Whether there is a minute to close, or something to delete."""
        if not self._closes_minutes:
            return False
        if something_to_erase() or time.monotonic() >= self._retention_due:
            return True
        now = clock.now_s()
        return any(
            running.state == SessionState.ENDING
            or (
                running.started_at is not None
                and due_through(running.started_at, running.window_s, now)
                > running.closed_through
            )
            for running in self._live.roster.sessions.values()
        )

    async def _read_roster(self, people: dict[UUID, UUID]) -> Roster:
        """Read which students may send; if that fails, nobody may until it works again."""
        try:
            roster = await self._in_thread(partial(self._reader.read, people))
        except (OperationalError, InterfaceError):
            self._reader = RosterReader()
            self._live.close_intake()
            raise
        self._people, self._read_at = people, time.monotonic()
        return replace(roster, counts_from=self._counts_from)

    async def _ask_who_waits(self) -> None:
        """Ask the store from when on students count; the next roster tells them.

        It comes last, since nobody's no may wait for a Redis that does not answer.
        """
        people, sessions = self._live.sockets.people(), self._live.roster.sessions
        self._counts_from = await self._in_thread(
            partial(self._waiting.read, people, sessions)
        )

    def _write_and_close(self) -> None:
        """Write what waits, close what is due, delete what is old: in one go of the thread."""
        write_waiting()
        if self._closes_minutes:
            close_due_minutes(store=self._live.store, now=clock.now_s())
            self._keep_no_longer_than_allowed()
            erase()

    def _keep_no_longer_than_allowed(self) -> None:
        """Apply the retention once an hour, a little per second while there is more."""
        if time.monotonic() < self._retention_due:
            return
        more = apply_some(now=timezone.now())
        pause_s = EVERY_S if more else RETENTION_EVERY_S
        self._retention_due = time.monotonic() + pause_s

    def _tell_that_the_database_is_away(self) -> None:
        """Let dashboards say why the last numbers they got stay on the page."""
        for session_id in watched_sessions():
            last = self._last_sent.get(session_id)
            told = last and {**last, "trouble": Interruption.DATABASE_AWAY.issue.value}
            if told is not None and told != last:
                self._last_sent[session_id] = told
                push_again(session_id, told)

    async def _tell(self, session_id: UUID) -> None:
        snapshot, team = await self._in_thread(partial(self._snapshot, session_id))
        other_team = self._teams.get(session_id) != team
        self._teams[session_id] = team
        changed = snapshot is not None and snapshot != self._last_sent.get(session_id)
        if snapshot is not None and changed:
            self._last_sent[session_id] = snapshot
        told = snapshot if changed else None
        push_snapshot(session_id, told, ask_again=other_team)

    def _snapshot(self, session_id: UUID) -> tuple[dict[str, Any] | None, Team]:
        """What a session's dashboards are told, and who teaches it now."""
        known = ClassSession.objects.select_related("course").filter(pk=session_id)
        session = known.first()
        if session is None:
            return None, NO_TEAM
        course = session.course
        team = (course.pk, course.team_version) if course else NO_TEAM
        stats = self._live.store.stats(session_id)
        return live_snapshot(session=session, stats=stats), team

    async def _pause(self) -> None:
        """Wait a second, or less when something is announced."""
        asked = self._live.refresh_asked
        try:
            await asyncio.wait_for(asked.wait(), EVERY_S)
        except TimeoutError:
            return
        asked.clear()
        await asyncio.sleep(_LEAST_PAUSE_S)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _with_fresh_connection, work)


def _with_fresh_connection(work: Callable[[], T]) -> T:
    """Do something and give the connection back, which a pool may have few of."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
