"""Open dashboards of a load test ask as a teacher's page does."""

import asyncio
import json

import pytest
from aiohttp import WSMsgType, web

from sessions_app.lab.dashboards import Dashboards
from sessions_app.lab.simulated_clients import Teacher

pytestmark = [pytest.mark.long, pytest.mark.real]

PATH = "/sessions/1/"


@pytest.fixture
async def server():
    """Two snapshots for each socket, the second after another closed minute."""
    asked = []

    async def timeline(request):
        asked.append(request.path)
        return web.Response(text=json.dumps({"closed_through": len(asked) // 4}))

    async def dashboard(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for through in (0, 5):
            snapshot = {"type": "snapshot", "closed_through": through}
            await socket.send_str(json.dumps({"type": "beat"}))
            await socket.send_str(json.dumps(snapshot))
        async for message in socket:
            assert message.type == WSMsgType.TEXT
        return socket

    app = web.Application()
    app.router.add_get(f"/api/v1{PATH}timeline/", timeline)
    app.router.add_get(f"/ws{PATH}dashboard/", dashboard)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", asked
    await runner.cleanup()


async def test_each_hears_snapshots_and_asks_for_new_minutes_alone(server):
    url, asked = server
    teacher = Teacher(url)
    watched = Dashboards(teacher, [PATH], 3)

    async with asyncio.timeout(20), watched.open():
        while len(watched.timelines_ms) < 6:  # noqa: ASYNC110 -- counts are all there is
            await asyncio.sleep(0.01)
    await teacher.leave()

    found = watched.report()
    assert (found["dashboards"], found["snapshots"]) == (3, 6)
    assert found["dashboards_closed"] == 0
    assert len(asked) == 6
    assert found["timeline_ms"]["p50"] > 0
