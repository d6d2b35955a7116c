"""An end for connections whose other side sends a byte now and then.

The time-out of a socket begins again with each byte that comes.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def hang_up_after(seconds: float, sock: socket.socket) -> Iterator[threading.Event]:
    """Shut the connection down if what is done with it takes longer; then set the event."""
    cut = threading.Event()
    watch = threading.Timer(seconds, _hang_up, [sock, cut])
    watch.daemon = True
    watch.start()
    try:
        yield cut
    finally:
        watch.cancel()


def _hang_up(sock: socket.socket, cut: threading.Event) -> None:
    cut.set()
    with suppress(OSError):  # it is closed already
        sock.shutdown(socket.SHUT_RDWR)
