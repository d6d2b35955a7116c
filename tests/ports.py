"""Ports for servers of the tests, each given once while the tests run."""

import socket

_HELD = []


def free_port() -> int:
    """A port of 127.0.0.1 that is kept for a server until the tests are over.

    It is bound and not listened on, so the system gives it to nobody else, a connection
    to it is refused, and a server may listen there, now and after each restart: servers
    set SO_REUSEADDR, as is done here.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _HELD.append(held)
    return int(held.getsockname()[1])
