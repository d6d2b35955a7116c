"""Many addresses at once make the server forget nobody's limit."""

import http.client

import pytest

from tests.production_server import production_server

pytestmark = [pytest.mark.long, pytest.mark.real]

CROWD = 400  # more than Django's cache in memory keeps unless told otherwise


@pytest.fixture(scope="module")
def server():
    with production_server(FER_EMOTION_INFERENCE="off") as running:
        yield running


def ask_from(address, server):
    """A stranger's call of the API; its status."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", server.port, timeout=120, source_address=(address, 0)
    )
    standard = {"Host": "localhost", "X-Forwarded-Proto": "https"}
    connection.request("GET", "/api/v1/sessions/", headers=standard)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_crowd_of_addresses_lifts_nobodys_limit(server):
    while ask_from("127.0.0.1", server) != 429:
        pass
    for i in range(CROWD):
        assert ask_from(f"127.1.{i // 250}.{1 + i % 250}", server) == 401

    assert ask_from("127.0.0.1", server) == 429
