"""On a machine's IPv6 address: what is printed can be clicked, and limits count it."""

import re
import socket

import aiohttp
import pytest

from inference.cluster.redis_client import shown
from sessions_app.lab.server_process import served

pytestmark = [pytest.mark.long, pytest.mark.real]


def _has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("bind", ["::1", "[::1]"])
async def test_the_address_that_is_printed_leads_there(bind):
    named = {"FER_ALLOWED_HOSTS": "[::1]", "FER_API_ANONYMOUS_RATE": "2/min"}
    with served(named, "--bind", bind) as running:
        printed = re.search(r"Ready: (\S+)", running.log.read_text())[1]
        assert printed.startswith("http://[::1]:")
        async with aiohttp.ClientSession() as http:
            statuses = []
            for path in ("", *["api/v1/courses/"] * 3):
                async with http.get(f"{printed}{path}") as answer:
                    statuses.append(answer.status)

    assert statuses == [200, 401, 401, 429]


def test_a_redis_on_ipv6_is_named_with_brackets():
    assert shown("redis://:secret@[2001:db8::7]:6380/1") == (
        "redis://[2001:db8::7]:6380/1"
    )
