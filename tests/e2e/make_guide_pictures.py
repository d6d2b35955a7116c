"""The guides' pictures, made anew: the pages of a school, without a lesson's numbers.

    python -m tests.e2e.make_guide_pictures

It takes a minute or two. The pictures of before are replaced only where all new ones were made.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from sessions_app.services.demo_accounts import ACCOUNTS
from tests.e2e.conftest import (
    CHROMIUM,
    QUIET,
    ROOT,
    WITH_CAMERA,
    Platform,
    Student,
    Teacher,
    follow,
)
from tests.e2e.make_pictures import LESSON, SCHOOL
from tests.e2e.page_faults import SETTLED

PICTURES = ROOT / "docs" / "pictures" / "guides"
PAPER = {"viewport": {"width": 1000, "height": 900}}
ADMIN = 1
STAFF = ["barbara@school.example", "amit@school.example"]


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        platform = Platform(Path(folder), **SCHOOL)
        platform.start()
        try:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*QUIET, *WITH_CAMERA]
            )
            made = take_all(browser, platform.url)
        finally:
            platform.stop()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, picture in made.items():
        (PICTURES / f"{name}.png").write_bytes(picture)
    sys.stdout.write(f"{len(made)} pictures in {PICTURES.relative_to(ROOT)}\n")


def take_all(browser, url):
    return of_an_admin(browser, url) | of_a_lesson(browser, url)


def of_an_admin(browser, url):
    admin = Teacher(browser, url, **PAPER)
    admin.log_in(ADMIN)
    admin.decide(demo=False)
    page = admin.page
    page.goto("/policy/")
    made = {"policy": picture(page.locator("main .columns"))}
    page.goto("/people/")
    for address in STAFF:
        page.get_by_label("E-mail address").fill(address)
        follow(page, page.get_by_role("button", name="Send the invitation"))
    page.goto("/people/")
    assert page.get_by_text(ACCOUNTS[0][0]).is_visible()
    return made | {"people": picture(page.locator("main > .inner"))}


def of_a_lesson(browser, url):
    teacher = Teacher(browser, url, **PAPER)
    teacher.log_in()
    code = teacher.open_class(LESSON, start=False)
    made = {"ready": picture(teacher.page.locator("[data-part=hero]"))}
    student = Student(browser, url, **PAPER)
    page = student.page
    page.goto(f"/j/{code}/")
    made["join"] = picture(page.locator("main .asks"))
    student.join(code, camera=False)
    page.get_by_role("button", name="Your choices").click()
    return made | {"choices": picture(page.get_by_role("dialog", name="Your choices"))}


def picture(part):
    """Of one part of a page: neither the demo's banner nor the foot."""
    part.page.evaluate(SETTLED)
    part.page.evaluate("document.activeElement.blur()")
    return part.screenshot()


if __name__ == "__main__":
    main()
