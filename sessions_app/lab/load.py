"""Classes under load: their students, and what their server does meanwhile."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import aiohttp
import numpy as np

from sessions_app.lab.camera_frames import in_order
from sessions_app.lab.dashboards import Dashboards
from sessions_app.lab.devices import Device, read_by_the_engine
from sessions_app.lab.endings import Endings
from sessions_app.lab.load_samples import Sampler, percentiles
from sessions_app.lab.profiling import Profile, profiled
from sessions_app.lab.server_process import Served
from sessions_app.lab.simulated_clients import Student, Teacher
from sessions_app.lab.tally import Tally
from sessions_app.models.session import MAX_INTERVAL_MS

SETTLES_AFTER_S = 20.0
_ROSTER_KNOWS_WITHIN_S = 2.0
_AT_ONCE = 8  # students who arrive; a server has not many more turns for pages
_INTERVAL_S = MAX_INTERVAL_MS / 1000  # from one message of a device to the next


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    students: int
    seconds: float
    interval_s: float | None  # None: as long as the answers ask for
    classes: int = 1
    dashboards: int = 0  # that teachers have open meanwhile, of its own classes
    reports: int = 0  # lessons that run already, and end meanwhile
    sample_every_s: float = 10.0
    stop_workers_after_s: float | None = None
    stopped_for_s: float = 0.0
    on_devices: bool = False  # students' browsers read their frames themselves
    profile: bool = False  # sample where the server's time goes; costs a little of it


class Load:
    """One measurement of one server."""

    def __init__(
        self,
        plan: Plan,
        frames: list[bytes],
        *,
        server: Served | None = None,
        on_sample: Callable[[dict[str, Any]], None] = lambda sample: None,
    ) -> None:
        self._plan, self._frames, self._server = plan, frames, server
        self._on_sample = on_sample
        read = read_by_the_engine(frames) if plan.on_devices else {}
        self._readings = list(read.values())
        self._tally = Tally()
        self._samples: list[dict[str, Any]] = []
        self._arrived_in_s: float | None = None
        self._went_on_after_s: float | None = None
        self._empty_mb: dict[str, float] = {}
        self._counted: list[dict[str, Any]] = []  # at the start, at the end
        self._counted_at: list[float] = []
        self._own_cpu_s: list[float] = []  # of the students made of code
        self._endings: Endings | None = None

    async def with_own_classes(self, server: Served) -> dict[str, Any]:
        """Open the classes as a teacher does, and run."""
        teacher = Teacher(server.url)
        try:
            await teacher.log_in(server.email, server.password)
            if self._plan.reports:
                self._endings = Endings(server, teacher, self._tally)
            opened = [
                await teacher.open_class(f"Load test {n}", interval_s=1)
                for n in range(1, self._plan.classes + 1)
            ]
            paths, codes = zip(*opened, strict=True)
            watched = Dashboards(teacher, paths, self._plan.dashboards)
            async with watched.open():
                report = await self.run(server.url, [*codes])
            told = self._endings.report() if self._endings else {}
            return report | watched.report() | told
        finally:
            await teacher.leave()

    async def run(self, url: str, codes: list[str]) -> dict[str, Any]:
        """Send to the classes of these join codes, turn by turn; return the figures."""
        plan = self._plan
        self._empty_mb = self._server.rss_mb_by_part() if self._server else {}
        # As many connections as there are sockets, and no more for pages than are used.
        connector = aiohttp.TCPConnector(limit=0)
        students = [
            Student(url, codes[i % len(codes)], self._tally, connector)
            for i in range(plan.students)
        ]
        began = time.monotonic()
        try:  # the arrival is no part of the measurement
            await _a_few_at_once([student.join for student in students])
            await _a_few_at_once([student.connect for student in students])
            self._arrived_in_s = round(time.monotonic() - began, 1)
            await asyncio.sleep(_ROSTER_KNOWS_WITHIN_S)
            return await self._send(students)
        finally:
            await asyncio.gather(*(student.leave() for student in students))
            await connector.close()

    async def _send(self, students: list[Student]) -> dict[str, Any]:
        began = time.monotonic()
        with self._profiled() as profile:
            watching = asyncio.create_task(self._watch(began))
            stopping = asyncio.create_task(self._stop_workers())
            ending = asyncio.create_task(self._end_lessons(began))
            await asyncio.gather(
                *(self._one(student, i, began) for i, student in enumerate(students))
            )
            lasted = time.monotonic() - began
            await asyncio.gather(watching, stopping, ending)
        report = self._report(lasted)
        if profile:
            report["ms_by_stage"] = _ms_by_stage(profile, report["cpu_ms_per_frame"])
        return report

    def _profiled(self) -> AbstractContextManager[Profile]:
        if self._plan.profile and self._server is not None:
            return profiled(self._server)
        return nullcontext({})

    async def _one(self, student: Student, i: int, began: float) -> None:
        plan, until = self._plan, began + self._plan.seconds
        every_s = plan.interval_s or 1.0
        if plan.on_devices:
            await asyncio.sleep(_INTERVAL_S * i / plan.students)
            device = Device(in_order(self._readings, start=i), every_s)
            await student.send_readings(device, until=until)
        else:
            await asyncio.sleep(every_s * i / plan.students)
            await student.send(
                in_order(self._frames, start=i),
                interval_s=plan.interval_s,
                until=until,
            )

    async def _stop_workers(self) -> None:
        """Stop all workers for a while, and note how soon the classes go on."""
        plan = self._plan
        if plan.stop_workers_after_s is None or self._server is None:
            return
        await asyncio.sleep(plan.stop_workers_after_s)
        with self._server.frozen_workers():
            await asyncio.sleep(plan.stopped_for_s)
        before, since = self._tally.analysed, time.monotonic()
        while self._tally.analysed == before:
            if time.monotonic() - since > plan.seconds:
                return
            await asyncio.sleep(0.1)
        self._went_on_after_s = round(time.monotonic() - since, 1)

    async def _end_lessons(self, began: float) -> None:
        if self._endings:
            await self._endings.run(until=began + self._plan.seconds)

    # --- what the server does ---------------------------------------------------

    async def _watch(self, began: float) -> None:
        """Look at the start, once it has settled, from then on steadily, at the end."""
        plan = self._plan
        settled = min(SETTLES_AFTER_S, plan.seconds / 3)
        moments = np.arange(settled, plan.seconds, plan.sample_every_s)
        take_sample = Sampler(self._tally, self._server)
        await asyncio.to_thread(self._count)
        for at_s in (0.0, *moments.tolist(), plan.seconds):
            await asyncio.sleep(began + at_s - time.monotonic())
            sample = await asyncio.to_thread(take_sample, at_s)
            self._samples.append(sample)
            self._on_sample(sample)
        await asyncio.to_thread(self._count)

    def _count(self) -> None:
        if self._server is not None:
            counts = {"cpu_s": self._server.cpu_s_by_part(), **self._server.stores()}
            self._own_cpu_s.append(time.process_time())
            self._counted_at.append(time.monotonic())
            self._counted.append(counts)

    def _report(self, lasted: float) -> dict[str, Any]:
        plan, answers = self._plan, self._tally.answers
        analysed = self._tally.analysed
        start, settled, end = self._samples[0], self._samples[1], self._samples[-1]
        moments = {"start": start, "settled": settled, "end": end}
        report = {
            "students": plan.students,
            "classes": plan.classes,
            "seconds": round(lasted, 1),
            "arrived_in_s": self._arrived_in_s,
            "inference": "device" if plan.on_devices else "server",
            "sent": self._tally.sent,
            "analysed": analysed,
            "analysed_per_s": round(analysed / lasted, 1),
            "analysed_share": round(analysed / max(1, self._tally.sent), 4),
            "dropped": answers["dropped"] + answers["late"] + self._tally.unanswered,
            "errors": self._tally.errors + answers["rejected"],
            "latency_ms": percentiles(self._tally.latencies_ms),
        }
        if self._server is None:
            return report
        lags = [sample["loop_lag_ms"] for sample in self._samples[1:]]  # under load
        return report | {
            "loop_lag_ms": {"p99": max(filter(None, lags), default=None)},
            "most_queued": max(sample["queued"] for sample in self._samples),
            "rss_mb": {
                moment: round(sum(sample["rss_mb"].values()), 1)
                for moment, sample in moments.items()
            },
            "went_on_after_s": self._went_on_after_s,
            **self._costs(analysed, lasted),
            "samples": self._samples,
        }

    def _costs(self, analysed: int, lasted: float) -> dict[str, Any]:
        """What a frame and a student cost, for sizing."""
        before, after = self._counted
        frames, students = max(1, analysed), self._plan.students
        cpu_ms = {
            part: round(1000 * (used - before["cpu_s"].get(part, 0.0)) / frames, 2)
            for part, used in after["cpu_s"].items()
        }
        minutes = students * (self._counted_at[1] - self._counted_at[0]) / 60
        cpu_ms_per_minute = {
            part: round(1000 * (used - before["cpu_s"].get(part, 0.0)) / minutes, 1)
            for part, used in after["cpu_s"].items()
        }
        grown_kb = {
            part: round(1024 * (mb - self._empty_mb.get(part, 0.0)) / students, 1)
            for part, mb in self._samples[0]["rss_mb"].items()
        }
        done = {name: after[name] - before[name] for name in after if name != "cpu_s"}
        costs = {
            "frame_bytes": round(
                float(np.mean([len(frame) for frame in self._frames]))
            ),
            "cpu_ms_per_frame": cpu_ms,
            "cpu_ms_per_student_minute": cpu_ms_per_minute,
            "own_cpu_ms_per_student_minute": round(
                1000 * (self._own_cpu_s[1] - self._own_cpu_s[0]) / minutes, 1
            ),
            "memory_kb_per_student": grown_kb,
        }
        if transactions := done.pop("transactions", None):
            costs["transactions_per_s"] = round(transactions / lasted, 1)
        return costs | {f"{n}_per_frame": round(v / frames, 1) for n, v in done.items()}


async def _a_few_at_once(work: list[Callable[[], Awaitable[None]]]) -> None:
    """Do all of it, `_AT_ONCE` at a time."""
    turns = iter(work)

    async def one_after_another() -> None:
        for each in turns:
            await each()

    await asyncio.gather(*(one_after_another() for _ in range(_AT_ONCE)))


def _ms_by_stage(
    profile: Profile, cpu_ms: dict[str, float]
) -> dict[str, dict[str, float]]:
    """Milliseconds of a core that a frame costs, stage by stage, the dearest first."""
    return {
        part: {
            stage: round(cpu_ms[part] * count / counts.total(), 3)
            for stage, count in counts.most_common()
        }
        for part, counts in profile.items()
    }
