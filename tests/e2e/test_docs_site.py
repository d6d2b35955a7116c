"""The documentation as readers get it: built for real, and opened in a browser."""

import http.server
import subprocess
import threading
from functools import partial
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import ROOT
from tests.e2e.page_faults import AXE, FAULTS

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(900)]
SITE = ROOT / "build" / "site"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    subprocess.run(["make", "docs"], cwd=ROOT, check=True)
    handler = partial(Quiet, directory=SITE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(launch, site):
    """A page that notes which address was asked for, and what came of it."""
    page = launch().new_page()
    page.asked = {}
    page.on("response", lambda answer: page.asked.update({answer.url: answer.status}))
    page.on("requestfailed", lambda request: page.asked.update({request.url: 0}))
    yield page
    page.close()


def test_no_page_asks_another_host_or_for_what_is_not_there(page, site):
    built = sorted(SITE.rglob("*.html"))
    for path in built:
        page.goto(f"{site}/{path.relative_to(SITE)}")
        page.wait_for_load_state("load")

    assert len(built) > 50
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(site).netloc}
    assert {url for url, status in page.asked.items() if status not in (200, 304)} == (
        set()
    )


def test_a_teacher_finds_the_guide_by_the_menu_and_by_searching(page, site):
    page.goto(f"{site}/index.html")
    page.get_by_role("link", name="Teacher's guide").first.click()
    page.get_by_role("heading", name="Let students in").wait_for()
    assert page.evaluate(
        "[...document.images].every((image) => image.complete && image.naturalWidth)"
    )

    page.goto(f"{site}/search.html?q=co-teacher")
    page.locator("#search-results a", has_text="Teacher").first.click()
    page.get_by_role("heading", name="Steer the lesson").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("guide", ["student", "teacher", "admin"])
def test_a_guide_serves_every_reader(guide, scheme, page, site):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/docs/guides/{guide}.html")
    page.evaluate(AXE)

    assert page.evaluate(FAULTS, None) == []
