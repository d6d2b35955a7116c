"""At the cluster's door: what is too much, and what goes on without a Redis."""

import contextlib
import http.client
import time
from urllib.parse import urlsplit

import pytest

from tests.cluster.topology import HERE, until

MB = 1_000_000
PIECE = bytes(64 * 1024)


def places(platform):
    """The proxy, and a web process itself."""
    return urlsplit(platform.url).port, platform.port("web-1")


def post(port, *, chunked):
    """Send 200 MB, or as much as is taken; the answer's status."""
    connection = http.client.HTTPConnection(HERE, port, timeout=60)
    header = (
        ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", 200 * MB)
    )
    connection.putrequest("POST", "/healthz")
    connection.putheader(*header)
    connection.endheaders()
    piece = b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE
    with contextlib.suppress(ConnectionError):
        for _ in range(200 * MB // len(PIECE)):
            connection.send(piece)
    try:
        return connection.getresponse().status
    except ConnectionError:  # cut off before all of it was sent
        return None
    finally:
        connection.close()


@pytest.mark.parametrize(
    "chunked",
    [
        pytest.param(False, id="told"),
        pytest.param(True, id="chunked", marks=pytest.mark.long),
    ],
)
def test_200_megabytes_are_refused_and_cost_nothing(platform, chunked):
    before_mb = platform.rss_mb("web-1") + platform.rss_mb("web-2")

    for port in places(platform):
        assert post(port, chunked=chunked) in {413, None}

    after_mb = platform.rss_mb("web-1") + platform.rss_mb("web-2")
    assert after_mb - before_mb < 20
    assert platform.is_ready("web-1")


@pytest.mark.long
@pytest.mark.parametrize("part", ["redis", "live-redis"])
def test_while_a_redis_is_silent_the_proxy_still_finds_the_pages(platform, part):
    def status(path):
        connection = http.client.HTTPConnection(
            HERE, urlsplit(platform.url).port, timeout=60
        )
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    platform.freeze(part)
    try:
        ends_at = time.monotonic() + 15  # the proxy asks every two seconds
        while time.monotonic() < ends_at:
            assert {status("/"), status("/login/"), status("/privacy/")} == {200}
    finally:
        platform.thaw(part)
    until(platform.workers_work, within_s=120)
