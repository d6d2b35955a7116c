"""How late the event loop is: a task that should wake every 20 ms."""

import asyncio
import time

from sessions_app.live import metrics

PERIOD_S = 0.02


async def measure() -> None:
    """Measure the loop's lag until cancelled."""
    while True:
        due = time.monotonic() + PERIOD_S
        await asyncio.sleep(PERIOD_S)
        metrics.LOOP_LAG.observe(max(0.0, time.monotonic() - due))
