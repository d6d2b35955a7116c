import pytest

from sessions_app.live.consumers.address_limit import AddressLimit
from sessions_app.live.protocol import CloseCode
from tests.sessions_app.live.patient_socket import PatientSocket

pytestmark = pytest.mark.real


async def stays_open(scope, receive, send):
    """Takes every socket and keeps it until it is closed or fails."""
    await receive()
    await send({"type": "websocket.accept"})
    if (await receive())["type"] == "websocket.receive":
        raise RuntimeError("a fault of the application")


@pytest.fixture
def limit(settings):
    settings.FER_SOCKETS_PER_ADDRESS = 1
    return AddressLimit(stays_open)


async def socket_from(limit, address):
    socket = PatientSocket(limit, "/")
    socket.scope["client"] = [address, 5000]
    await socket.connect()
    return socket


async def is_open(socket):
    return await socket.receive_nothing()


async def test_one_too_many_is_closed_and_another_address_is_not(limit):
    first = await socket_from(limit, "192.0.2.1")
    second = await socket_from(limit, "192.0.2.1")
    elsewhere = await socket_from(limit, "192.0.2.2")

    assert await is_open(first)
    assert await is_open(elsewhere)
    assert (await second.receive_output())["code"] == CloseCode.TOO_MANY


@pytest.mark.parametrize("other", ["2001:db8::1", "2001:db8::ffff:1"])
async def test_the_addresses_of_one_ipv6_network_count_as_one(limit, other):
    first = await socket_from(limit, "2001:db8::1")
    second = await socket_from(limit, other)
    elsewhere = await socket_from(limit, "2001:db8:0:1::1")

    assert await is_open(first)
    assert await is_open(elsewhere)
    assert (await second.receive_output())["code"] == CloseCode.TOO_MANY


async def test_a_socket_makes_room_however_it_ends(limit):
    leaving = await socket_from(limit, "192.0.2.1")
    await leaving.disconnect()

    failing = await socket_from(limit, "192.0.2.1")
    await failing.send_to(text_data="fail")
    with pytest.raises(RuntimeError):
        await failing.wait()

    last = await socket_from(limit, "192.0.2.1")
    assert await is_open(last)
