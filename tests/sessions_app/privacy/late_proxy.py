"""A proxy before a server, through which every answer comes late."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit


@contextlib.contextmanager
def late(url, by_s=0.4):
    """The address under which the server's answers come `by_s` seconds late."""
    target = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        arguments = (listening, (target.hostname, target.port), by_s)
        threading.Thread(target=_accept, args=arguments, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _accept(listening, target, by_s):
    with contextlib.suppress(OSError):  # it was closed
        while True:
            browser, _ = listening.accept()
            server = socket.create_connection(target)
            for pair in ((browser, server, 0.0), (server, browser, by_s)):
                threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(source, sink, by_s):
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            time.sleep(by_s)
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
