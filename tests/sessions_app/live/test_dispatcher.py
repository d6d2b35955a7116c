import asyncio
from uuid import uuid4

import pytest

from inference.contracts import FrameState, Reading
from sessions_app.live.credit import TIMEOUT_S, Credit
from sessions_app.live.dispatcher import Dispatcher
from sessions_app.live.executors import BatchLost
from sessions_app.live.mailbox import Ticket
from tests.sessions_app.line import SOON_S

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

    def send(self, participant, jpeg=b"still"):
        def answer(reading):
            self.answers.append((participant, reading.state.value))

        self.dispatcher.submit(
            Ticket(SESSION, participant, 0, self.clock.now, jpeg, answer)
        )

    async def step(self, *, after=0.0):
        self.clock.now += after
        self.dispatcher.step()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def test_waiting_frames_go_out_as_batches_and_every_one_is_answered():
    room = Room()
    for name in ("alice", "bob", "charlie"):
        room.send(name, name.encode())

    await room.step()
    room.pool.reply(0, [OK, OK])
    room.pool.reply(1, [OK])
    await room.step()

    assert room.pool.batches == [[b"alice", b"bob"], [b"charlie"]]
    assert room.answers == [("alice", "ok"), ("bob", "ok"), ("charlie", "ok")]
    assert room.recorded == ["alice", "bob", "charlie"]


async def test_an_overtaken_frame_is_answered_dropped_at_once():
    room = Room()
    room.send("alice", b"first")
    room.send("alice", b"second")

    await room.step()

    assert room.answers == [("alice", "dropped")]
    assert room.pool.batches == [[b"second"]]
    assert room.dropped == 1


async def test_what_waited_too_long_leaves_no_gap_in_a_batch():
    room = Room(batch_size=2)
    room.send("alice", b"old")
    room.clock.now += 1.1
    room.send("bob", b"fresh")
    room.send("charlie", b"fresh too")

    await room.step()

    assert room.answers == [("alice", "dropped")]
    assert room.pool.batches == [[b"fresh", b"fresh too"]]


async def test_a_stopped_pool_bounds_what_waits_and_answers_everyone():
    room = Room(ceiling=2, batch_size=2)
    for second in range(30):
        for student in range(10):
            room.send(student, f"{second}".encode())
        await room.step(after=1.0)

    assert len(room.pool.batches) == 2
    assert room.dispatcher.waiting <= 10
    # All but those that still wait or are younger than the timeout were answered.
    assert len(room.answers) >= 300 - 10
    assert {state for _, state in room.answers} == {"dropped"}


async def test_it_recovers_by_a_probe_once_the_pool_moves_again():
    room = Room(ceiling=1, batch_size=1)
    room.send("alice")
    await room.step()
    await room.step(after=TIMEOUT_S + 0.1)
    assert room.answers == [("alice", "dropped")]

    room.pool.reply(0, [OK])
    await room.step(after=0.1)
    room.send("alice")
    await room.step(after=2.1)
    assert room.answers == [("alice", "dropped"), ("alice", "dropped")]  # too old
    room.send("alice")
    await room.step()
    room.pool.reply(1, [OK])
    await room.step()

    assert room.answers[-1] == ("alice", "ok")


async def test_a_late_reply_is_still_handed_to_the_record_but_not_answered_twice():
    room = Room()
    room.send("alice")
    await room.step()
    await room.step(after=TIMEOUT_S + 0.1)

    room.pool.reply(0, [OK])
    await room.step()

    assert room.recorded == ["alice"]
    assert room.answers == [("alice", "dropped")]


async def test_frames_of_a_dead_worker_are_answered_dropped():
    room = Room()
    room.send("alice")
    await room.step()

    room.pool.die(0)
    await room.step()

    assert room.answers == [("alice", "dropped")]
    assert room.recorded == []


async def test_a_withdrawn_frame_never_reaches_the_engine():
    room = Room()
    room.send("alice")

    room.dispatcher.withdraw(SESSION, "alice")
    await room.step()

    assert room.pool.batches == []


@pytest.mark.parametrize("students", [1, 7])
async def test_run_serves_frames_until_cancelled(students):
    room = Room(ceiling=8, batch_size=8)
    running = asyncio.create_task(room.dispatcher.run())
    for student in range(students):
        room.send(student)
    async with asyncio.timeout(SOON_S):
        while not room.pool.batches:  # noqa: ASYNC110
            await asyncio.sleep(0)
        room.pool.reply(0, [OK] * students)
        while len(room.answers) < students:  # noqa: ASYNC110
            await asyncio.sleep(0)
    running.cancel()

    assert room.answers == [(student, "ok") for student in range(students)]
