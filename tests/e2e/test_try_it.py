"""The public demo page in a real browser: what it shows, and every way in which it ends."""

import re

import pytest

from sessions_app.live.demo.demo_slots import LASTS_S, PLACES
from tests.e2e.conftest import (
    Teacher,
    camera_is_on,
    until,
)
from tests.e2e.guest import Guest
from tests.e2e.pictures import DARK, PHONE, looked_at
from tests.e2e.relay import NOTICED_WITHIN_S, Relay

pytestmark = [pytest.mark.long, pytest.mark.e2e]

ANSWERED = """() => ["live", "all_taken"].includes(
  document.querySelector("[data-try]").dataset.state)"""
# Keeps what the capture Worker told the page.
LISTEN = """globalThis.told = [];
globalThis.Worker = class extends Worker {
  constructor(...how) {
    super(...how);
    this.addEventListener("message", ({ data }) => data.jpeg && told.push(data));
  }
};"""
# What is shown, all of one moment, and the answer about the very frame that is drawn.
SHOWN = """async () => {
  const part = (selector) => document.querySelector(selector);
  const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, 320, 240).data;
  const frame = pixels(part("[data-part=frame]"));
  const shown = {
    right: 100 - parseFloat(part("[data-face]").style.insetInlineStart),
    number: parseInt(part("[data-score=happy] [data-value]").textContent),
    bar: part("[data-score=happy] .bar > span").getBoundingClientRect().width
      / part("[data-score=happy] .bar").getBoundingClientRect().width,
  };
  for (const answer of told.toReversed()) {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const jpeg = new Blob([answer.jpeg], { type: "image/jpeg" });
    canvas.getContext("2d").drawImage(await createImageBitmap(jpeg), 0, 0);
    if (pixels(canvas).every((value, i) => value === frame[i])) return { shown, answer };
  }
  return { shown };
}"""
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def switch(browser, platform):
    """Let an admin switch the demo page on or off."""
    boss = Teacher(browser, platform.url)
    boss.log_in(account=1)

    def to(on):
        boss.decide(demo=on)

    to(True)
    yield to
    to(False)
    boss.close()


def test_nobody_finds_the_page_while_it_is_off(switch, visitors):
    guest = visitors(Guest)
    switch(False)

    def status():
        return guest.page.goto("/try/").status

    until(lambda: status() == 404)
    guest.page.goto("/")
    assert guest.page.get_by_role("link", name="See what the engine sees").count() == 0
    switch(True)
    until(lambda: status() == 200)
    guest.page.goto("/")
    guest.page.get_by_role("link", name="See what the engine sees").click()
    guest.page.get_by_role("button", name="I agree").wait_for()


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("desktop", DESKTOP),
        ("phone", PHONE),
        ("dark", DARK),
    ],
)
def test_a_guest_sees_face_landmarks_and_scores_and_stops(
    switch, visitors, name, window
):
    guest = visitors(Guest, **window)
    page = guest.page
    page.goto("/try/")
    looked_at(page, f"try-consent-{name}")
    assert not camera_is_on(page)

    guest.try_it()

    page.get_by_text("Looks happy.").first.wait_for()
    page.get_by_text(re.compile(r"^Happy, \d+ %$")).wait_for()
    looked_at(page, f"try-live-{name}")
    face, preview = (
        page.locator(part).bounding_box() for part in ("[data-face]", ".preview")
    )
    assert 0.05 < face["width"] / preview["width"] < 0.6
    assert page.locator("[data-dots] span").count() == 4
    assert re.fullmatch(
        r"[01]:\d\d left|2:00 left", page.get_by_role("timer").inner_text()
    )
    happy = page.locator("[data-score=happy] [data-value]").inner_text()
    assert int(happy.removesuffix(" %")) >= 50

    page.get_by_role("button", name="Stop").click()
    guest.wait_for("stopped")
    assert not camera_is_on(page)
    looked_at(page, f"try-stopped-{name}")


@pytest.mark.timeout(600)
def test_with_all_places_taken_a_guest_is_told_and_gets_in_once_somebody_leaves(
    switch, visitors
):
    guests = [visitors(Guest) for _ in range(PLACES)]
    for guest in guests:
        guest.agree()
    for guest in guests:
        guest.wait_for("live", within_s=90)
    late = visitors(Guest, **PHONE)

    late.agree()

    late.wait_for("all_taken")
    assert not camera_is_on(late.page)
    looked_at(late.page, "try-all-taken-phone")
    guests[0].page.close()

    def gets_in():
        late.page.get_by_role("button", name="Try again").click()
        late.page.wait_for_function(ANSWERED)
        return late.page.locator("[data-try][data-state=live]").count() == 1

    until(gets_in)  # the server hears of the closed page in its own time


@pytest.mark.timeout(600)
def test_after_two_minutes_the_time_is_over_and_the_camera_off(switch, visitors):
    guest = visitors(Guest, **DESKTOP)
    guest.try_it()

    guest.wait_for("over", within_s=LASTS_S + 20)

    assert not camera_is_on(guest.page)
    looked_at(guest.page, "try-over-desktop")
    guest.page.get_by_role("button", name="Start again").click()
    guest.wait_for("live")


def test_switching_the_page_off_ends_a_visit(  # how soon: consumers/test_visitor.py
    switch, visitors
):
    guest = visitors(Guest)
    guest.try_it()

    switch(False)
    guest.wait_for("not_open")

    assert not camera_is_on(guest.page)
    switch(True)


@pytest.mark.parametrize(
    ("switches", "problem"),
    [
        (
            ["--use-fake-device-for-media-stream", "--deny-permission-prompts"],
            "blocked",
        ),
        ([], "No camera was found"),
    ],
    ids=["denied", "no camera"],
)
def test_without_a_camera_a_guest_reads_why(
    switch, visitors, launch, switches, problem
):
    guest = visitors(Guest, launch(*switches), **DESKTOP)

    guest.agree()

    guest.wait_for("camera_error")
    guest.page.get_by_text(problem).wait_for()
    looked_at(guest.page, f"try-camera-{problem.split()[0].lower()}")
    guest.page.get_by_role("button", name="Cancel").click()
    guest.wait_for("stopped")


def test_face_numbers_and_bars_are_those_of_the_frame_that_is_shown(switch, visitors):
    guest = visitors(Guest, **DESKTOP)
    guest.page.add_init_script(LISTEN)
    guest.try_it()

    for _ in range(8):
        guest.page.wait_for_timeout(370)
        found = guest.page.evaluate(SHOWN)
        shown, answer = found["shown"], found["answer"]
        assert shown["right"] == pytest.approx(100 * answer["box"][2] / 320, abs=0.1)
        assert shown["number"] == round(100 * answer["scores"]["happy"])
        assert shown["bar"] == pytest.approx(answer["scores"]["happy"], abs=0.02)


def test_a_line_that_falls_silent_ends_a_visit_within_half_a_minute(
    switch, browser, platform
):
    with Relay(platform.url) as relay:
        guest = Guest(browser, relay.url, **PHONE)
        guest.try_it()

        relay.fall_silent()

        guest.wait_for("lost", within_s=NOTICED_WITHIN_S)
        assert not camera_is_on(guest.page)
        relay.speak()
        guest.close()
