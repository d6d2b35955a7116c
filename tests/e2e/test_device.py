"""Pictures are read on the student's own device: what the page says, and what leaves it."""

import struct

import pytest

from tests.e2e.conftest import (
    Platform,
    Student,
    Teacher,
    camera_is_on,
    until,
)
from tests.e2e.device_faults import SENTENCES, script_after, spoil
from tests.e2e.pictures import DARK, PHONE, looked_at
from tests.e2e.relay import BACK_WITHIN_S, NOTICED_WITHIN_S, Relay

long = pytest.mark.long
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PICTURE, INTERVAL = 1, 2  # kinds of messages, by their first byte
LENGTH = slice(21, 23)  # of an interval, in its message: tenths of a second

# The page's Workers, the newest last, and two ways in which one ends.
KEEPS_WORKERS = """
globalThis.workers = [];
globalThis.Worker = class extends Worker {
  constructor(...how) {
    super(...how);
    workers.push(this);
  }
};
"""
ENDS = {
    "dies": "workers.at(-1).terminate()",
    "hangs": "workers.at(-1).postMessage({ type: 'hang' })",
}
HANGS = 'addEventListener("message", ({ data }) => { while (data.type === "hang"); });'


@pytest.fixture(scope="module")
def school_of_either(tmp_path_factory):
    platform = Platform(tmp_path_factory.mktemp("either"), FER_INFERENCE="either")
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def lesson(browser, school_of_either):
    teacher = Teacher(browser, school_of_either.url)
    teacher.log_in()
    teacher.code = teacher.open_class("Read here")
    yield teacher
    teacher.close()


@pytest.fixture
def student_behind(browser, school_of_either):
    """A student's window behind a line that may change what the server sends."""
    opened = []

    def open_window(edited=bytes, **options):
        relay = Relay(school_of_either.url, edited).__enter__()
        student = Student(browser, relay.url, **options)
        opened.append((student, relay))
        return student, relay

    yield open_window
    for student, relay in opened:
        relay.speak()
        student.close()
        relay.__exit__()


@pytest.fixture
def devices_alone(browser, school_of_either):
    """The school's policy lets no picture leave a device, for one test."""
    boss = Teacher(browser, school_of_either.url)
    boss.log_in(account=1)
    boss.decide(demo=False, device_only=True)
    yield
    boss.decide(demo=False, device_only=False)
    boss.close()


def _kinds(relay):
    return {message[0] for message in relay.frames_sent()}


def _devices_only(content):
    return content.replace(b'"inference": "either"', b'"inference": "device"')


def _that_can_hang(route):
    script_after(route, HANGS)


def _with_another_file(content):
    """The golden face's file, changed on its way."""
    return content.replace(b"JFIF", b"JFIX")


def test_a_device_reads_its_camera_and_no_picture_leaves_it(lesson, student_behind):
    student, relay = student_behind()

    student.join(lesson.code)
    student.page.get_by_text("Pictures are read on this device.").wait_for()
    until(lambda: lesson.minutes_released())

    assert student.state() == "live"
    assert _kinds(relay) == {INTERVAL}
    looked_at(student.page, "student-device")


def test_a_device_that_has_not_the_right_files_lets_the_server_read(
    lesson, student_behind
):
    student, relay = student_behind(_with_another_file, **PHONE)

    student.join(lesson.code)

    student.page.get_by_text("not the one that this page expects").wait_for()
    student.page.get_by_text("So your pictures are read on the school's").wait_for()
    assert student.state() == "live"
    assert _kinds(relay) == {PICTURE}
    looked_at(student.page, "student-device-instead-phone")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param(
            fault, sentence, id=fault, marks=[] if fault == "no SIMD" else long
        )
        for fault, sentence in SENTENCES.items()
    ],
)
def test_a_device_that_cannot_read_says_why_and_lets_the_server_read(
    lesson, school_of_either, spoilt_browser, fault, sentence
):
    student = Student(spoilt_browser, school_of_either.url)
    spoil(student.context, fault)

    student.join(lesson.code)

    student.page.get_by_text(sentence).wait_for()
    student.page.get_by_text("So your pictures are read on the school's").wait_for()
    student.wait_for_state("live")
    student.close()


@pytest.mark.long
def test_where_devices_alone_read_such_a_device_sends_nothing(lesson, student_behind):
    student, relay = student_behind(
        lambda content: _devices_only(_with_another_file(content)), **DARK
    )

    student.join(lesson.code, camera=False)
    student.wait_for_state("unable")

    student.page.get_by_text("so nothing about your expression is sent").wait_for()
    assert student.page.get_by_role("button", name="Reload the page").is_visible()
    assert _kinds(relay) == set()
    looked_at(student.page, "student-device-unable-dark")


@pytest.mark.long
def test_a_page_of_before_an_upgrade_says_that_it_must_be_loaded_again(
    devices_alone, lesson, student_behind
):
    """It knows of no device that reads, as its news would tell it, and sends pictures."""
    student, relay = student_behind(
        lambda content: content.replace(
            b'"inference": "device"', b'"inference": "server"'
        ),
        **PHONE,
    )

    student.join(lesson.code, camera=False)
    student.wait_for_state("outdated")

    assert student.page.get_by_role("button", name="Reload").is_visible()
    assert not camera_is_on(student.page)
    assert len(relay.frames_sent()) == 2
    looked_at(student.page, "student-outdated-phone")


@pytest.mark.parametrize("end", ["dies", "hangs"])
@pytest.mark.long
def test_a_worker_that_ends_is_started_once_more_then_the_page_goes_on_without(
    lesson, school_of_either, spoilt_browser, end
):
    student = Student(spoilt_browser, school_of_either.url)
    student.page.add_init_script(KEEPS_WORKERS)
    student.context.route("**/capture*.js", _that_can_hang)
    student.join(lesson.code)

    student.page.evaluate(ENDS[end])
    until(lambda: student.page.evaluate("workers.length") == 2)
    student.wait_for_state("live")  # before, for a moment: restarted
    student.page.get_by_text("Pictures are read on this device.").wait_for()
    student.page.evaluate(ENDS[end])

    student.wait_for_state("camera_error")
    student.page.get_by_text("reads the camera stopped twice").wait_for()
    said = student.page.get_by_text("Pictures are read on").all()
    assert not any(text.is_visible() for text in said)
    assert student.page.get_by_role("button", name="Reload the page").is_visible()
    assert not camera_is_on(student.page)
    looked_at(student.page, "student-worker-gone")
    student.close()


@pytest.mark.long
def test_what_is_read_while_the_line_is_away_is_sent_once(lesson, student_behind):
    student, relay = student_behind()
    student.join(lesson.code)
    until(lambda: relay.frames_sent())

    relay.fall_silent()
    until(lambda: student.state() == "disconnected", within_s=NOTICED_WITHIN_S)
    before = len(relay.frames_sent())
    relay.speak()
    student.wait_for_state("live", timeout=BACK_WITHIN_S * 1000)
    until(lambda: len(relay.frames_sent()) > before + 2)

    lengths = [
        struct.unpack(">H", bytes(message[LENGTH]))[0] / 10
        for message in relay.frames_sent()
    ]
    assert len([length for length in lengths if length > 15]) == 1
    assert student.state() == "live"
