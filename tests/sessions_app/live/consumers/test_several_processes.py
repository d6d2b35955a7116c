"""Two web processes, one Redis, and a channel layer that loses every message."""

import asyncio
import statistics
import time
from contextlib import asynccontextmanager

import pytest
from channels.layers import get_channel_layer

from inference.cluster.redis_client import FOR_LOOP, connect_async
from sessions_app.enums import Purpose
from sessions_app.live.cluster.peers import Peers
from sessions_app.live.cluster.write_buffer import WriteBuffer
from sessions_app.live.pipeline import LivePath, start_with
from sessions_app.live.protocol import CloseCode
from sessions_app.live.ticker import Ticker
from sessions_app.minutes import withheld
from sessions_app.minutes.closing import close_due_minutes
from sessions_app.minutes.current_store import get_store
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.services import consent
from tests.redis_server import RedisServer
from tests.sessions_app.dead_layer import DeadLayer
from tests.sessions_app.live.consumers.class_room import (
    Engine,
    frame,
    in_thread,
    socket_for,
    stop,
    student,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.alone,
    pytest.mark.django_db(transaction=True),
]

PROMISED_S = 2.0
PATIENCE_S = 15.0  # for what has no promise, on a machine that does much else


class WebProcess:
    """What `manage.py serve` runs in a cluster, with an engine that answers at once."""

    def __init__(self, url):
        self.engine = Engine()
        self._client = connect_async(url, FOR_LOOP)
        buffer = WriteBuffer(self._client)
        self.live = LivePath(
            self.engine, store=get_store(), buffer=buffer, starts_alone=False
        )
        self.peers = Peers(self.live, self._client)
        self._ticker = Ticker(self.live, closes_minutes=False)
        work = (self.live.run, buffer.run, self.peers.run, self._ticker.run)
        self._tasks = [asyncio.create_task(run()) for run in work]

    @asynccontextmanager
    async def socket_of(self, participant):
        """A student's browser, connected to this process."""
        start_with(self.live)
        socket = socket_for(participant)
        connected, _ = await socket.connect()
        assert connected
        yield socket
        await socket.disconnect()

    async def die(self):
        """As kill -9 does: nothing is said, nothing carried over."""
        ended = [task for task in self._tasks if task.done() and not task.cancelled()]
        assert ended == []  # nothing ends by itself
        running = self._tasks
        while running:  # Python 3.11's wait_for may swallow a cancellation
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=0.1)
        await stop(self._ticker)
        await self._client.aclose()


@pytest.fixture
def live_redis():
    """A Redis to which others wrote a moment ago."""
    server = RedisServer().start()
    server.client().hset(
        "web", mapping={"generation": "others", "at": int(time.time())}
    )
    yield server
    server.stop()


@pytest.fixture
def dead_layer(settings):
    path = f"{DeadLayer.__module__}.{DeadLayer.__qualname__}"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": path}}
    assert isinstance(get_channel_layer(), DeadLayer)


@pytest.fixture
async def start(live_redis, settings):
    """Start a web process of the cluster."""
    settings.FER_CLUSTER, settings.FER_LIVE_REDIS_URL = True, live_redis.url
    settings.FER_CLOSE_GRACE_S = 0.0
    started = []

    def one():
        started.append(WebProcess(live_redis.url))
        return started[-1]

    yield one
    for process in started:
        await process.die()


async def until(happened, within_s=PATIENCE_S):
    """Look until it is so; how long that took."""
    began = time.monotonic()
    async with asyncio.timeout(within_s):
        while not await in_thread(happened)():  # noqa: ASYNC110 -- asks a database
            await asyncio.sleep(0.05)
    return time.monotonic() - began


async def may_send(socket):
    """Read until the browser is told that it may."""
    while True:
        told = await socket.receive_json_from(timeout=PATIENCE_S)
        if told.get("expression"):
            return


async def closed_with(socket, within_s):
    """Read until the socket is closed; the code."""
    async with asyncio.timeout(within_s):
        while True:
            event = await socket.receive_output(timeout=within_s)
            if event["type"] == "websocket.close":
                return event["code"]


async def answer_to(socket, seq, jpeg=b"\xff\xd8 a frame"):
    await socket.send_to(bytes_data=frame(seq, jpeg))
    while "seq" not in (told := await socket.receive_json_from(timeout=PATIENCE_S)):
        pass
    return told["state"]


def faces_of(session):
    """How many faces of each student the Redis holds, over all open minutes."""
    store, faces = get_store(), {}
    for minute in store.open_minutes(session):
        for person, sums in store.read(session, minute).people.items():
            faces[person] = faces.get(person, 0) + sums.faces
    return faces


def is_interrupted(session):
    store = get_store()
    return any(store.read(session, m).interrupted for m in range(20))


@pytest.mark.usefixtures("dead_layer")
async def test_a_student_has_one_socket_and_the_newest_wins_on_any_process(start):
    here, there = start(), start()
    alice = await student(Purpose.EXPRESSION)
    async with here.socket_of(alice) as older:
        await may_send(older)
        async with there.socket_of(alice) as newer:
            code = await closed_with(older, PROMISED_S)
            await may_send(newer)

            assert code == CloseCode.CONTINUED_ELSEWHERE
            assert await answer_to(newer, 0) == "ok"


async def test_a_message_tells_the_older_socket_sooner(start, monkeypatch):
    monkeypatch.setattr(
        "sessions_app.live.cluster.peers.EVERY_S", 30.0
    )  # no other look
    here, there = start(), start()
    alice = await student(Purpose.EXPRESSION)
    async with here.socket_of(alice) as older, there.socket_of(alice):
        code = await closed_with(older, PATIENCE_S)

    assert code == CloseCode.CONTINUED_ELSEWHERE


@pytest.mark.usefixtures("dead_layer")
async def test_the_newest_wins_also_where_the_redis_forgot_who_that_is(
    start, live_redis
):
    here, there = start(), start()
    alice = await student(Purpose.EXPRESSION)
    async with here.socket_of(alice) as older:
        live_redis.stop()
        async with there.socket_of(alice) as newer:
            await may_send(newer)
            live_redis.start()

            assert await closed_with(older, PATIENCE_S) == 4409
            assert await answer_to(newer, 0) == "ok"


@pytest.mark.usefixtures("dead_layer")
async def test_readings_that_come_by_two_processes_become_one_minute(start):
    here, there = start(), start()
    alice = await student(Purpose.EXPRESSION)
    async with here.socket_of(alice) as first:
        await may_send(first)
        assert [await answer_to(first, n) for n in range(3)] == ["ok"] * 3
        async with there.socket_of(alice) as second:
            await may_send(second)
            assert [await answer_to(second, n) for n in range(2)] == ["ok"] * 2

            await until(lambda: faces_of(alice.session_id) == {alice.pk: 5})


@pytest.mark.usefixtures("dead_layer")
async def test_a_withdrawal_on_one_process_reaches_the_other_in_two_seconds(start):
    """The page was served by nobody that knows the socket; no message arrived."""
    here, _ = start(), start()
    alice = await student(*Purpose)
    asked, reply = asyncio.Event(), asyncio.Event()
    async with here.socket_of(alice) as socket:
        await may_send(socket)
        assert await answer_to(socket, 0) == "ok"
        await until(lambda: faces_of(alice.session_id) == {alice.pk: 1})
        await in_thread(get_store().tap)(alice.session_id, alice.pk, "lost")
        answer_at_once = here.engine.read

        async def slow(jpegs):
            asked.set()
            await reply.wait()
            return await answer_at_once(jpegs)

        here.engine.read = slow
        await socket.send_to(bytes_data=frame(1))
        await asked.wait()

        decided_at = time.monotonic()
        await in_thread(consent.decide)(
            participant=alice, decisions=dict.fromkeys(Purpose, False)
        )
        assert not any((await in_thread(faces_of)(alice.session_id)).values())
        told = await socket.receive_json_from(timeout=PROMISED_S)
        took_s = time.monotonic() - decided_at
        reply.set()
        await asyncio.sleep(0.3)

        assert not told["expression"]
        assert took_s < PROMISED_S
        assert not await in_thread(faces_of)(alice.session_id)
        assert await in_thread(get_store().votes)(alice.session_id, ago_s=0) == {}


@pytest.mark.usefixtures("dead_layer")
async def test_a_no_that_another_process_could_not_write_stops_the_reading_here(start):
    """The database goes on saying yes; no message arrived."""
    here = start()
    alice = await student(*Purpose)
    async with here.socket_of(alice) as socket:
        await may_send(socket)
        assert await answer_to(socket, 0) == "ok"
        unwritten = {Purpose.EXPRESSION: withheld.NOT_WRITTEN}
        await in_thread(get_store().withhold)(alice.session_id, alice.pk, unwritten)

        told = await socket.receive_json_from(timeout=PROMISED_S)

        assert (told["expression"], told["pulse"]) == (False, True)
        await until(lambda: not any(faces_of(alice.session_id).values()))


@pytest.mark.usefixtures("dead_layer")
async def test_a_process_that_dies_or_joins_interrupts_nothing(start):
    here, there = start(), start()
    alice = await student(Purpose.EXPRESSION)
    async with here.socket_of(alice) as socket:
        await may_send(socket)
        assert await answer_to(socket, 0) == "ok"
        await until(lambda: faces_of(alice.session_id) == {alice.pk: 1})
        await there.die()
        third = start()
        await until(lambda: third.live.roster.session(alice.session_id))
        await asyncio.sleep(1.5)

        assert await answer_to(socket, 1) == "ok"
        await until(lambda: faces_of(alice.session_id) == {alice.pk: 2})
        assert not await in_thread(is_interrupted)(alice.session_id)


@pytest.mark.usefixtures("dead_layer")
async def test_losing_all_of_the_redis_costs_the_open_minute_and_says_so(
    start, live_redis
):
    here, _ = start(), start()
    alice = await student(Purpose.EXPRESSION)
    session = alice.session
    async with here.socket_of(alice) as socket:
        await may_send(socket)
        assert await answer_to(socket, 0) == "ok"
        await until(lambda: faces_of(session.pk) == {alice.pk: 1})

        live_redis.restart()
        assert await answer_to(socket, 1) == "ok"

        await until(lambda: faces_of(session.pk) == {alice.pk: 1})
        await until(lambda: is_interrupted(session.pk))
        await in_thread(close_all)(session)

    rows = await in_thread(list)(ClassMinute.objects.filter(session=session))
    assert {row.size for row in rows} == {None}
    lost = [row.index for row in rows if row.status == "interrupted"]
    assert (
        lost[-1] == await in_thread(closed_through)(session) - 1
    )  # the one they shared


@pytest.mark.usefixtures("dead_layer")
async def test_a_redis_that_hangs_holds_up_neither_the_loop_nor_any_answer(
    start, live_redis
):
    here = start()
    alice = await student(Purpose.EXPRESSION)
    async with here.socket_of(alice) as socket:
        await may_send(socket)
        assert await answer_to(socket, 0) == "ok"
        live_redis.freeze()
        answered_s = []
        for seq in range(1, 40):
            sent_at = time.monotonic()
            assert await answer_to(socket, seq) == "ok"
            answered_s.append(time.monotonic() - sent_at)
            await asyncio.sleep(0.12)
        live_redis.thaw()

        assert statistics.median(answered_s) < 0.1
        assert max(answered_s) < 1.0
        await until(lambda: faces_of(alice.session_id) == {alice.pk: 40})


def close_all(session):
    """As a worker does, two minutes later."""
    later = time.time() + 2 * session.window_s
    close_due_minutes(store=get_store(), now=later)


def closed_through(session):
    row = ClassSession.objects.get(pk=session.pk)
    return max(row.minutes.values_list("index", flat=True))
