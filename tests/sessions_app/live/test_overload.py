"""More frames than the engine can read, by a clock of the test's own."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from inference.contracts import FrameState, Reading
from sessions_app.live.credit import Credit
from sessions_app.live.dispatcher import Dispatcher
from sessions_app.live.mailbox import Ticket
from sessions_app.live.pace import Pace

SESSION = uuid4()
OK = Reading(FrameState.OK, scores=(0, 0, 0, 1, 0, 0, 0))
TICK_S = 0.01
PATIENCE_S = 2.0  # of a browser, for its answer


class Engine:
    """Reads a fixed number of frames a second, one batch after the other."""

    def __init__(self, world, frames_per_s):
        self._world = world
        self._frames_per_s = frames_per_s
        self._batches = []
        self._done_at = 0.0

    def backlog(self):
        return len(self._batches)

    async def read(self, jpegs):
        began = max(self._world.now, self._done_at)
        self._done_at = began + len(jpegs) / self._frames_per_s
        reply = asyncio.get_running_loop().create_future()
        self._batches.append((self._done_at, reply, [OK] * len(jpegs)))
        return await reply

    def work(self):
        while self._batches and self._batches[0][0] <= self._world.now:
            _, reply, readings = self._batches.pop(0)
            reply.set_result(readings)


@dataclass
class Browser:
    """Sends a frame, waits two seconds for its answer, then goes on."""

    world: "World"
    due: float
    person: UUID = field(default_factory=uuid4)
    sent_at: float | None = None

    def act(self):
        now = self.world.now
        if self.sent_at is not None and now - self.sent_at > PATIENCE_S:
            self.world.unanswered += 1
            self._go_on()
        if self.sent_at is None and self.due <= now:
            self.sent_at = now
            self.world.submit(self, now)

    def answered(self, sent_at, reading):
        if self.sent_at != sent_at:
            return  # it had given up on that one
        self.world.answers.append((reading.state, self.world.now - sent_at))
        self._go_on()

    def _go_on(self):
        self.due = max(self.sent_at + self.world.wait_s(), self.world.now)
        self.sent_at = None


class World:
    def __init__(self, *, frames_per_s, browsers, interval_s, obeying=False):
        self.now, self.interval_s = 100.0, interval_s
        self.obeying, self.pace = obeying, Pace()
        self.answers, self.unanswered = [], 0
        self._engine = Engine(self, frames_per_s)
        self._dispatcher = Dispatcher(
            executor=self._engine,
            credit=Credit(ceiling=4),
            record=self._record,
            note_dropped=lambda: self.pace.note(now=self.now, dropped=True),
            batch_size=8,
            clock=lambda: self.now,
        )
        self._browsers = [
            Browser(self, self.now + interval_s * i / browsers) for i in range(browsers)
        ]

    def wait_s(self):
        """From frame to frame."""
        if not self.obeying:
            return self.interval_s
        delay_ms = self.pace.delay_ms(int(self.interval_s * 1000))
        return self.pace.scattered(delay_ms) / 1000

    def read_per_s(self, seconds):
        return sum(state is FrameState.OK for state, _ in self.answers) / seconds

    def latency_s(self, share):
        return sorted(latency for _, latency in self.answers)[
            int(share * len(self.answers))
        ]

    def _record(self, ticket, reading):
        lag_s = self.now - ticket.received_at
        self.pace.note(now=self.now, dropped=False, lag_s=lag_s)
        ticket.settle(reading)

    def submit(self, browser, now):
        def answer(reading):
            browser.answered(now, reading)

        self._dispatcher.submit(
            Ticket(SESSION, browser.person, 0, now, b"frame", answer, came_at=now)
        )

    async def live(self, seconds):
        for _ in range(round(seconds / TICK_S)):
            self.now += TICK_S
            for browser in self._browsers:
                browser.act()
            self._engine.work()
            for _ in range(3):  # what a reply sets off
                await asyncio.sleep(0)
            self._dispatcher.step()
            await asyncio.sleep(0)


@pytest.mark.parametrize("times", [2, 4])
async def test_an_engine_asked_for_too_much_reads_as_much_as_it_can(times):
    world = World(frames_per_s=50, browsers=100, interval_s=2 / times)

    await world.live(seconds=20)

    assert world.read_per_s(20) > 0.9 * 50
    assert world.latency_s(0.95) < PATIENCE_S
    assert world.unanswered == 0


@pytest.mark.parametrize("interval_s", [1.0, 2.0])
async def test_students_who_obey_keep_the_engine_busy_and_lose_little(
    interval_s,
):
    world = World(
        frames_per_s=50,
        browsers=round(100 * interval_s),
        interval_s=interval_s,
        obeying=True,
    )

    await world.live(seconds=60)

    dropped = sum(state is FrameState.DROPPED for state, _ in world.answers)
    assert world.read_per_s(60) > 0.8 * 50
    assert dropped / len(world.answers) < 0.2
    assert world.latency_s(0.95) < PATIENCE_S


async def test_who_was_asked_to_wait_is_asked_for_more_once_the_engine_is_idle():
    pace, now = Pace(), 100.0
    for _ in range(90):
        now += 0.5
        pace.note(now=now, dropped=True)
    assert pace.delay_ms(1000) == 10_000

    for _ in range(90 * 2):
        now += 0.5
        pace.note(now=now, dropped=False, lag_s=0.02)

    assert pace.delay_ms(2000) == pace.scattered(2000) == 2000


async def test_delays_of_many_are_scattered_and_never_longer_than_meant():
    pace = Pace()
    pace.note(now=100.0, dropped=True)
    pace.note(now=103.0, dropped=True)

    delays = {pace.scattered(pace.delay_ms(2000)) for _ in range(200)}

    assert pace.delay_ms(2000) == 4000
    assert len(delays) > 100
    assert 2800 <= min(delays) < max(delays) <= 4000
