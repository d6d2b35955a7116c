import asyncio

import pytest

from sessions_app.live.credit import TIMEOUT_S
from tests.sessions_app.line import SOON_S
from tests.sessions_app.live.dispatching import OK, SESSION, Room


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
