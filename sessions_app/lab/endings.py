"""Lessons that end together while a load goes on: how soon their reports are there, at what cost."""

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sessions_app.enums import ReportState, SessionState
from sessions_app.lab.load_samples import percentiles
from sessions_app.lab.server_process import Served
from sessions_app.lab.simulated_clients import Teacher
from sessions_app.lab.tally import Tally
from sessions_app.services.demo_accounts import ACCOUNTS

MINUTES = 45  # of each lesson that ends
QUIET_S = 30.0  # before they end, and after their reports are there
SETTLES_S = 10.0
ENDS_WITHIN_S = 60.0  # teachers press the button in the same minute, not all at once
_LOOK_EVERY_S = 0.5


def lessons_that_run(count: int) -> list[str]:
    """The command that puts lessons of the demo's teacher into an empty database."""
    lessons = f"--sessions={count} --minutes={MINUTES}".split()
    return ["seed_history", *lessons, "--running", ACCOUNTS[0][0]]


@dataclass
class Endings:
    """The lessons that run already in the database of a server of one process."""

    server: Served
    teacher: Teacher
    tally: Tally
    lessons: list[UUID] = field(init=False)
    ended_in_s: float = 0.0
    ready_after_s: float | None = None  # of the last report, after the first end
    _answers: list[int] = field(default_factory=list)  # so far, at each phase's edge

    def __post_init__(self) -> None:
        running = self._rows(
            "SELECT id FROM sessions_app_classsession WHERE state = ?",
            SessionState.LIVE,
        )
        self.lessons = [UUID(hex=of) for (of,) in running]

    async def run(self, until: float) -> None:
        """Let some time pass, end them all, and wait for their reports.

        Args:
            until: When the load stops, on the monotonic clock.
        """
        await asyncio.sleep(SETTLES_S)
        self._note()
        await asyncio.sleep(QUIET_S)
        self._note()
        began = time.monotonic()
        for number, lesson in enumerate(self.lessons):
            its_turn = began + number * ENDS_WITHIN_S / len(self.lessons)
            await asyncio.sleep(its_turn - time.monotonic())
            await self.teacher.post(f"/sessions/{lesson}/end/")
        self.ended_in_s = round(time.monotonic() - began, 1)
        while time.monotonic() < until:
            if await asyncio.to_thread(self._ready) == len(self.lessons):
                self.ready_after_s = round(time.monotonic() - began, 1)
                break
            await asyncio.sleep(_LOOK_EVERY_S)
        self._note()
        await asyncio.sleep(min(QUIET_S, until - time.monotonic()))
        self._note()

    def report(self) -> dict[str, Any]:
        """How soon, and the answers before, while and after the reports were made."""
        edges = zip(self._answers, self._answers[1:], strict=False)
        before, meanwhile, after = (
            percentiles(self.tally.latencies_ms[start:end]) for start, end in edges
        )
        usual, busy = before["p95"], meanwhile["p95"]
        return {
            "lessons_ended": len(self.lessons),
            "ended_in_s": self.ended_in_s,
            "reports_ready": self._ready(),
            "reports_after_s": self.ready_after_s,
            "latency_before_ms": before,
            "latency_meanwhile_ms": meanwhile,
            "latency_after_ms": after,
            "p95_ratio": round(busy / usual, 2) if usual and busy else None,
        }

    def _note(self) -> None:
        self._answers.append(len(self.tally.latencies_ms))

    def _ready(self) -> int:
        query = "SELECT count(*) FROM sessions_app_report WHERE state = ?"
        [(count,)] = self._rows(query, ReportState.READY)
        return int(count)

    def _rows(self, query: str, *values: str) -> list[Any]:
        """Asked beside the server, which is measured."""
        file = f"file:{self.server.database}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as held:
            return held.execute(query, values).fetchall()
