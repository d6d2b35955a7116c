"""A class under load: real sockets, consented students, answers counted and timed."""

import asyncio
import json
import re
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from sessions_app.management.served import Served, served
from sessions_app.management.stills import (
    astronaut_stills,
    in_order,
    stills_of_folder,
)
from sessions_app.management.students import NotLetIn, Student, Tally, Teacher

SETTLES_AFTER_S = 20.0
_LAG_BUCKET = re.compile(r'fer_loop_lag_ms_bucket\{le="([^"]+)"\} ([\d.e+]+)')


class Command(BaseCommand):
    help = "Measure how many students at which rate the platform serves, and how fast."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, default=150)
        parser.add_argument("--fps", type=float, default=1.0, help="frames per second")
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument(
            "--serve", choices=["embedded"], help="start a server for it"
        )
        parser.add_argument("--url", help="or measure one that runs; needs --code")
        parser.add_argument("--code", help="join code of a live class of that server")
        parser.add_argument("--frames", type=Path, help="folder of pictures")
        parser.add_argument(
            "--obey", action="store_true", help="wait as long as the answers ask for"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["serve"]) == bool(options["url"] and options["code"]):
            raise CommandError("Give --serve embedded, or --url URL with --code CODE.")
        folder = options["frames"]
        try:
            stills = stills_of_folder(folder) if folder else astronaut_stills()
            report = self._measure(stills, options)
        except (NotLetIn, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            json.dumps(report, indent=2) if options["json"] else _text(report)
        )

    def _measure(self, stills: list[bytes], options: dict[str, Any]) -> dict[str, Any]:
        if options["url"]:
            return asyncio.run(
                Load(options, stills).run(options["url"], options["code"])
            )
        with served({"FER_WINDOW_S": "60"}) as server:
            return asyncio.run(_with_own_class(server, stills, options))


async def _with_own_class(
    server: Served, stills: list[bytes], options: dict[str, Any]
) -> dict[str, Any]:
    teacher = Teacher(server.url)
    try:
        await teacher.log_in(server.email, server.password)
        _, code = await teacher.open_class("Load test", interval_s=1)
        return await Load(options, stills, server).run(server.url, code)
    finally:
        await teacher.leave()


class Load:
    """One measurement."""

    def __init__(
        self, options: dict[str, Any], stills: list[bytes], server: Served | None = None
    ) -> None:
        self._students: int = options["students"]
        self._seconds: float = options["seconds"]
        self._interval_s = None if options["obey"] else 1 / options["fps"]
        self._stills, self._server = stills, server
        self._rss_mb: dict[str, float] = {}
        self._tally = Tally()

    async def run(self, url: str, code: str) -> dict[str, Any]:
        students = [Student(url, code, self._tally) for _ in range(self._students)]
        try:
            for student in students:  # the arrival is no part of the measurement
                await student.join()
                await student.connect()
            await asyncio.sleep(2)  # until the server's roster knows everyone
            return await self._send(students)
        finally:
            await asyncio.gather(*(student.leave() for student in students))

    async def _send(self, students: list[Student]) -> dict[str, Any]:
        before = await self._lag_buckets()
        began = time.monotonic()
        watching = asyncio.create_task(self._watch_memory())
        await asyncio.gather(
            *(self._one(student, i, began) for i, student in enumerate(students))
        )
        lasted = time.monotonic() - began
        await watching
        return self._report(lasted, before, await self._lag_buckets())

    async def _one(self, student: Student, i: int, began: float) -> None:
        await asyncio.sleep((self._interval_s or 1.0) * i / self._students)
        await student.send(
            in_order(self._stills, start=i),
            interval_s=self._interval_s,
            until=began + self._seconds,
        )

    async def _watch_memory(self) -> None:
        settles = min(SETTLES_AFTER_S, self._seconds / 3)
        moments = {"start": 0.0, "settled": settles, "end": self._seconds - settles}
        for moment, pause in moments.items():
            await asyncio.sleep(pause)
            if self._server:
                self._rss_mb[moment] = round(self._server.rss_mb(), 1)

    async def _lag_buckets(self) -> dict[float, float]:
        if self._server is None:
            return {}
        text = await asyncio.to_thread(self._server.metrics)
        return {float(edge): float(n) for edge, n in _LAG_BUCKET.findall(text)}

    def _report(
        self, lasted: float, before: dict[float, float], after: dict[float, float]
    ) -> dict[str, Any]:
        answers = self._tally.answers
        analysed = answers["ok"] + answers["no_face"]
        lags = {edge: after[edge] - before.get(edge, 0) for edge in after}
        return {
            "students": self._students,
            "seconds": round(lasted, 1),
            "sent": self._tally.sent,
            "analysed": analysed,
            "analysed_per_s": round(analysed / lasted, 1),
            "analysed_share": round(analysed / max(1, self._tally.sent), 4),
            "dropped": answers["dropped"] + self._tally.unanswered,
            "errors": self._tally.errors + answers["rejected"],
            "latency_ms": _percentiles(self._tally.latencies_ms),
            "loop_lag_ms": {"p99": _bucket_quantile(lags, 0.99)},
            "rss_mb": self._rss_mb,
        }


def _percentiles(values: list[float]) -> dict[str, float | None]:
    return {
        f"p{q}": round(float(np.percentile(values, q)), 1) if values else None
        for q in (50, 95, 99)
    }


def _bucket_quantile(cumulative: dict[float, float], q: float) -> float | None:
    """Upper edge of the histogram bucket in which a quantile lies."""
    total = max(cumulative.values(), default=0)
    edges = (edge for edge in sorted(cumulative) if cumulative[edge] >= q * total)
    return next(edges, None) if total else None


def _text(report: dict[str, Any]) -> str:
    return "\n".join(f"{name:16} {value}" for name, value in report.items())
