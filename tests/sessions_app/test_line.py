"""The connection by hand that the tests of the server's limits stand on."""

import socket
import struct
import threading

from tests.sessions_app.line import Line

RESET = struct.pack("ii", 1, 0)  # linger for no time: close() sends a reset


def _answer_and_reset(listening):
    visitor, _ = listening.accept()
    visitor.recv(1)
    visitor.sendall(b"too much\n")
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    visitor.close()


async def test_an_answer_is_read_although_a_reset_met_a_write_before():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answer_and_reset, args=(listening,)).start()
        port = listening.getsockname()[1]
        line = await Line.to(f"http://127.0.0.1:{port}")

        await line.send_all(iter(lambda: bytes(2**16), None))  # until it is refused

        assert await line.rest() == b"too much\n"
        line.close()
