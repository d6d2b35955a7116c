import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from inference.detection.files import YUNET, KnownFile
from inference.tools.fetch import SOURCES, FetchFailed, fetch

pytestmark = pytest.mark.real

CONTENT = b"a network" * 1000
KNOWN = KnownFile("network.onnx", hashlib.sha256(CONTENT).hexdigest(), "Fetch it.")


@pytest.fixture
def mirror():
    """A web server with a folder of files, and the list of what was asked for."""
    files, asked = {"/models/network.onnx": CONTENT}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path not in files:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(files[self.path])

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}/models/"
    server.files, server.asked = files, asked
    yield server
    server.shutdown()
    server.server_close()


def test_a_file_is_fetched_from_a_mirror_into_a_new_folder(tmp_path, mirror):
    new = fetch(KNOWN, tmp_path / "models", mirror=mirror.address)

    assert new
    assert [p.name for p in (tmp_path / "models").iterdir()] == ["network.onnx"]
    assert (tmp_path / "models" / "network.onnx").read_bytes() == CONTENT


def test_a_file_that_is_there_is_not_fetched_again(tmp_path, mirror):
    fetch(KNOWN, tmp_path, mirror=mirror.address)

    assert not fetch(KNOWN, tmp_path, mirror=mirror.address)
    assert len(mirror.asked) == 1


def test_a_damaged_file_is_replaced(tmp_path, mirror):
    (tmp_path / "network.onnx").write_bytes(CONTENT[:100])

    assert fetch(KNOWN, tmp_path, mirror=mirror.address)
    assert (tmp_path / "network.onnx").read_bytes() == CONTENT


def test_other_content_is_refused_and_nothing_is_stored(tmp_path, mirror):
    mirror.files["/models/network.onnx"] = b"an error page"

    with pytest.raises(FetchFailed, match=r"holds another file.*--mirror"):
        fetch(KNOWN, tmp_path, mirror=mirror.address)

    assert list(tmp_path.iterdir()) == []


def test_an_absent_file_says_so_with_a_remedy(tmp_path, mirror):
    del mirror.files["/models/network.onnx"]

    with pytest.raises(FetchFailed, match=r"404.*give --mirror"):
        fetch(KNOWN, tmp_path, mirror=mirror.address)


def test_a_mirror_that_does_not_answer_says_so(tmp_path):
    with pytest.raises(FetchFailed, match="could not be read"):
        fetch(KNOWN, tmp_path, mirror="http://127.0.0.1:1/")


@pytest.mark.parametrize("address", ["file:///etc", "ftp://127.0.0.1", "models"])
def test_only_web_addresses_are_asked(tmp_path, address):
    with pytest.raises(FetchFailed, match="no web address"):
        fetch(KNOWN, tmp_path, mirror=address)


def test_yunet_has_a_source():
    assert SOURCES[YUNET].startswith("https://")
