"""What a production server says and hands out to strangers, and what its log keeps of them."""

import pytest

from tests.production_server import production_server

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server():
    with production_server() as running:
        yield running


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_foreign_name_is_one_line_in_the_log_without_that_name(server, scheme):
    before = len(server.log.read_text().splitlines())
    headers = {"Host": "evil-words.example", "X-Forwarded-Proto": scheme}

    assert server.browser().ask("GET", "/", **headers).status == 400

    lines = server.log.read_text().splitlines()[before:]
    assert len([line for line in lines if "refused: DisallowedHost" in line]) == 1
    assert not [line for line in lines if "Traceback" in line or "evil" in line]


def test_a_form_with_too_many_fields_is_one_line_as_well(server):
    browser = server.browser()
    browser.get("/login/")
    before = len(server.log.read_text().splitlines())
    body = "&".join(f"evil{i}=1" for i in range(1001))
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    assert browser.ask("POST", "/login/", body, **form).status == 400

    lines = server.log.read_text().splitlines()[before:]
    assert any("refused: TooManyFieldsSent" in line for line in lines)
    assert not [line for line in lines if "Traceback" in line or "evil" in line]


def test_of_the_api_pages_library_only_what_the_page_uses_is_served(server):
    files = {
        path.name
        for path in (server.folder / "static").rglob("*")
        if path.suffix in {".js", ".map"} and "drf_spectacular_sidecar" in path.parts
    }

    assert not [name for name in files if "redoc" in name or name.endswith(".js.map")]
    page = server.browser()
    page.log_in()
    text = page.get("/api/v1/docs/").text
    [bundle] = [w for w in text.split('"') if "swagger-ui-bundle" in w]
    assert page.get(bundle).status == 200
