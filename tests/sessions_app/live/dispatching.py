"""A dispatcher whose pool answers when a test says so."""

import asyncio
from uuid import uuid4

from inference.contracts import FrameState, Reading
from sessions_app.live.credit import Credit
from sessions_app.live.dispatcher import Dispatcher
from sessions_app.live.executors import BatchLost
from sessions_app.live.mailbox import Ticket

SESSION = uuid4()
OK = Reading(FrameState.OK, scores=(0, 0, 0, 1, 0, 0, 0))


class Pool:
    """A pool whose replies come when the test says so."""

    def __init__(self):
        self.batches = []
        self._replies = []

    def backlog(self):
        return sum(not reply.done() for reply in self._replies)

    async def read(self, jpegs):
        self.batches.append(jpegs)
        reply = asyncio.get_running_loop().create_future()
        self._replies.append(reply)
        return await reply

    def reply(self, batch, readings):
        self._replies[batch].set_result(readings)

    def die(self, batch):
        self._replies[batch].set_exception(BatchLost("killed"))


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Room:
    """A dispatcher with everything around it kept for inspection."""

    Pool = Pool

    def __init__(self, *, ceiling=2, batch_size=2):
        self.pool, self.clock = self.Pool(), Clock()
        self.recorded, self.answers, self.dropped = [], [], 0
        self.dispatcher = Dispatcher(
            executor=self.pool,
            credit=Credit(ceiling=ceiling),
            record=self._record,
            note_dropped=self._count_dropped,
            batch_size=batch_size,
            clock=self.clock,
        )

    def _count_dropped(self):
        self.dropped += 1

    def _record(self, ticket, reading):
        self.recorded.append(ticket.participant)
        ticket.settle(reading)

    def send(self, participant, jpeg=b"frame"):
        def answer(reading):
            self.answers.append((participant, reading.state.value))

        self.dispatcher.submit(
            Ticket(SESSION, participant, 0, self.clock.now, jpeg, answer, came_at=0.0)
        )

    async def step(self, *, after=0.0):
        self.clock.now += after
        self.dispatcher.step()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
