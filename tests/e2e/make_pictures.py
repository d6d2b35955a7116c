"""README's pictures, made anew: a real lesson by demo_class, with topics, marks and a summary.

    python -m tests.e2e.make_pictures

It takes as long as the lesson, twenty minutes, and some more, and wants a machine that does
nothing else. Minutes, noise and minimum group are those of a school. The pictures of before are
replaced only where all new ones were made.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import (
    CHROMIUM,
    QUIET,
    ROOT,
    WITH_CAMERA,
    Platform,
    Student,
    Teacher,
    write_webcam,
)
from tests.e2e.page_faults import SETTLED

PICTURES = ROOT / "docs" / "pictures"
SCHOOL = {"FER_WINDOW_S": "60", "FER_MIN_GROUP": "10", "FER_NOISE_SCALE": "1"}
LESSON = "Photosynthesis and respiration"
# At which part of the lesson the teacher does what.
PLAN = [
    (0.05, "t", "Light reactions"),
    (0.3, "m", "first exercise"),
    (0.5, "t", "Calvin cycle"),
    (0.7, "m", "question about ATP"),
]
STUDENTS = 30
CLOSED_S = 70  # until the minute that runs is closed, too


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        platform = Platform(Path(folder), **SCHOOL)
        platform.start()
        try:
            made = take_all(playwright, platform, minutes, Path(folder))
        finally:
            platform.stop()
        for path in made:
            (PICTURES / path.name).write_bytes(path.read_bytes())
    sys.stdout.write(f"{len(made)} pictures in {PICTURES.relative_to(ROOT)}\n")


def take_all(playwright, platform, minutes, folder):
    webcam = write_webcam(folder / "astronaut.mjpeg")
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[*QUIET, *WITH_CAMERA, f"--use-file-for-fake-video-capture={webcam}"],
    )
    teacher = Teacher(browser, platform.url, viewport={"width": 1280, "height": 900})
    teacher.log_in()
    code = teacher.open_class(LESSON)
    lesson = teacher.page.url
    student = Student(browser, platform.url, viewport={"width": 1280, "height": 900})
    student.join(code)
    sitting = seat_students(platform, code, minutes + 2)
    began = time.monotonic()
    hold(teacher.page, began, 60 * minutes)
    phone = Teacher(
        browser,
        platform.url,
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        has_touch=True,
    )
    phone.let_in({c["name"]: c["value"] for c in teacher.context.cookies()})
    phone.page.goto(lesson)
    student.page.get_by_role("button", name="All good").click()
    student.page.get_by_text("Your tap counts until").wait_for()
    phone.page.locator("[data-part=halves]").wait_for()
    made = [
        picture(teacher.page, folder / "dashboard.png", whole=True),
        picture(phone.page, folder / "dashboard-phone-dark.png"),
        picture(student.page, folder / "student.png"),
    ]
    end(teacher.page)
    made.append(picture(teacher.page, folder / "summary.png", whole=True))
    sitting.terminate()
    sitting.wait(timeout=60)
    return made


def seat_students(platform, code, minutes):
    """Students with faces, who tap, in a process of their own."""
    command = [sys.executable, "manage.py", "demo_class", "--students", str(STUDENTS)]
    command += ["--minutes", str(minutes), "--url", platform.url, "--code", code]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ
        | platform.environment
        | {"DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo"},
    )


def hold(page, began, seconds):
    """Begin topics and mark moments as planned; wait until the lesson's last numbers."""
    for part, key, word in PLAN:
        time.sleep(max(0.0, began + part * seconds - time.monotonic()))
        page.locator("h1").click()  # a key in a field is a letter
        page.keyboard.press(key)
        field = page.locator("input[name=word]").filter(visible=True)
        field.fill(word)
        field.press("Enter")
        field.wait_for(state="hidden")
    time.sleep(max(0.0, began + seconds + CLOSED_S - time.monotonic()))
    page.locator("[data-part=halves]").wait_for()


def end(page):
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name=re.compile("End the lesson")).click()
    page.locator("[data-summary][data-state=ended] [data-part=charts]").wait_for()


def picture(page, path, *, whole=False):
    page.evaluate(SETTLED)
    page.screenshot(path=path, full_page=whole)
    return path


if __name__ == "__main__":
    main()
