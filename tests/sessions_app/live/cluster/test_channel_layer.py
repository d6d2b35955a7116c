"""The cluster's channel layer, with a Redis that comes and goes."""

import asyncio

import pytest

from sessions_app.live.cluster.channel_layer import PatientLayer
from tests.redis_server import redis_server  # noqa: F401

pytestmark = pytest.mark.real

HINT = {"type": "session.changed"}


@pytest.fixture
async def layers(request):
    """Two processes' layers on one Redis."""
    server = request.getfixturevalue("redis_server")
    both = [PatientLayer(hosts=[server.url], prefix="test") for _ in range(2)]
    yield server, *both
    for layer in both:
        await layer.flush()


async def test_a_hint_reaches_the_sockets_of_other_processes(layers):
    _, here, there = layers
    channel = await there.new_channel()
    await there.group_add("class", channel)

    await here.group_send("class", HINT)

    assert await asyncio.wait_for(there.receive(channel), 60) == HINT


async def test_while_the_redis_is_away_sockets_open_and_nothing_fails(layers):
    server, here, _ = layers
    server.stop()

    channel = await here.new_channel()
    await here.group_add("class", channel)
    await here.group_send("class", HINT)
    await here.send(channel, HINT)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(here.receive(channel), 0.5)
    await here.group_discard("class", channel)


async def test_after_a_restart_hints_arrive_again(layers):
    server, here, there = layers
    channel = await there.new_channel()
    await there.group_add("class", channel)
    server.restart()
    waiting = asyncio.create_task(there.receive(channel))

    async with asyncio.timeout(60):
        while not waiting.done():
            await here.group_send("class", HINT)
            await asyncio.sleep(0.2)

    assert waiting.result() == HINT
