"""What reading on a device costs its student: a wait, and a share of a core."""

import logging
import time

import pytest

from tests.e2e.bench_device import pages_cpu_s
from tests.e2e.conftest import WITH_CAMERA, Platform, Student, Teacher

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.long]
log = logging.getLogger(__name__)  # --log-cli-level=INFO shows the figures

FIRST_READING_S = 3.0  # after a yes, with nothing in the browser's cache
SHARE = 0.1  # of one core, at one picture in two seconds
WATCHED_S = 30
STEADY_S = 20  # a device begins slowly


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    platform = Platform(tmp_path_factory.mktemp("costs"), FER_INFERENCE="device")
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture(scope="module")
def teacher(browser, school):
    teacher = Teacher(browser, school.url)
    teacher.log_in()
    yield teacher
    teacher.close()


@pytest.fixture
def student(launch, webcam, school):
    """A student in a browser of their own, whose cache is empty."""
    own = launch(*WITH_CAMERA, f"--use-file-for-fake-video-capture={webcam}")
    student = Student(own, school.url)
    yield student
    student.close()
    own.close()


def test_the_first_reading_comes_within_three_seconds_of_a_yes(teacher, student):
    student.page.goto(f"/j/{teacher.open_class('First reading')}/")
    for name in ("expression", "pulse"):
        student.page.locator(f"input[name={name}][value=yes]").check()

    began = time.monotonic()
    student.page.get_by_role("button", name="Join the lesson").click()
    student.wait_for_result()
    took_s = time.monotonic() - began

    log.info("first reading after %.2f s", took_s)
    student.page.get_by_text("Pictures are read on this device.").wait_for()
    assert took_s < FIRST_READING_S


def _share_of_a_core(student):
    began = pages_cpu_s(student.context.browser)
    student.page.wait_for_timeout(WATCHED_S * 1000)
    return (pages_cpu_s(student.context.browser) - began) / WATCHED_S


def test_reading_takes_a_tenth_of_a_core_at_most(teacher, student):
    """More than the same page takes before the lesson, when its camera runs as well."""
    student.join(teacher.open_class("Share", start=False), camera=False)
    student.page.wait_for_function("() => document.querySelector('video').srcObject")
    student.page.wait_for_timeout(STEADY_S * 1000)
    before = _share_of_a_core(student)

    teacher.page.get_by_role("button", name="Start the lesson").click()
    student.wait_for_result()
    student.page.wait_for_timeout(STEADY_S * 1000)
    during = _share_of_a_core(student)

    log.info("%.3f of a core while it reads, %.3f before", during, before)
    assert student.state() == "live"
    assert during - before < SHARE
