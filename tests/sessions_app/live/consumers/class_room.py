"""A server without the server, and its students' and teachers' sockets."""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

from asgiref.sync import sync_to_async
from django.db import connections
from django.test import Client

from fer_platform.asgi import application
from inference.contracts import FrameState, Reading
from sessions_app.live.pipeline import LivePath, start_with
from sessions_app.live.protocol import IncomingFrame, pack_frame
from sessions_app.live.ticker import Ticker
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import (
    ClassSessionFactory,
    ParticipantFactory,
)
from tests.sessions_app.line import SOON_S
from tests.sessions_app.live.patient_socket import PatientSocket

in_thread = partial(sync_to_async, thread_sensitive=True)
HAPPY = Reading(
    FrameState.OK, scores=(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), faces=1, luma=90.04
)


class Engine:
    """Answers every batch at once and keeps what it was given."""

    def __init__(self):
        self.seen = []
        self.reading = HAPPY

    def backlog(self):
        return 0

    def is_interrupted(self):
        return False

    async def read(self, jpegs):
        self.seen += jpegs
        return [self.reading] * len(jpegs)


class ClassRoom:
    """A server without the server: a live path, its clock turned by hand."""

    def __init__(self):
        self.engine = Engine()
        self.live = start_with(LivePath(executor=self.engine, store=MemoryStore()))
        self.ticker = Ticker(self.live)

    async def tick(self):
        await self.ticker.tick()
        await asyncio.sleep(0.01)

    async def until(self, condition):
        async with asyncio.timeout(SOON_S):
            while not condition():  # noqa: ASYNC110 -- nobody is told
                await asyncio.sleep(0.01)

    async def until_read(self):
        """Until nothing waits and the engine has nothing left."""
        await self.until(self.live._dispatcher._is_free)


async def stop(ticker, *tasks):
    """Cancel tasks, the ticker's among them, and wait for its database thread.

    A cancelled task does not wait: what it had begun there would still be writing while
    the test's tables are emptied.
    """
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(ticker._thread, connections.close_all)


async def student(*purposes, **session):
    make = in_thread(ParticipantFactory)
    if session:
        its_class = await in_thread(ClassSessionFactory)(**session)
        return await make(session=its_class, agreed=purposes)
    return await make(agreed=purposes)


def socket_for(participant, *, cookie=None, session=None, origin=b"http://localhost"):
    session = session or participant.session
    name = participant_cookie.old_name(session)
    value = participant_cookie.signed(participant) if cookie is None else cookie
    return PatientSocket(
        application,
        f"/ws/sessions/{session.pk}/student/",
        headers=[(b"origin", origin), (b"cookie", f"{name}={value}".encode())],
    )


@asynccontextmanager
async def open_socket(room, participant):
    socket = socket_for(participant)
    connected, _ = await socket.connect()
    assert connected
    await room.tick()
    await socket.receive_json_from(timeout=10)  # the session news
    yield socket
    await socket.disconnect()


def frame(seq=0, jpeg=b"\xff\xd8 a frame"):
    return pack_frame(IncomingFrame(seq, 1_790_000_000_000, jpeg))


async def closed_with(socket):
    while (event := await socket.receive_output(timeout=10))[
        "type"
    ] != "websocket.close":
        pass
    return event["code"]


def _logged_in_as(user):
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


async def dashboard_of(session, user=None):
    headers = [(b"origin", b"http://localhost")]
    if user is not None:
        client = await in_thread(_logged_in_as)(user)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        headers.append((b"cookie", cookie.encode()))
    socket = PatientSocket(
        application, f"/ws/sessions/{session.pk}/dashboard/", headers=headers
    )
    await socket.connect()
    return socket
