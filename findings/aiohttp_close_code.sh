#!/usr/bin/env bash
# aiohttp's WebSocket client forgets the code that the server closed with where it is late:
# `receive` answers the close by itself, and where the server has hung up meanwhile, that
# answer fails and `close_code` says 1006. The message that `receive` returns still holds the
# server's code, and with `autoclose=False` `close_code` keeps it. Run it; it ends with a
# status other than 0 where aiohttp does otherwise.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aiohttp==3.14.5
"$folder/venv/bin/python" - <<'PYTHON'
import asyncio
import sys

import aiohttp
from aiohttp import web


async def closes(request):
    """Close with 4403, and hang up without waiting for the client's answer."""
    socket = web.WebSocketResponse(autoclose=False, timeout=0.1)
    await socket.prepare(request)
    await socket.close(code=4403)
    request.transport.close()
    return socket


async def seen(address, *, late, autoclose):
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(address, autoclose=autoclose)
        if late:
            await asyncio.sleep(1)
        message = await socket.receive()
        return message.data, socket.close_code


async def main():
    app = web.Application()
    app.router.add_get("/", closes)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = "http://127.0.0.1:{}/".format(runner.addresses[0][1])
    codes = {
        "in time": await seen(address, late=False, autoclose=True),
        "late": await seen(address, late=True, autoclose=True),
        "late, autoclose=False": await seen(address, late=True, autoclose=False),
    }
    await runner.cleanup()
    return codes


codes = asyncio.run(main())
for when, (message, close_code) in codes.items():
    print(f"aiohttp {aiohttp.__version__}, {when}: message {message}, close_code {close_code}")
sys.exit(
    codes
    != {
        "in time": (4403, 4403),
        "late": (4403, 1006),
        "late, autoclose=False": (4403, 4403),
    }
)
PYTHON
