"""Hidden tabs, a server that dies in mid-class, and what is left on the disk."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.conftest import WITH_CAMERA, Student, until
from tests.e2e.devtools import Chromium

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.timeout(300)]

HIDDEN_FOR_S = 90
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n"
# What the server writes of its own accord: the icons and pages it was installed with.
INSTALLED = "static"


@pytest.mark.long
def test_a_hidden_tab_keeps_sending(teacher, platform, webcam, tmp_path):
    code = teacher.open_class("Hidden")
    camera = [*WITH_CAMERA, f"--use-file-for-fake-video-capture={webcam}"]

    async def attend_behind_another_tab():
        async with Chromium(tmp_path, *camera) as browser:
            tab = await browser.tab(f"{platform.url}/j/{code}/")
            await tab.until("document.querySelector('main form [value=yes]') !== null")
            await tab.evaluate("document.querySelector('[value=yes]').click()")
            await tab.evaluate("document.querySelector('main form').requestSubmit()")
            await tab.until("document.querySelector('[data-scores-empty]')?.hidden")
            await browser.tab("about:blank")
            return [await _sent_while_hidden(tab, platform) for _ in range(3)]

    # In a thread of its own, since this one belongs to Playwright's loop.
    with ThreadPoolExecutor() as pool:
        thirds = pool.submit(asyncio.run, attend_behind_another_tab()).result()

    # One frame in two seconds, give or take; the last third no slower than the first.
    assert min(thirds) >= HIDDEN_FOR_S / 3 / 2 * 0.7


async def _sent_while_hidden(tab, platform):
    """Frames answered in a third of the time, with the tab hidden throughout."""
    before = platform.frames_answered()
    for _ in range(HIDDEN_FOR_S // 3):
        assert await tab.evaluate("document.visibilityState") == "hidden"
        await asyncio.sleep(1)
    return platform.frames_answered() - before


@pytest.mark.long
def test_a_class_survives_the_servers_death(teacher, visitors, platform):
    code = teacher.open_class("Restart")
    student = visitors(Student)
    student.join(code)
    until(lambda: teacher.minutes_released())
    kept = teacher.timeline()["minutes"]

    platform.kill()
    student.wait_for_state("disconnected")
    teacher.page.get_by_text("Disconnected, trying again").wait_for()
    platform.make_run()

    student.wait_for_state("live")
    until(lambda: len(teacher.timeline()["minutes"]) > len(kept))
    timeline = teacher.timeline()
    indices = [minute["index"] for minute in timeline["minutes"]]
    # No closed minute is missing or there twice ...
    assert timeline["minutes"][: len(kept)] == kept
    assert indices == sorted(set(indices))
    # ... and what the server missed has rows, too: interrupted, not too few students.
    assert indices == list(range(len(indices)))
    assert timeline["minutes"][len(kept)]["status"] == "interrupted"


@pytest.mark.long
def test_no_file_that_the_server_wrote_holds_image_bytes(platform):
    """Runs last in this module: everything above has been through the server."""
    written = [path for path in platform.folder.rglob("*") if path.is_file()]
    searched = [p for p in written if INSTALLED not in p.parts]

    assert any(path.suffix == ".sqlite3" for path in searched)
    assert any(path == platform.log for path in searched)
    for path in searched:
        content = path.read_bytes()
        assert JPEG not in content, path
        assert PNG not in content, path
