"""Scripts of the open minutes from the event loop: many calls, one round trip."""

from collections.abc import Sequence
from typing import Any

import redis.asyncio
from redis.exceptions import NoScriptError

from sessions_app.minutes.redis_scripts import Call


async def run_all(client: redis.asyncio.Redis, calls: Sequence[Call]) -> list[Any]:
    """Run scripts in order, in one pipeline, and return their answers.

    A Redis that was restarted knows no script; it is told them, and all is said again.

    Raises:
        redis.RedisError: If there was no answer, or an error was one.
    """
    answers = await _send(client, calls)
    if any(isinstance(answer, NoScriptError) for answer in answers):
        for text in {call.script.text for call in calls}:
            await client.script_load(text)
        answers = await _send(client, calls)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


async def _send(client: redis.asyncio.Redis, calls: Sequence[Call]) -> list[Any]:
    pipe = client.pipeline(transaction=False)
    for script, keys, args in calls:
        pipe.evalsha(script.sha, len(keys), *keys, *args)
    return await pipe.execute(raise_on_error=False)
