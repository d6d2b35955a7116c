"""A learning platform of another site in a browser: in its frame, and on in a new tab."""

import re
import sqlite3

import jwt
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SCREENSHOTS, Platform, Teacher, Visitor, follow
from tests.lti_platform import DEEP, LearningPlatform

pytestmark = pytest.mark.e2e

BUTTON = "Open in a new tab"
NARROW = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Ours is at 127.0.0.1, and the platforms at localhost: for browsers other sites."""
    platform = Platform(
        tmp_path_factory.mktemp("lti"), FER_WEBHOOK_PRIVATE_HOSTS="localhost"
    )
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def canvas(site):
    with LearningPlatform("canvas", tool=site.url, host="localhost") as platform:
        yield platform


@pytest.fixture
def moodle(site):
    with LearningPlatform("moodle", tool=site.url, host="localhost") as platform:
        yield platform


@pytest.fixture
def admin(browser, site):
    admin = Teacher(browser, site.url)
    admin.log_in(account=1)
    yield admin
    admin.close()


@pytest.fixture
def people(browser, site):
    """Open windows of the platform's people; all are closed, and checked, at the end."""
    opened = []

    def come(platform, who, **options):
        visitor = Visitor(browser, site.url, **options)
        opened.append(visitor)
        visitor.page.goto(f"{platform.url}/course?who={who}")
        return visitor

    yield come
    for visitor in opened:
        visitor.close()


def picture(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"lti-{name}.png", full_page=True)


def register_by_hand(admin, platform):
    page = admin.page
    page.goto("/lti/platforms/")
    about = platform.registration()
    for label, name in (
        ("Name", "name"),
        ("Issuer", "issuer"),
        ("Client ID", "client_id"),
        ("Address for log-in requests", "auth_url"),
        ("Address of its public keys", "jwks_url"),
    ):
        page.get_by_label(label, exact=True).fill(about[name])
    page.get_by_label("Deployment IDs").fill(about["deployments"][0])
    page.get_by_label("Addresses of its pages").fill(about["pages"][0])
    picture(page, "platforms")
    follow(page, page.get_by_role("button", name="Register", exact=True))
    expect(page.get_by_text("The learning platform is registered.")).to_be_visible()
    picture(page, "platform")


def frame_of(visitor):
    return visitor.page.frame_locator("iframe")


def open_tab(visitor):
    """Press the button in the frame, and wait for the tab that it opens."""
    button = frame_of(visitor).get_by_role("link", name=BUTTON)
    with visitor.context.expect_page() as opened:
        button.click()
    opened.value.wait_for_load_state()
    return opened.value


def test_a_teacher_of_canvas_and_a_student_in_moodle_meet_their_lessons(
    admin, canvas, moodle, people, site
):
    register_by_hand(admin, canvas)
    eve = people(canvas, "teacher")
    in_frame = frame_of(eve)
    expect(
        in_frame.get_by_text("Your course opens in a new tab, as Eve Example.")
    ).to_be_visible()
    picture(eve.page, "teacher-frame")

    tab = open_tab(eve)

    expect(tab.get_by_role("heading", name="Introduction to Geology")).to_be_visible()
    picture(tab, "teacher-course")
    assert eve.context.cookies(canvas.url) == []

    # A platform that registers itself, in a frame of its own pages
    page = admin.page
    page.goto("/lti/platforms/")
    page.get_by_role("button", name="Create a registration link").click()
    link = page.locator(".made-once code").inner_text()
    picture(page, "link")
    page.goto(f"{moodle.url}/registration?link={link}")
    frame = page.frame_locator("iframe")
    expect(
        frame.get_by_text("Teachers and students of localhost will be able to open")
    ).to_be_visible()
    picture(page, "register")
    frame.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Closed")).to_be_visible()

    moodle.claims = {"sub": "9", "email": "mo@school.example", "name": "Mo"}
    mo = people(moodle, "teacher")
    course = open_tab(mo)
    expect(course.get_by_role("heading", name="Geology")).to_be_visible()
    moodle.claims = {}

    # A student waits in the frame's tab, and is there when the lesson starts.
    mia = people(moodle, "student", **NARROW)
    expect(
        frame_of(mia).get_by_text("The lesson opens in a new tab, where you are asked")
    ).to_be_visible()
    picture(mia.page, "student-frame-phone")
    waits = open_tab(mia)
    expect(waits.get_by_text("No lesson is running now.")).to_be_visible()
    course.get_by_role("link", name="New lesson").first.click()
    course.get_by_label("Title").fill("Rocks")
    course.get_by_role("button", name="Create").click()
    course.get_by_role("button", name="Start the lesson").click()
    waits.get_by_role("button", name="Join the lesson").wait_for()
    waits.get_by_text("Your rights, and the limits").click()
    expect(
        waits.get_by_text("You came from a learning platform. Your name there")
    ).to_be_visible()
    for name in ("expression", "pulse"):
        waits.locator(f"input[name={name}][value=yes]").check()
    waits.get_by_role("button", name="Join the lesson").click()
    waits.locator("[data-scores-empty]").wait_for(state="hidden")  # its camera is read
    picture(waits, "student-lesson-phone")

    # The same student at another device is the same participant.
    laptop = people(moodle, "student", color_scheme="dark")
    expect(frame_of(laptop).get_by_role("link", name=BUTTON)).to_be_visible()
    picture(laptop.page, "student-frame-dark")
    again = open_tab(laptop)
    again.get_by_role("button", name="Join the lesson").click()
    again.wait_for_url("**/class/")
    lesson = re.search(r"/sessions/([0-9a-f-]{36})/", course.url)[1]
    assert participants_of(site, lesson) == 1


def participants_of(site, lesson):
    """How many there are in the database of the running server."""
    with sqlite3.connect(site.folder / "var" / "demo.sqlite3") as database:
        [[count]] = database.execute(
            "SELECT count(*) FROM sessions_app_participant WHERE session_id = ?",
            [lesson.replace("-", "")],
        ).fetchall()
    return count


def test_a_teacher_puts_a_new_lesson_into_a_course_of_canvas(admin, canvas, people):
    register_by_hand(admin, canvas)
    canvas.claims = {"sub": "10", "email": "ida@school.example", "name": "Ida"}
    ida = people(canvas, "picker")
    frame = frame_of(ida)
    frame.get_by_label("Students open").select_option("new")
    frame.get_by_label("Title, if the lesson is new").fill("Minerals")
    picture(ida.page, "pick")

    frame.get_by_role("button", name="Add").click()

    expect(frame.get_by_role("heading", name="Chosen")).to_be_visible()
    [[signed]] = [sent["JWT"] for sent in canvas.came_back]
    told = jwt.decode(signed, options={"verify_signature": False})
    [item] = told[f"{DEEP}content_items"]
    assert item["title"] == "Minerals"
    assert ida.context.cookies(ida.url) == []


def test_no_other_site_shows_a_launch_in_a_frame(admin, canvas, browser, site):
    """The page of the platform at another address than the one that was registered."""
    register_by_hand(admin, canvas)
    stranger = browser.new_context(base_url=site.url)
    page = stranger.new_page()
    with page.expect_event("console", lambda said: "frame-ancestors" in said.text):
        page.goto(f"{canvas.url.replace('localhost', '127.0.0.1')}/course?who=teacher")

    expect(page.frame_locator("iframe").get_by_role("link", name=BUTTON)).to_have_count(
        0
    )
    assert canvas.asked.count("/auth") == 1
    stranger.close()
