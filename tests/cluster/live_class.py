"""A class of forty that goes on in a thread of its own while a test breaks things."""

import asyncio
import contextlib
import threading
import time

import aiohttp

from sessions_app.lab.camera_frames import astronaut_frames, in_order
from sessions_app.lab.simulated_clients import Student, Teacher, pause_before
from sessions_app.lab.tally import Tally
from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from tests.cluster.topology import WINDOW_S

STUDENTS = 40
READ = {"ok", "no_face"}


class Diary(Tally):
    """When one student's frames were sent, by what became of them."""

    def __init__(self):
        super().__init__()
        self.sent_at = {}  # the newest one, by state

    def note_answer(self, state, took_s, frames=1):
        super().note_answer(state, took_s, frames)
        self.sent_at[state] = time.monotonic() - took_s

    def was_read_since(self, moment):
        return any(self.sent_at.get(state, 0) > moment for state in READ)


class Dashboard(Teacher):
    """A teacher's page: what its socket said, and when it had none."""

    def __init__(self, base_url):
        super().__init__(base_url)
        self.told = []  # moment, snapshot; None in place of one where the link broke

    async def watch(self, path):
        """Listen for ever; come back as the page does."""
        attempts = 0
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                address = self.base.replace("http", "ws", 1)
                async with self.http.ws_connect(
                    f"{address}/ws{path}dashboard/", origin=self.base
                ) as socket:
                    async for message in socket:
                        attempts = 0
                        told = message.json()
                        if told["type"] == "snapshot":
                            self.told.append((time.monotonic(), told))
            self.told.append((time.monotonic(), None))
            await asyncio.sleep(pause_before(attempts))
            attempts += 1

    def since(self, moment):
        """The snapshots after a moment; None where the link broke."""
        return [told for at, told in self.told if at > moment]


class LiveClass:
    """Students who send one frame a second, and a dashboard that listens."""

    def __init__(self, platform):
        self._platform = platform
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks = []
        self.diaries = [Diary() for _ in range(STUDENTS)]
        self._thread.start()

    def begin(self):
        self._run(self._begin())
        row = self._row()
        self.id, self.started_at = row["id"], row["started_at"].timestamp()

    def end(self):
        """End the class, and everybody's connections."""
        self._run(self.dashboard.post(f"{self.path}end/"))

    def leave(self):
        self._run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=20)

    def read_since(self, moment):
        """How many students had a frame read that they sent after a moment."""
        return sum(diary.was_read_since(moment) for diary in self.diaries)

    def answered(self, state):
        return sum(diary.answers[state] for diary in self.diaries)

    # --- what the database holds of it --------------------------------------------

    def minutes(self):
        """Its rows, whole, in order."""
        return self._platform.rows(
            "SELECT * FROM sessions_app_classminute WHERE session_id = %s "
            "ORDER BY index",
            self.id,
        )

    def state(self):
        return self._row()["state"]

    def closed_through(self):
        return self._row()["closed_through"]

    def minute_now(self):
        return int((time.time() - self.started_at) // WINDOW_S)

    def seconds_into_the_minute(self):
        return (time.time() - self.started_at) % WINDOW_S

    def _row(self):
        [row] = self._platform.rows(
            "SELECT * FROM sessions_app_classsession WHERE join_code = %s", self.code
        )
        return row

    # --- in its own thread --------------------------------------------------------

    def _run(self, work, within_s=120):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within_s)

    async def _begin(self):
        self.dashboard = Dashboard(self._platform.url)
        await self.dashboard.log_in(ACCOUNTS[0][0], PASSWORD)
        self.path, self.code = await self.dashboard.open_class(
            "Under fire", interval_s=1
        )
        self.students = [
            Student(self._platform.url, self.code, diary) for diary in self.diaries
        ]
        for student in self.students:
            await student.join()
            await student.connect()
        frames = astronaut_frames()
        work = [self.dashboard.watch(self.path)]
        work += [
            self._send(student, in_order(frames, start=i), i / STUDENTS)
            for i, student in enumerate(self.students)
        ]
        self._tasks = [asyncio.ensure_future(each) for each in work]

    async def _send(self, student, jpeg, after_s):
        await asyncio.sleep(after_s)
        await student.send(jpeg, interval_s=1.0)

    async def _leave(self):
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        for person in (*self.students, self.dashboard):
            await person.leave()
        assert [error for error in ended if isinstance(error, Exception)] == []
