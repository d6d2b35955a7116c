"""A camera that is open and gives nothing, one that never answers, a page without its Worker."""

import re

import pytest

from tests.e2e.conftest import (
    ON_ITS_WAY_MS,
    SCRIPTS_CHANGED_HERE,
    WITH_CAMERA,
    Student,
    camera_is_on,
    until,
)
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]

# The real camera through a tap: `flow` says what comes out of it.
TAP = """
globalThis.flow = "coming";
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const [track] = (await open(wanted)).getVideoTracks();
  const out = new MediaStreamTrackGenerator({ kind: "video" });
  const [reader, writer] = [
    new MediaStreamTrackProcessor({ track }).readable.getReader(),
    out.writable.getWriter(),
  ];
  const black = new OffscreenCanvas(640, 480);
  black.getContext("2d").fillRect(0, 0, 640, 480);
  let last = null;
  const shown = (frame) => {
    const { timestamp } = frame;
    if (flow === "black") return new VideoFrame(black, { timestamp });
    if (flow === "frozen" && last) return new VideoFrame(last, { timestamp });
    last?.close();
    last = frame.clone();
    return frame.clone();
  };
  (async () => {
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      if (flow !== "none") await writer.write(shown(frame));
      frame.close();
    }
  })();
  globalThis.mute = (muted) => {
    Object.defineProperty(out, "muted", { value: muted, configurable: true });
    out.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  };
  return new MediaStream([out]);
};
"""
NEVER_ANSWERS = "navigator.mediaDevices.getUserMedia = () => new Promise(() => {});"
ONLY_AT_SIXTY = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) =>
  wanted.video.frameRate
    ? Promise.reject(new OverconstrainedError("frameRate", ""))
    : open(wanted);
"""
KINDS = {
    "none": ("camera_silent", "Your camera sends no pictures."),
    "black": ("camera_black", "Your camera's pictures are black."),
    "frozen": ("camera_frozen", "Your camera's picture is frozen."),
}


@pytest.fixture
def attend(teacher, visitors):
    """A student of a new class, whose page a script changed before it began."""

    def student(title, *, script="", expression=True, **options):
        student = visitors(Student, **options)
        student.page.add_init_script(script)
        student.join(teacher.open_class(title), expression=expression, camera=False)
        return student

    return student


def tap_once(student):
    student.page.get_by_role("button", name="All good").click()
    student.page.get_by_text("Your tap counts until").wait_for()


@pytest.mark.parametrize(
    ("flow", "window"),
    [
        ("none", PHONE),
        ("black", DARK),
        ("frozen", {}),
    ],
)
def test_an_open_camera_without_pictures_is_no_taking_part(
    attend, platform, flow, window
):
    student = attend(f"Flow: {flow}", script=TAP, **window)
    student.wait_for_result()
    student.wait_for_state("live")
    state, sentence = KINDS[flow]

    student.page.evaluate(f"flow = '{flow}'")
    student.wait_for_state(state)

    assert student.page.get_by_text(sentence).is_visible()
    looked_at(student.page, f"camera-{flow}")
    student.page.wait_for_timeout(ON_ITS_WAY_MS)
    sent = platform.frames_answered()
    student.page.wait_for_timeout(5000)
    assert platform.frames_answered() == sent
    student.page.evaluate("flow = 'coming'")
    student.wait_for_state("live")
    until(lambda: platform.frames_answered() > sent)


def test_a_muted_camera_is_told_at_once_and_comes_back_by_itself(attend):
    student = attend("Muted", script=TAP)
    student.wait_for_state("live")

    student.page.evaluate("mute(true)")
    student.wait_for_state("camera_silent")  # pictures still come: it was told
    student.page.wait_for_timeout(5000)
    assert student.state() == "camera_silent"
    student.page.evaluate("mute(false)")

    student.wait_for_state("live")


def test_a_camera_that_never_answers_leaves_a_way_on(attend):
    student = attend("Never answers", script=NEVER_ANSWERS, **PHONE)
    student.wait_for_state("camera_starting")
    assert student.page.get_by_role("button", name="Continue without it").is_visible()

    student.page.get_by_text("The camera has not answered yet").wait_for()
    looked_at(student.page, "camera-pending-phone")
    student.page.get_by_role("button", name="Try again").click()
    student.page.get_by_role("button", name="Continue without it").click()

    student.wait_for_state("camera_off")
    tap_once(student)


def test_a_camera_that_is_asked_too_much_is_opened_as_it_is(attend):
    student = attend("Sixty a second", script=ONLY_AT_SIXTY)

    student.wait_for_state("live")
    student.wait_for_result()


@pytest.mark.parametrize("way", ["does not load", "draws nothing"])
def test_without_its_worker_the_page_has_the_pulse_and_tells_of_the_camera(
    teacher, visitors, launch, way
):
    window = PHONE if way == "draws nothing" else DARK
    student = visitors(Student, launch(*WITH_CAMERA, SCRIPTS_CHANGED_HERE), **window)

    def answer(route):
        if way == "does not load":
            route.abort()
        else:
            script = route.fetch()
            body = f"delete self.OffscreenCanvas;{script.text()}"
            route.fulfill(response=script, body=body)

    student.context.route("**/capture*.js", answer)
    code = teacher.open_class(f"The Worker {way}")
    student.join(code, camera=False)

    student.wait_for_state("camera_error")
    problem = student.page.locator("[data-camera-problem]").inner_text()
    assert problem.startswith(
        "The part of this page that reads the camera"
        if way == "does not load"
        else "This browser cannot prepare camera pictures"
    )
    reload = student.page.get_by_role("button", name="Reload the page")
    assert reload.is_visible() == (way == "does not load")
    assert not student.page.get_by_role("button", name="Try again").is_visible()
    assert not camera_is_on(student.page)
    looked_at(student.page, f"worker-{way.replace(' ', '-')}")
    tap_once(student)
    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    student.wait_for_state("paused")


# A camera that the site's settings block, as Chromium reports it.
BLOCKED = """
const query = navigator.permissions.query.bind(navigator.permissions);
globalThis.site = Object.assign(new EventTarget(), { state: "denied" });
navigator.permissions.query = async (what) => what.name === "camera" ? site : query(what);
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) =>
  site.state === "granted"
    ? open(wanted)
    : Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
"""
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)
TOUCHED = {"has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(
    ("window", "steps"),
    [
        (DARK, "Click the symbol left of the address"),
        (PHONE | TOUCHED | {"user_agent": IPHONE}, "Tap the symbol beside the address"),
    ],
    ids=["desktop", "iPhone"],
)
def test_a_blocked_camera_is_explained_at_the_top_for_this_device(
    attend, window, steps
):
    student = attend("Blocked", script=BLOCKED, **window)
    page = student.page

    student.wait_for_state("camera_error")

    said = page.get_by_role("alert").filter(has_text="The camera is blocked")
    assert steps in said.inner_text()
    words, preview = said.bounding_box(), page.locator(".preview").bounding_box()
    taps = page.locator(".taps").bounding_box()
    assert words["y"] + words["height"] <= min(preview["y"], taps["y"])
    assert words["y"] + words["height"] <= page.viewport_size["height"]
    looked_at(page, f"camera-blocked-{page.viewport_size['width']}")
    page.reload()  # nothing is asked, so the page says it at once, also then
    student.wait_for_state("camera_error")
    page.get_by_role("button", name="Try again").press("Enter")
    student.wait_for_state("camera_error")

    page.evaluate("site.state = 'granted'; site.dispatchEvent(new Event('change'))")

    student.wait_for_state("live")
    assert not said.is_visible()


def test_a_phone_keeps_its_screen_on_while_its_camera_is_read(attend, teacher):
    script = """
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    globalThis.locks = [];
    navigator.wakeLock.request = async (kind) => {
      const lock = await request(kind);
      locks.push(lock);
      return lock;
    };
    """
    phone = attend("Awake", script=script, **PHONE, **TOUCHED)
    page = phone.page
    phone.wait_for_state("live")
    page.get_by_text("The screen stays on by itself.").wait_for()
    assert not page.get_by_text("Keep the screen on, too").is_visible()
    assert page.evaluate("locks.map((lock) => lock.released)") == [False]

    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    phone.wait_for_state("paused")
    page.wait_for_function("locks.every((lock) => lock.released)")


def test_where_a_browser_keeps_no_screen_on_the_words_say_so(attend):
    script = "delete Navigator.prototype.wakeLock"
    phone = attend("Dims", script=script, **PHONE, **TOUCHED)
    phone.wait_for_state("live")

    assert phone.page.get_by_text("Keep the screen on, too").is_visible()
    assert not phone.page.get_by_text("stays on by itself").is_visible()


def test_no_text_speaks_of_a_signal_that_is_not_there(teacher, visitors):
    code = teacher.open_class("Geology", camera=False)
    student = visitors(Student, **PHONE, **TOUCHED)
    student.page.goto(f"/j/{code}/")
    seen = [student.page.locator("main").inner_text()]
    student.page.locator("label:has(input[name=pulse][value=no])").tap()
    student.page.get_by_role("button", name=re.compile("^Join the")).tap()
    student.wait_for_state("not_offered")
    seen.append(student.page.locator("main").inner_text())
    student.page.get_by_role("button", name="Your choices").tap()
    seen.append(student.page.get_by_role("dialog").inner_text())
    student.page.goto(f"/j/{code}/my-data/")
    seen.append(student.page.locator("main").inner_text())

    for text in seen:
        assert not re.search(r"camera|\bface|expression|looked like", text, re.I), text
    assert "I am lost" not in seen[1]
    assert "tap" not in seen[1]


def test_a_tap_can_be_taken_back(attend):
    student = attend("Taken back", expression=False, **PHONE, **TOUCHED)
    page = student.page
    button = page.get_by_role("button", name="I am lost")
    button.tap()
    page.get_by_text("Tap it again to take it back").wait_for()
    assert button.get_attribute("aria-pressed") == "true"

    button.tap()

    page.get_by_text("Your tap is taken back.").wait_for()
    assert button.get_attribute("aria-pressed") == "false"
    looked_at(page, "tap-taken-back")


def test_texts_speak_of_what_was_chosen_and_of_the_device(attend, teacher, visitors):
    shown = "span:visible >> text=One tap below tells your teacher"
    others = "Students counted in the last minute"
    student = attend("Chosen", expression=False)
    student.wait_for_state("not_chosen")
    assert student.page.locator(shown).count() == 1
    assert not student.page.get_by_text(others).is_visible()
    nothing = visitors(Student)
    nothing.join(teacher.open_class("Nothing"), expression=False, pulse=False)
    nothing.wait_for_state("not_chosen")
    assert nothing.page.locator(shown).count() == 0

    phone = attend("On a phone", **PHONE, has_touch=True, is_mobile=True)
    phone.wait_for_state("live")
    assert phone.page.get_by_text("Keep this page in front: a phone").is_visible()
    assert not phone.page.get_by_text("works in the background").is_visible()
    assert phone.page.get_by_text(others).is_visible()
    looked_at(phone.page, "live-on-a-phone")
