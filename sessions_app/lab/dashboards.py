"""Dashboards that are open while classes are under load, as a teacher's page keeps them."""

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sessions_app.lab.load_samples import percentiles
from sessions_app.lab.simulated_clients import Teacher


@dataclass
class Dashboards:
    """Open pages of some lessons, turn by turn, and what they were told."""

    teacher: Teacher
    paths: Sequence[str]  # of the lessons, as `Teacher.open_class` tells them
    number: int
    snapshots: int = 0
    closed: int = 0  # sockets that the server closed
    timelines_ms: list[float] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def open(self) -> Any:
        """Keep them open meanwhile."""
        pages = [
            asyncio.create_task(self._page(self.paths[i % len(self.paths)]))
            for i in range(self.number)
        ]
        try:
            yield
        finally:
            for page in pages:
                page.cancel()
            await asyncio.gather(*pages, return_exceptions=True)

    def report(self) -> dict[str, Any]:
        """What they were told, and how long the minutes took that each asked for."""
        return {
            "dashboards": self.number,
            "snapshots": self.snapshots,
            "dashboards_closed": self.closed,
            "timeline_ms": percentiles(self.timelines_ms),
        }

    async def _page(self, path: str) -> None:
        """Ask for the minutes at first, and whenever a snapshot tells of a new one."""
        known = await self._ask(path)
        base = self.teacher.base
        address = f"{base.replace('http', 'ws', 1)}/ws{path}dashboard/"
        async with self.teacher.http.ws_connect(address, origin=base) as socket:
            async for message in socket:
                if message.type != aiohttp.WSMsgType.TEXT:
                    continue
                told = json.loads(message.data)
                if told["type"] != "snapshot":
                    continue
                self.snapshots += 1
                if told["closed_through"] > known:
                    known = await self._ask(path)
        self.closed += 1

    async def _ask(self, path: str) -> int:
        began = time.monotonic()
        timeline = await self.teacher.timeline(path)
        self.timelines_ms.append(1000 * (time.monotonic() - began))
        return int(timeline["closed_through"])
