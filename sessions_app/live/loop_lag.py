"""How late the event loop is: a timer that should ring ten times a second."""

import asyncio

from sessions_app.live import metrics

PERIOD_S = 0.1


async def measure() -> None:
    """Measure the loop's lag until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + PERIOD_S
        await asyncio.sleep(PERIOD_S)
        metrics.LOOP_LAG.observe(max(0.0, loop.time() - due))
