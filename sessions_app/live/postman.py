"""The postman of a single server; a cluster has its own (tasks.py)."""

import asyncio

from sessions_app.services import postman


async def run() -> None:
    """Look for what waits until cancelled; the sending has threads of its own."""
    while True:
        postman.look()
        await asyncio.sleep(postman.EVERY_S)
