"""Panels in a frame of another site, in a browser: a student's, a teacher's; and what is refused.

Ours is at 127.0.0.1 and the meeting at localhost: for browsers two sites.
"""

import contextlib
import html
import math
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import (
    CHROMIUM,
    QUIET,
    SCREENSHOTS,
    SCRIPTS_CHANGED_HERE,
    WITH_CAMERA,
    Platform,
    Student,
    Teacher,
    Visitor,
    until,
)
from tests.e2e.page_faults import AXE, FAULTS, SETTLED, fit_faults
from tests.e2e.pictures import PHONE, looked_at

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

BUTTON = "Open in a new tab"
WIDTHS = (280, 400)  # of a side panel
NO_LOOPBACK = (
    "class.test"  # a name at which a browser keeps no Secure cookie without HTTPS
)


class MeetingPage(BaseHTTPRequestHandler):
    """A page of another site with a panel beside it, which hears all that the panel says."""

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)
        if self.path == "/heard.js":
            script = 'window.heard = []; addEventListener("message", (e) => heard.push(e.data));'
            return self._answer(script, "text/javascript")
        if "src" not in asked:  # its icon
            return self.send_error(404)
        width = asked.get("width", ["360"])[0]
        frame = (
            f'<iframe src="{html.escape(asked["src"][0])}" title="Classmood" '
            f'width="{width}" height="640"></iframe>'
        )
        page = f'<script src="/heard.js"></script><title>A meeting</title>{frame}'
        return self._answer(f'<!doctype html><html lang="en">{page}', "text/html")

    def _answer(self, text, kind):
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Nothing."""


class Meeting:
    def __init__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), MeetingPage)
        self.port = self._server.server_port
        self.url = f"http://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, panel, width=360, host="localhost"):
        return f"http://{host}:{self.port}/?width={width}&src={quote(panel)}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def meeting():
    meeting = Meeting()
    yield meeting
    meeting.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, meeting):
    platform = Platform(
        tmp_path_factory.mktemp("panel"),
        FER_FRAME_ORIGINS=meeting.url,
        FER_ALLOWED_HOSTS=f"127.0.0.1,localhost,{NO_LOOPBACK}",
    )
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="module")
def site_of_devices(tmp_path_factory, meeting):
    """One whose students' own browsers read."""
    platform = Platform(
        tmp_path_factory.mktemp("devices"),
        FER_FRAME_ORIGINS=meeting.url,
        FER_INFERENCE="device",
    )
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def people(browser, site):
    with contextlib.ExitStack() as opened:

        def come(kind, in_browser=None, **options):
            visitor = kind(in_browser or browser, site.url, **options)
            opened.callback(visitor.close)
            return visitor

        yield come


@pytest.fixture
def teacher(people):
    teacher = people(Teacher)
    teacher.log_in()
    return teacher


def open_lesson(teacher, *, camera=True, seen=False):
    page = teacher.page
    page.goto("/sessions/new/")
    page.get_by_label("Title").fill("Continental drift")
    page.get_by_label("Facial expression").set_checked(camera)
    page.get_by_label("Students see the class's result").set_checked(seen)
    page.get_by_role("button", name="Create the lesson").click()
    page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))
    page.get_by_role("button", name="Start the lesson").click()
    page.get_by_role("button", name="End", exact=True).wait_for()


def copied(page, which):
    """The address in the markup that the teacher's page offers, as it is copied."""
    page.locator("details", has_text="Beside the meeting").evaluate(
        "details => (details.open = true)"
    )
    markup = page.locator(f"[data-copy*=iframe][data-copy*='{which}']")
    return re.search(r'src="([^"]+)"', markup.get_attribute("data-copy"))[1]


def frame_of(page):
    return next(f for f in page.frames if f.parent_frame)


def open_tab(visitor):
    with visitor.context.expect_page() as opened:
        visitor.page.frame_locator("iframe").get_by_role("link", name=BUTTON).click()
    opened.value.wait_for_load_state()
    return opened.value


def picture(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"panel-{name}.png")


def looked_into(visitor, meeting, panel, name):
    """The panel's faults for readers, light and dark, as narrow as side panels are."""
    faults = []
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width + 20, "height": 700})
        visitor.page.goto(meeting.page(panel, width))
        shown = visitor.page.frame_locator("iframe").locator("h1:visible")
        expect(shown.first).not_to_have_text(re.compile("Connecting|One moment"))
        frame = frame_of(visitor.page)
        frame.evaluate(AXE)
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme)
            frame.wait_for_function(
                f"() => matchMedia('(prefers-color-scheme: {scheme})').matches"
            )
            frame.evaluate(SETTLED)
            rules = None if scheme == "light" else ["color-contrast"]
            faults += frame.evaluate(FAULTS, rules)
            picture(visitor.page, f"{name}-{width}-{scheme}")
        faults += fit_faults(frame, f"in {name} at {width} px")
    assert faults == []
    visitor.page.emulate_media(color_scheme="light")


def test_a_student_takes_part_beside_the_meeting(teacher, people, meeting, site):
    open_lesson(teacher)
    panel = copied(teacher.page, "/panel/j/")
    looked_at(teacher.page, "panel-copied")
    mia = people(Student)
    looked_into(mia, meeting, panel, "student-unconnected")
    mia.page.goto(meeting.page(panel))
    frame = mia.page.frame_locator("iframe")

    # The tab asks, has the camera, and the panel follows.
    tab = open_tab(mia)
    for name in ("expression", "pulse"):
        tab.locator(f"input[name={name}][value=yes]").check()
    tab.get_by_role("button", name="Join the lesson").click()
    tab.locator("[data-scores-empty]").wait_for(state="hidden")
    expect(frame.get_by_text("The lesson is running.")).to_be_visible()
    expect(
        frame.get_by_text("Your camera is on, in the lesson's own tab.")
    ).to_be_visible()
    assert frame.locator("video").count() == 0
    # Its contexts are like windows in private mode: a frame has cookies, but no storage.
    tab = follows_the_own_result(
        mia, tab, "student", lambda: load_frame_again(mia.page)
    )
    says_no(mia, tab, yes_again=True)
    looked_into(mia, meeting, panel, "student")

    # By keys alone; the pulse is the one student's.
    mia.page.goto(meeting.page(panel))
    too_fast = frame.get_by_role("button", name="Too fast")
    expect(too_fast).to_be_enabled()
    too_fast.focus()
    mia.page.keyboard.press("Tab")
    expect(frame.get_by_role("button", name="All good")).to_be_focused()
    mia.page.keyboard.press("Shift+Tab")
    mia.page.keyboard.press("Enter")
    expect(frame.get_by_text("Your tap counts until")).to_be_visible()
    share = teacher.page.locator("[data-share=too_fast] [data-value]").first
    until(lambda: share.inner_text() == "100 %")

    # What each side knows of the other.
    cookies = {c["name"]: c for c in mia.context.cookies() if "panel-" in c["name"]}
    assert set(cookies) == {"panel-student", "panel-csrftoken"}
    for cookie in cookies.values():
        assert cookie["sameSite"] == "None"
        assert cookie["secure"]
        assert cookie["partitionKey"] == "http://localhost"
    assert mia.page.evaluate("heard") == []
    assert mia.page.evaluate("frames[0].length") == 0

    # A pause, and the end.
    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    expect(frame.get_by_text("Your teacher has paused the lesson.")).to_be_visible()
    expect(frame.get_by_role("button", name="All good")).to_be_disabled()
    with mia.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the lesson's page").click()
    expect(opened.value.locator("[data-student]")).to_be_visible()
    expect(frame.locator("[data-part=result]")).to_be_hidden()
    teacher.page.get_by_role("button", name="End", exact=True).click()
    teacher.page.get_by_role("button", name="End the lesson").click()
    expect(frame.get_by_text("This lesson is over.")).to_be_visible()
    picture(mia.page, "student-over")


def whole_picture(page, name):
    """A panel in a frame as high as it is itself."""
    before = page.viewport_size
    page.set_viewport_size({"width": 400, "height": 1100})
    page.locator("iframe").evaluate("frame => (frame.height = 1060)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        frame_of(page).evaluate(SETTLED)
        picture(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")
    page.locator("iframe").evaluate("frame => (frame.height = 640)")
    page.set_viewport_size(before)


def own_result_in(shown):
    """The seven numbers of a card, by expression; none where nothing is shown."""
    numbers = shown.locator("[data-score]").evaluate_all(
        """rows => rows.map(row =>
            [row.dataset.score, parseInt(row.querySelector("[data-value]").textContent)])"""
    )
    return {label: number for label, number in numbers if not math.isnan(number)}


def follows_the_own_result(mia, tab, name, load_again):
    """What a student's tab shows of the own face, its panel shows, too, and nobody else reads."""
    card = mia.page.frame_locator("iframe").locator("[data-part=result]")
    posted = []
    mia.context.on(
        "request",
        lambda asked: (
            posted.append(asked.post_data or "")
            if asked.url.endswith("/own-result/")
            else None
        ),
    )

    def is_shown():
        shown = {}
        expect(card).to_be_visible()
        until(lambda: shown.update(own_result_in(card)) or shown)
        assert max(shown, key=shown.get) == "happy"  # the astronaut smiles
        assert 97 <= sum(shown.values()) <= 103

    is_shown()
    assert "#" not in tab.url
    whole_picture(mia.page, f"{name}-own-result")

    # Both are loaded again.
    tab.reload()
    load_again()
    is_shown()
    sealed = [parse_qs(body)["sealed"][0] for body in posted if "sealed" in body]
    assert sealed
    assert {len(each) for each in sealed} == {336}
    assert len(set(sealed)) == len(sealed)

    # The camera off, then on.
    tab.get_by_role("button", name="Pause camera").click()
    expect(card.get_by_text("Nothing to show yet.")).to_be_visible()
    turned_on_there = mia.page.frame_locator("iframe").get_by_text(
        "The camera is turned on in the lesson's own tab."
    )
    expect(turned_on_there).to_be_visible()
    tab.get_by_role("button", name="Turn camera on").click()
    is_shown()

    # Folded away, nothing is asked, and nothing is said.
    with tab.expect_request(
        lambda asked: asked.url.endswith("/own-result/") and not asked.post_data
    ):
        card.locator("summary").click()
    card.locator("summary").click()
    is_shown()

    # The tab is closed, and another one opened from the panel.
    tab.close()
    expect(card.get_by_text("Open the lesson's page with the button")).to_be_visible()
    whole_picture(mia.page, f"{name}-own-result-elsewhere")
    with mia.context.expect_page() as opened:
        mia.page.frame_locator("iframe").get_by_role(
            "link", name="Open the lesson's page"
        ).click()
    tab = opened.value
    tab.get_by_role("button", name="Turn camera on").or_(
        tab.get_by_role("button", name="Pause camera")
    ).wait_for()
    if tab.get_by_role("button", name="Turn camera on").is_visible():
        tab.get_by_role("button", name="Turn camera on").click()
    is_shown()
    return tab


def load_frame_again(page):
    with page.expect_event("framenavigated"):
        frame_of(page).evaluate("location.reload()")
    frame_of(page).wait_for_load_state()


def says_no(mia, tab, yes_again=False):
    frame = mia.page.frame_locator("iframe")
    tab.get_by_role("button", name="Your choices").click()
    switch = tab.locator("dialog input[name=expression]")
    switch.uncheck()
    expect(frame.get_by_text("You do not share your expression.")).to_be_visible()
    expect(frame.locator("[data-part=result]")).to_be_hidden()
    if yes_again:
        switch.check()
        expect(frame.locator("[data-part=result]")).to_be_visible()
        tab.get_by_role("button", name="Done").click()


class Lasting:
    """A browser with a profile that lets other sites keep something, so its frames have storage."""

    def __init__(self, playwright, folder, webcam):
        preferences = folder / "Default" / "Preferences"
        preferences.parent.mkdir()
        preferences.write_text('{"profile": {"cookie_controls_mode": 0}}')
        self._launch = playwright.chromium.launch_persistent_context
        self._folder, self._webcam = folder, webcam

    def new_context(self, **options):
        camera = f"--use-file-for-fake-video-capture={self._webcam}"
        return self._launch(
            self._folder,
            executable_path=CHROMIUM,
            args=[*QUIET, *WITH_CAMERA, camera],
            **options,
        )


@pytest.mark.long
def test_what_a_device_reads_of_its_student_its_panel_shows(
    playwright, webcam, tmp_path, browser, meeting, site_of_devices
):
    url = site_of_devices.url
    teacher = Teacher(browser, url)
    mia = Student(Lasting(playwright, tmp_path, webcam), url)
    teacher.log_in()
    open_lesson(teacher)
    panel = copied(teacher.page, "/panel/j/")
    mia.page.goto(meeting.page(panel))
    tab = open_tab(mia)
    tab.locator("input[name=expression][value=yes]").check()
    tab.get_by_role("button", name="Join the lesson").click()
    tab.get_by_text("Pictures are read on this device.").wait_for()

    tab = follows_the_own_result(
        mia, tab, "device", lambda: mia.page.goto(meeting.page(panel))
    )

    says_no(mia, tab)
    mia.close()
    teacher.close()


@pytest.mark.long
def test_a_teacher_watches_beside_the_meeting_until_the_log_out(
    teacher, people, meeting
):
    open_lesson(teacher, camera=False)
    student_panel = copied(teacher.page, "/panel/j/")
    panel = copied(teacher.page, "/panel/sessions/")
    looked_into(teacher, meeting, panel, "teacher-unconnected")
    teacher.page.goto(meeting.page(panel))
    frame = teacher.page.frame_locator("iframe")
    number = re.search(r"\d{4}", frame.get_by_text("Number of this panel").inner_text())

    tab = open_tab(teacher)
    expect(tab.get_by_text(f"it shows the number {number[0]}")).to_be_visible()
    looked_at(tab, "panel-ask")
    tab.get_by_role("button", name="Connect").click()
    expect(tab.get_by_role("heading", name="Connected")).to_be_visible()
    picture(tab, "connected")

    expect(frame.get_by_text("Live · Continental drift")).to_be_visible()
    bob = people(Student)
    code = student_panel.rstrip("/").rpartition("/")[2]
    bob.page.goto(f"/j/{code}/")
    bob.page.locator("input[name=pulse][value=yes]").check()
    bob.page.get_by_role("button", name="Join the lesson").click()
    bob.page.get_by_role("button", name="Too slow").click()
    until(
        lambda: (
            frame.locator("[data-share=too_slow] [data-value]").inner_text() == "100 %"
        )
    )
    assert frame.get_by_role("button").count() == 0  # it is for looking
    looked_into(teacher, meeting, panel, "teacher")
    assert teacher.page.evaluate("heard") == []

    tab.goto("/")
    tab.locator("details.menu.account summary").click()
    tab.get_by_role("button", name="Log out").click()
    expect(frame.get_by_text("For the teacher")).to_be_visible()


def test_no_other_site_shows_a_panel_and_no_site_another_page(
    teacher, meeting, browser, site
):
    open_lesson(teacher)
    panel = copied(teacher.page, "/panel/j/")
    code = panel.rstrip("/").rpartition("/")[2]
    stranger = browser.new_context(base_url=site.url)
    page = stranger.new_page()
    lesson = urlsplit(teacher.page.url).path
    refused = [
        (panel, "127.0.0.1"),  # a site that nobody named
        (f"{site.url}{lesson}", "localhost"),
        (f"{site.url}/j/{code}/", "localhost"),
        (f"{site.url}/login/", "localhost"),
    ]
    for url, host in refused:
        with page.expect_event("console", lambda said: "frame-ancestors" in said.text):
            page.goto(meeting.page(url, host=host))
        expect(page.frame_locator("iframe").locator("main")).to_have_count(0)
    stranger.close()


@pytest.mark.long
def test_where_no_cookie_reaches_the_frame_a_tab_is_offered(
    teacher, meeting, launch, site
):
    open_lesson(teacher)
    panel = copied(teacher.page, "/panel/j/").replace("127.0.0.1", NO_LOOPBACK)
    far = launch(
        *WITH_CAMERA,
        SCRIPTS_CHANGED_HERE,
        f"--host-resolver-rules=MAP {NO_LOOPBACK} 127.0.0.1",
    )
    mia = Visitor(far, site.url, viewport={"width": 380, "height": 700})
    mia.page.goto(meeting.page(panel))
    frame = mia.page.frame_locator("iframe")

    expect(
        frame.get_by_text("This browser keeps no cookies for a panel.")
    ).to_be_visible()

    picture(mia.page, "no-cookies")
    with mia.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the lesson's page").click()
    expect(opened.value.get_by_text("Continental drift").first).to_be_visible()
    mia.close()


@pytest.mark.long
def test_a_student_floats_the_buttons_and_the_overlay_shows_the_class(
    teacher, people, browser, site
):
    open_lesson(teacher, seen=True)
    teacher.page.get_by_text("Beside the meeting").click()
    overlay = teacher.page.locator("[data-copy*='/overlay/']").first.get_attribute(
        "data-copy"
    )
    code = re.search(r"/j/([A-Z0-9]{8})/", teacher.page.content())[1]
    mia = people(Student, **PHONE)
    mia.join(code)
    page = mia.page

    # The cards go into the small window and come back; what they say is the same.
    page.get_by_role("button", name="Small view").click()
    floating = "documentPictureInPicture.window?.document"
    page.wait_for_function(f"() => {floating}?.querySelector('[data-tap=too_fast]')")
    assert page.evaluate(f"{floating}.querySelector('h1').textContent") == (
        "You are taking part."
    )
    page.evaluate(f"{floating}.querySelector('[data-tap=too_fast]').click()")
    page.wait_for_function(
        f"() => /Your tap counts until/.test({floating}.body.textContent)"
    )
    expect(page.get_by_text("are in the small view")).to_be_visible()
    assert page.get_by_role("button", name="Too fast").count() == 0
    looked_at(page, "panel-small-view-is-open")
    page.get_by_role("button", name="Small view").click()
    expect(page.get_by_role("button", name="Too fast")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("[data-part=result]")).to_be_visible()

    # A program without a log-in shows what students see.
    stream = browser.new_context(viewport={"width": 1280, "height": 720})
    above = stream.new_page()
    above.goto(overlay)
    expect(above.locator("[data-said=sentence]")).not_to_be_empty()
    until(
        lambda: (
            above.locator("[data-share=too_fast] [data-value]").inner_text() == "100 %"
        )
    )
    looked_at(above, "panel-overlay-plain")
    above.goto(f"{overlay}?background=transparent")
    expect(above.locator("[data-said=sentence]")).not_to_be_empty()
    above.evaluate(SETTLED)
    kept = SCREENSHOTS / "panel-overlay-transparent.png"
    above.screenshot(path=kept, omit_background=True)
    with Image.open(kept) as bare:
        assert bare.getpixel((640, 10))[3] == 0  # what lies under it is seen
    stream.close()
