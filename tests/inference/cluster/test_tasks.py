import pytest

from inference.cluster.messages import (
    MOST_REPLIES,
    REFUSED,
    REPLIES_TTL_MS,
    SLOT_TTL_MS,
    BatchRequest,
    unpack_reply,
)
from inference.cluster.redis_client import connect
from inference.cluster.tasks import BatchHandler
from inference.contracts import FrameState, Reading, ReadingWithBox
from tests.redis_server import redis_server  # noqa: F401

pytestmark = pytest.mark.real

MODEL = "ab" * 32
REPLIES = f"replies:{'c' * 32}"
OK = Reading(FrameState.OK, (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), faces=1)
WITH_BOX = ReadingWithBox(FrameState.NO_FACE)


class Room:
    """A handler at a real Redis, with an engine that keeps what it was given."""

    def __init__(self, server):
        self.redis = connect(server.url)
        self.seen = []
        self.handler = BatchHandler(
            self.redis, model=MODEL, read=self.read, read_with_box=self.read_with_box
        )

    def read(self, jpegs):
        self.seen.append(jpegs)
        if jpegs == [b"bomb"]:
            raise RuntimeError("boom")
        return [OK] * len(jpegs)

    def read_with_box(self, jpeg):
        self.seen.append(jpeg)
        return WITH_BOX

    def order(self, *jpegs, model=MODEL, with_box=False):
        """Put frames into slots, where there are any, and order their reading."""
        slots = tuple(f"slot:{number:032x}" for number in range(len(jpegs)))
        for slot, jpeg in zip(slots, jpegs, strict=True):
            if jpeg is not None:
                self.redis.set(slot, jpeg, px=SLOT_TTL_MS)
        return BatchRequest("0" * 32, slots, REPLIES, model, with_box)

    def replies(self):
        return [unpack_reply(packed) for packed in self.redis.lrange(REPLIES, 0, -1)]

    def refused(self):
        return {k.decode(): int(v) for k, v in self.redis.hgetall(REFUSED).items()}


@pytest.fixture
def room(redis_server):  # noqa: F811
    return Room(redis_server)


def test_a_batch_is_read_at_once_and_its_slots_are_emptied(room):
    room.handler.serve(room.order(b"alice", b"bob").as_args())

    [reply] = room.replies()
    assert room.seen == [[b"alice", b"bob"]]
    assert [reading.state for reading in reply.readings] == ["ok", "ok"]
    assert 0 <= reply.waited_ms < SLOT_TTL_MS
    assert room.redis.keys("slot:*") == []


def test_a_slot_that_is_gone_is_told_as_dropped_and_the_others_are_read(room):
    room.handler.serve(room.order(None, b"bob", None).as_args())

    [reply] = room.replies()
    assert room.seen == [[b"bob"]]
    assert [r.state for r in reply.readings] == ["dropped", "ok", "dropped"]


def test_a_slot_that_holds_something_else_is_dropped_and_the_others_are_read(room):
    order = room.order(None, b"bob")
    room.redis.rpush(order.slots[0], "no frame")

    room.handler.serve(order.as_args())

    [reply] = room.replies()
    assert room.seen == [[b"bob"]]
    assert [r.state for r in reply.readings] == ["dropped", "ok"]
    assert room.redis.keys("slot:*") == []


def test_a_batch_whose_slots_are_all_gone_never_reaches_the_engine(room):
    room.handler.serve(room.order(None, None).as_args())

    [reply] = room.replies()
    assert room.seen == []
    assert [reading.state for reading in reply.readings] == ["dropped", "dropped"]


def test_a_look_is_at_one_frame(room):
    room.handler.serve(room.order(b"visitor", with_box=True).as_args())
    room.handler.serve(room.order(None, with_box=True).as_args())

    there, gone = room.replies()
    assert room.seen == [b"visitor"]
    assert there.readings == [WITH_BOX]
    assert [reading.state for reading in gone.readings] == ["dropped"]


def test_scores_of_another_model_are_refused_counted_and_said(room, caplog):
    for _ in range(3):
        room.handler.serve(room.order(b"alice", model="cd" * 32).as_args())

    assert room.seen == []
    assert [reply.refused for reply in room.replies()] == ["another model"] * 3
    assert room.refused() == {"another model": 3}
    assert sum("another model" in r.getMessage() for r in caplog.records) <= 1


@pytest.mark.parametrize("args", [[], ["drop table"], [1, 2, 3, 4, 5]])
def test_a_malformed_task_is_counted_said_once_and_nothing_else_happens(
    room, args, caplog
):
    for _ in range(3):
        room.handler.serve(args)

    assert room.refused() == {"malformed task": 3}
    assert room.redis.keys("*") == [REFUSED.encode()]
    assert sum("malformed task" in r.getMessage() for r in caplog.records) <= 1


def test_an_engine_that_fails_does_not_let_the_batch_wait(room):
    room.handler.serve(room.order(b"bomb").as_args())

    assert [reply.refused for reply in room.replies()] == ["the engine failed"]


def test_replies_that_nobody_takes_are_bounded_and_expire(room):
    for _ in range(MOST_REPLIES + 5):
        room.handler.serve(room.order(b"alice").as_args())

    assert room.redis.llen(REPLIES) == MOST_REPLIES
    assert 0 < room.redis.pttl(REPLIES) <= REPLIES_TTL_MS


def test_a_redis_that_is_away_costs_the_batch_and_no_more(room, redis_server):  # noqa: F811
    order = room.order(b"alice")
    redis_server.stop()

    room.handler.serve(order.as_args())

    assert room.seen == []
