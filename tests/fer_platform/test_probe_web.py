import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from fer_platform.probe import web_complaint

pytestmark = [pytest.mark.long, pytest.mark.real]


@pytest.fixture
def web_process():
    """Answers as /healthz does; `asked` keeps what was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_web_process_is_asked_whether_it_lives(web_process):
    assert web_complaint(web_process.server_port) == ""
    assert web_process.asked == ["/healthz"]


def test_a_web_process_that_refuses_is_named_unwell(web_process):
    web_process.status = 503

    assert "503" in web_complaint(web_process.server_port)


def test_a_web_process_that_is_gone_is_named_so(web_process):
    web_process.shutdown()
    web_process.server_close()

    assert "does not answer" in web_complaint(web_process.server_port)
