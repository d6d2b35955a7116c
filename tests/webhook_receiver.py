"""A real receiver of webhooks: it answers as it is told and keeps what came."""

import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Listens at 127.0.0.1; with a certificate it speaks TLS."""

    daemon_threads = True

    def __init__(self, *, certificate=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls, self.status, self.location, self.drips = [], 204, "", False
        self.port = self.server_address[1]
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*map(str, certificate))
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, dict(self.headers), body))
        if self.server.drips:
            for letter in b"HTTP/1.1 200 " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                time.sleep(0.3)
            return
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_):
        pass
