"""The public demo page where devices read: no picture and no number leaves the browser."""

import pytest

from tests.e2e.conftest import Platform, Teacher, camera_is_on
from tests.e2e.device_faults import SENTENCES, spoil
from tests.e2e.guest import Guest
from tests.e2e.pictures import DARK, PHONE, looked_at
from tests.e2e.relay import Relay

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def boss(browser, tmp_path_factory):
    """The admin of a school whose devices or whose server may read, with the page open."""
    platform = Platform(tmp_path_factory.mktemp("try-here"), FER_INFERENCE="either")
    platform.start()
    boss = Teacher(browser, platform.url)
    boss.log_in(account=1)
    boss.decide(demo=True, device_only=False)
    yield boss
    boss.close()
    platform.stop()


@pytest.fixture
def guest_behind(boss):
    """A guest's window behind a line that keeps what it sends."""
    opened = []

    def open_window(browser, **options):
        relay = Relay(boss.url).__enter__()
        opened.append((Guest(browser, relay.url, **options), relay))
        return opened[-1]

    yield open_window
    for guest, relay in opened:
        guest.close()
        relay.__exit__()


def _sockets(relay):
    return [
        upload for upload in relay.uploads if b"upgrade: websocket" in upload.lower()
    ]


def test_a_guests_device_reads_without_place_limit_or_line(browser, guest_behind):
    guest, relay = guest_behind(browser, **PHONE)
    guest.page.goto("/try/")
    guest.page.get_by_text("then nothing leaves it").wait_for()
    looked_at(guest.page, "try-here-consent-phone")

    guest.try_it()

    guest.page.get_by_text("Looks happy.").first.wait_for()
    guest.page.get_by_text("Pictures are read on this device. Nothing").wait_for()
    assert guest.page.locator("[data-dots] span").count() == 4
    assert not guest.page.get_by_role("timer").is_visible()
    assert _sockets(relay) == []
    looked_at(guest.page, "try-here-phone")
    guest.page.get_by_role("button", name="Stop").click()
    guest.wait_for("stopped")
    assert not camera_is_on(guest.page)
    guest.page.get_by_role("button", name="Start again").click()
    guest.wait_for("live")
    guest.page.locator("[data-face]").wait_for()


def test_where_a_device_cannot_the_server_reads_for_two_minutes(
    guest_behind, spoilt_browser
):
    guest, relay = guest_behind(spoilt_browser)
    spoil(guest.context, "no SIMD")

    guest.try_it()

    guest.page.get_by_text(SENTENCES["no SIMD"]).wait_for()
    guest.page.get_by_text("So your pictures are read on the server.").wait_for()
    assert guest.page.get_by_role("timer").is_visible()
    assert relay.frames_sent()
    looked_at(guest.page, "try-here-instead")


def test_where_devices_alone_read_such_a_guest_reads_why_and_sends_nothing(
    boss, guest_behind, spoilt_browser
):
    boss.decide(demo=True, device_only=True)
    guest, relay = guest_behind(spoilt_browser, **DARK)
    spoil(guest.context, "no file")

    guest.agree()

    guest.wait_for("unable")
    guest.page.get_by_text(SENTENCES["no file"]).wait_for()
    assert guest.page.get_by_role("button", name="Reload the page").is_visible()
    assert not camera_is_on(guest.page)
    assert _sockets(relay) == []
    looked_at(guest.page, "try-here-unable-dark")
    boss.decide(demo=True, device_only=False)


def test_switching_the_page_off_ends_a_visit_on_a_device_too(
    boss, browser, guest_behind
):
    guest, _ = guest_behind(browser)
    guest.try_it()

    boss.decide(demo=False)
    guest.wait_for("not_open")

    assert not camera_is_on(guest.page)
    boss.decide(demo=True)
