"""Classes under load: their students, and what their server does meanwhile."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from sessions_app.lab.camera_frames import in_order
from sessions_app.lab.load_samples import Sampler, percentiles
from sessions_app.lab.profiling import Profile, profiled
from sessions_app.lab.server_process import Served
from sessions_app.lab.simulated_clients import Student, Tally, Teacher

SETTLES_AFTER_S = 20.0
_ROSTER_KNOWS_WITHIN_S = 2.0


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    students: int
    seconds: float
    interval_s: float | None  # None: as long as the answers ask for
    classes: int = 1
    sample_every_s: float = 10.0
    stop_workers_after_s: float | None = None
    stopped_for_s: float = 0.0
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
        self._tally = Tally()
        self._samples: list[dict[str, Any]] = []
        self._went_on_after_s: float | None = None
        self._empty_mb: dict[str, float] = {}
        self._counted: list[dict[str, Any]] = []  # at the start, at the end

    async def with_own_classes(self, server: Served) -> dict[str, Any]:
        """Open the classes as a teacher does, and run."""
        teacher = Teacher(server.url)
        try:
            await teacher.log_in(server.email, server.password)
            codes = [
                (await teacher.open_class(f"Load test {n}", interval_s=1))[1]
                for n in range(1, self._plan.classes + 1)
            ]
            return await self.run(server.url, codes)
        finally:
            await teacher.leave()

    async def run(self, url: str, codes: list[str]) -> dict[str, Any]:
        """Send to the classes of these join codes, turn by turn; return the figures."""
        plan = self._plan
        self._empty_mb = self._server.rss_mb_by_part() if self._server else {}
        students = [
            Student(url, codes[i % len(codes)], self._tally)
            for i in range(plan.students)
        ]
        try:
            for student in students:  # the arrival is no part of the measurement
                await student.join()
            # Sockets last, since one that nobody reads leaves pings unanswered.
            for student in students:
                await student.connect()
            await asyncio.sleep(_ROSTER_KNOWS_WITHIN_S)
            return await self._send(students)
        finally:
            await asyncio.gather(*(student.leave() for student in students))

    async def _send(self, students: list[Student]) -> dict[str, Any]:
        began = time.monotonic()
        with self._profiled() as profile:
            watching = asyncio.create_task(self._watch(began))
            stopping = asyncio.create_task(self._stop_workers())
            await asyncio.gather(
                *(self._one(student, i, began) for i, student in enumerate(students))
            )
            lasted = time.monotonic() - began
            await asyncio.gather(watching, stopping)
        report = self._report(lasted)
        if profile:
            report["ms_by_stage"] = _ms_by_stage(profile, report["cpu_ms_per_frame"])
        return report

    def _profiled(self) -> AbstractContextManager[Profile]:
        if self._plan.profile and self._server is not None:
            return profiled(self._server)
        return nullcontext({})

    async def _one(self, student: Student, i: int, began: float) -> None:
        plan = self._plan
        await asyncio.sleep((plan.interval_s or 1.0) * i / plan.students)
        await student.send(
            in_order(self._frames, start=i),
            interval_s=plan.interval_s,
            until=began + plan.seconds,
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
            "sent": self._tally.sent,
            "analysed": analysed,
            "analysed_per_s": round(analysed / lasted, 1),
            "analysed_share": round(analysed / max(1, self._tally.sent), 4),
            "dropped": answers["dropped"] + self._tally.unanswered,
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
            "memory_kb_per_student": grown_kb,
        }
        if transactions := done.pop("transactions", None):
            costs["transactions_per_s"] = round(transactions / lasted, 1)
        return costs | {f"{n}_per_frame": round(v / frames, 1) for n, v in done.items()}


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
