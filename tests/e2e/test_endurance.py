"""Hidden tabs, a server that dies in mid-class, and what is left on the disk."""

import re

import pytest

from tests.e2e.conftest import Student, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

HIDDEN_FOR_S = 90
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n"
# What the server writes of its own accord: the icons and pages it was installed with.
INSTALLED = "static"


def test_a_hidden_tab_keeps_sending(teacher, visitors, frames_answered):
    code = teacher.open_class("Hidden")
    student = visitors(Student)
    student.join(code)
    # Playwright pretends that every tab has the focus; a student's browser does not.
    devtools = student.context.new_cdp_session(student.page)
    devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    meeting = student.context.new_page()
    meeting.goto("about:blank")
    meeting.bring_to_front()
    until(lambda: _visibility(student.page) == "hidden", within_s=10)

    counts = []
    for _ in range(3):
        before = frames_answered()
        meeting.wait_for_timeout(HIDDEN_FOR_S * 1000 / 3)
        assert _visibility(student.page) == "hidden"
        counts.append(frames_answered() - before)

    # One still in two seconds, give or take; the last third no slower than the first.
    assert min(counts) >= HIDDEN_FOR_S / 3 / 2 * 0.7


def test_a_class_survives_the_servers_death(teacher, visitors, platform):
    code = teacher.open_class("Restart")
    student = visitors(Student)
    student.join(code)
    until(lambda: teacher.minutes_released(), within_s=40)
    kept = teacher.timeline()["minutes"]

    platform.kill()
    student.wait_for_state("disconnected")
    teacher.page.get_by_text(re.compile("onnection")).first.wait_for(timeout=15_000)
    platform.start()

    student.wait_for_state("live", timeout=40_000)
    until(lambda: len(teacher.timeline()["minutes"]) > len(kept), within_s=60)
    assert teacher.timeline()["minutes"][: len(kept)] == kept


def test_no_file_that_the_server_wrote_holds_image_bytes(platform):
    """Runs last in this module: everything above has been through the server."""
    written = [path for path in platform.folder.rglob("*") if path.is_file()]
    searched = [p for p in written if INSTALLED not in p.parts]

    assert any(path.suffix == ".sqlite3" for path in searched)
    assert any(path.name == "make-run.log" for path in searched)
    for path in searched:
        content = path.read_bytes()
        assert JPEG not in content, path
        assert PNG not in content, path


def _visibility(page):
    return page.evaluate("() => document.visibilityState")
