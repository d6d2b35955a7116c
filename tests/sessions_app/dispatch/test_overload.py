"""More frames than the engine can read, by a clock of the test's own."""

import asyncio
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from inference.contracts import FrameState, Reading
from sessions_app.dispatch.credit import Credit
from sessions_app.dispatch.dispatcher import Dispatcher
from sessions_app.dispatch.mailbox import Ticket

SESSION = uuid4()
OK = Reading(FrameState.OK, scores=(0, 0, 0, 1, 0, 0, 0))
TICK_S = 0.01
PATIENCE_S = 2.0  # of a browser, for its answer


class Engine:
    """Reads so many frames a second, one batch after the other."""

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
        self.due = max(self.sent_at + self.world.interval_s, self.world.now)
        self.sent_at = None


class World:
    def __init__(self, *, frames_per_s, browsers, interval_s):
        self.now, self.interval_s = 100.0, interval_s
        self.answers, self.unanswered = [], 0
        self._engine = Engine(self, frames_per_s)
        self._dispatcher = Dispatcher(
            executor=self._engine,
            credit=Credit(ceiling=4),
            record=lambda ticket, reading: ticket.settle(reading),
            note_dropped=lambda session: None,
            batch_size=8,
            clock=lambda: self.now,
        )
        self._browsers = [
            Browser(self, self.now + interval_s * i / browsers) for i in range(browsers)
        ]

    def submit(self, browser, now):
        def answer(reading):
            browser.answered(now, reading)

        self._dispatcher.submit(
            Ticket(SESSION, browser.person, 0, now, b"still", answer)
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

    latencies = sorted(latency for _, latency in world.answers)
    read = sum(state is FrameState.OK for state, _ in world.answers)
    assert read / 20 > 0.9 * 50
    assert latencies[int(0.95 * len(latencies))] < PATIENCE_S
    assert world.unanswered == 0
