import asyncio

from inference.contracts import FrameState, ReadingWithBox
from sessions_app.live.credit import TIMEOUT_S
from sessions_app.live.demo.visitors import VisitorFrame
from tests.sessions_app.live.dispatching import OK, Pool, Room

SEEN = ReadingWithBox(FrameState.OK, scores=(0, 0, 0, 1, 0, 0, 0), box=(1, 2, 3, 4))


class PoolThatLooks(Pool):
    """Looks at a frame when the test says so, as it reads batches."""

    def __init__(self):
        super().__init__()
        self.looks = []

    async def read_with_box(self, jpeg):
        self.looks.append(jpeg)
        reply = asyncio.get_running_loop().create_future()
        self._replies.append(reply)
        return await asyncio.shield(reply)


class RoomWithVisitors(Room):
    Pool = PoolThatLooks

    def visit(self, visitor, jpeg=b"frame"):
        def answer(reading):
            self.answers.append((visitor, reading.state.value))

        self.dispatcher.visitors.submit(
            visitor, VisitorFrame(self.clock.now, jpeg, answer)
        )

    async def step(self, *, after=0.0):
        await super().step(after=after)
        await asyncio.sleep(0.01)  # until a look is settled; then, as when woken:
        self.dispatcher.step()
        await asyncio.sleep(0.01)


async def test_a_visitors_frame_is_looked_at_and_answered_and_recorded_nowhere():
    room = RoomWithVisitors()
    room.visit("ann", b"ann")

    await room.step()
    room.pool.reply(0, SEEN)
    await room.step()

    assert room.pool.looks == [b"ann"]
    assert room.answers == [("ann", "ok")]
    assert (room.recorded, room.dropped) == ([], 0)


async def test_visitors_wait_while_a_class_has_frames_waiting_or_with_the_engine():
    room = RoomWithVisitors(ceiling=1, batch_size=1)
    room.visit("ann")
    room.send("alice")
    room.send("bob")

    await room.step()
    room.pool.reply(0, [OK])
    await room.step()
    assert room.pool.looks == []
    room.pool.reply(1, [OK])
    await room.step()

    assert room.pool.looks == [b"frame"]


async def test_one_visitors_frame_at_a_time_is_with_the_engine():
    room = RoomWithVisitors()
    for visitor in ("ann", "ben", "cat"):
        room.visit(visitor, visitor.encode())

    await room.step()
    assert room.pool.looks == [b"ann"]
    room.pool.reply(0, SEEN)
    await room.step()

    assert room.pool.looks == [b"ann", b"ben"]


async def test_a_visitors_frame_with_the_engine_costs_the_classes_no_credit():
    room = RoomWithVisitors(ceiling=1, batch_size=1)
    room.visit("ann")
    await room.step()

    room.send("alice")
    await room.step()

    assert room.pool.batches == [[b"frame"]]


async def test_a_newer_frame_replaces_a_visitors_unread_one_and_keeps_its_place():
    room = RoomWithVisitors()
    room.visit("ann", b"first")
    room.visit("ben", b"ben")
    room.visit("ann", b"second")

    await room.step()

    assert room.answers == [("ann", "dropped")]
    assert room.pool.looks == [b"second"]


async def test_a_visitor_whom_the_classes_leave_no_time_is_answered_dropped():
    room = RoomWithVisitors()
    room.send("alice")
    await room.step()
    room.visit("ann")

    await room.step(after=TIMEOUT_S + 0.1)

    assert ("ann", "dropped") in room.answers
    assert room.pool.looks == []


async def test_a_frame_that_the_engine_lost_is_answered_dropped():
    room = RoomWithVisitors()
    room.visit("ann")
    await room.step()

    room.pool.die(0)
    await room.step()

    assert room.answers == [("ann", "dropped")]


async def test_a_visitor_who_left_is_not_looked_at():
    room = RoomWithVisitors()
    room.visit("ann")

    room.dispatcher.visitors.withdraw("ann")
    await room.step()

    assert room.pool.looks == []


async def test_a_stopped_engine_is_given_up_on_and_gets_no_second_frame(monkeypatch):
    monkeypatch.setattr("sessions_app.live.demo.visitors.TIMEOUT_S", 0.05)
    room = RoomWithVisitors()
    room.visit("ann")
    await room.step()
    await asyncio.sleep(0.2)
    assert room.answers == [("ann", "dropped")]

    room.visit("ann")
    await room.step()

    assert len(room.pool.looks) == 1
